/* Migrations: numbered SQL files, 001_runs.sql first, that bring a database to the newest schema.
 * Each file sets `user_version` to its own number as its last statement, and is applied in one transaction. */
#ifndef KONEKSI_DB_MIGRATE_H
#define KONEKSI_DB_MIGRATE_H

#include "base/embed.h"
#include "base/err.h"

struct sqlite3;

/* The number of the newest file; `files` is sorted and ended as embedded_migrations is. */
int migrate_newest(const struct embedded_file *files);

/* `user_version` of the database. RESULT_STORE. */
enum result migrate_version(struct sqlite3 *db, int *version, struct err *err) MUST_CHECK;

/* Applies the files that the database lacks. When one fails, RESULT_STORE names it, and the database is as the file
 * before it left it. A database newer than all files is RESULT_STORE, and is not written to. */
enum result migrate(struct sqlite3 *db, const struct embedded_file *files, struct err *err) MUST_CHECK;

#endif
