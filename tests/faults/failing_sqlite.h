/* Memory that SQLite asks for and does not get, call by call: of those calls of its interface that are listed in
 * failing_sqlite.c and ask for some, the n-th gets none at all (FAULT_SQLITE; see faults.h). Where the pieces within a
 * call fail is SQLite's own matter, and tested by its authors (https://www.sqlite.org/testing.html#oomtesting); what
 * comes back to the program is the same. */
#ifndef KONEKSI_TESTS_FAULTS_FAILING_SQLITE_H
#define KONEKSI_TESTS_FAULTS_FAILING_SQLITE_H

struct faults;

/* Before all else that calls SQLite; FAULT_MEMORY means the program's own memory from then on. For programs of one
 * thread. Returns SQLite's code. */
int failing_sqlite_install(struct faults *faults);

#endif
