/* A bare SQLite handle: opened where nothing may be written, its error, and the value of a PRAGMA. */
#ifndef KONEKSI_DB_SQLITE_HANDLE_H
#define KONEKSI_DB_SQLITE_HANDLE_H

#include <stddef.h>

#include "base/err.h"

struct sqlite3;

/* What the last call on `db` failed with. RESULT_STORE: "storing samples: database or disk is full (SQLite 13,
 * ENOSPC)"; `doing` goes before it, the name of errno behind it where a system call failed. */
enum result sqlite_error(struct sqlite3 *db, const char *doing, struct err *err);

/* Opens a file that is read as it is, whatever lies beside it, and at which nobody writes: no log, no index and no lock
 * is made. SQLite's code; the caller closes *db, on failure too when it is not NULL. */
int sqlite_open_immutable(const char *path, struct sqlite3 **db);

/* Runs the statements of `sql`; `answer` is the first column of the last row, cut at `size`, or empty. RESULT_STORE. */
enum result sqlite_ask(struct sqlite3 *db, const char *doing, const char *sql, char *answer, size_t size,
                       struct err *err) MUST_CHECK;
enum result sqlite_ask_number(struct sqlite3 *db, const char *doing, const char *sql, long *number,
                              struct err *err) MUST_CHECK;

#endif
