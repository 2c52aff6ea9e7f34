/* The error of a SQLite handle as this program's. */
#ifndef KONEKSI_DB_SQLITE_ERROR_H
#define KONEKSI_DB_SQLITE_ERROR_H

#include "base/err.h"

struct sqlite3;

/* What the last call on `db` failed with. RESULT_STORE: "storing samples: database or disk is full (SQLite 13,
 * ENOSPC)"; `doing` goes before it, the name of errno behind it where a system call failed. */
enum result sqlite_error(struct sqlite3 *db, const char *doing, struct err *err);

#endif
