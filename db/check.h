/* SQLite's check of a whole database (PRAGMA quick_check), by the caller or on a thread of its own. */
#ifndef KONEKSI_DB_CHECK_H
#define KONEKSI_DB_CHECK_H

#include "base/err.h"

struct sqlite3;
struct check;

/* RESULT_STORE, with a message that names `path`, when the database is damaged or cannot be read. Values that only
 * another program can have stored are no damage: the first is logged. */
enum result check_run(struct sqlite3 *db, const char *path, struct err *err) MUST_CHECK;

/* Checks the database at `path`, which is in WAL mode, through a connection of its own and at the lowest priority.
 * `path` has to stay. The descriptors are opened here. RESULT_STORE, RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result check_start(const char *path, struct check **check, struct err *err) MUST_CHECK;

/* Any thread: ends the reading of the database, so that its log can start anew. The check begins again later. */
void check_interrupt(struct check *check);

/* Any thread: RESULT_STORE when the check has found damage, RESULT_OK also while it is going on. */
enum result check_found(struct check *check, struct err *err) MUST_CHECK;

/* Does not wait for the check's end. NULL: there is none. */
void check_stop(struct check *check);

#endif
