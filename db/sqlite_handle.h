/* The error of a bare SQLite handle, and the value of a PRAGMA. */
#ifndef KONEKSI_DB_SQLITE_HANDLE_H
#define KONEKSI_DB_SQLITE_HANDLE_H

#include <stddef.h>

#include "base/err.h"

struct sqlite3;

/* What the last call on `db` failed with. RESULT_STORE: "storing samples: database or disk is full (SQLite 13,
 * ENOSPC)"; `doing` goes before it, the name of errno behind it where a system call failed. */
enum result sqlite_error(struct sqlite3 *db, const char *doing, struct err *err);

/* Runs the statements of `sql`; `answer` is the first column of the last row, cut at `size`, or empty. RESULT_STORE. */
enum result sqlite_ask(struct sqlite3 *db, const char *doing, const char *sql, char *answer, size_t size,
                       struct err *err) MUST_CHECK;
enum result sqlite_ask_number(struct sqlite3 *db, const char *doing, const char *sql, long *number,
                              struct err *err) MUST_CHECK;

#endif
