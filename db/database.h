/* The database file before the store uses it: it is this program's, locked by this process, has the newest schema, and
 * passes its check unless it is large. A file that is refused is left byte for byte as it was, with nothing beside it.
 */
#ifndef KONEKSI_DB_DATABASE_H
#define KONEKSI_DB_DATABASE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/embed.h"
#include "base/err.h"

#define DATABASE_APPLICATION_ID 0x4b4f4e45U /* as migrations/001_runs.sql sets it */

/* Bytes. SQLite checks as much in a fraction of a second; nobody should have to wait for more. */
#define DATABASE_CHECKED_AT_ONCE ((off_t)32 * 1024 * 1024)

struct database;

/* Locks the file, which is created when it is missing or empty, applies the migrations that it lacks and switches it to
 * WAL. RESULT_STORE, with a message that names the file, when it is not a database, another program's,
 * truncated, damaged, newer than `migrations`, read-only, or in use by another process. RESULT_NO_MEMORY.
 *
 * The lock (file_lock) is on the file itself, so that it is found by every path, hard links and bind mounts included.
 */
enum result database_take(const char *path, const struct embedded_file *migrations, struct database **database,
                          struct err *err) MUST_CHECK;

/* False for one that was larger than DATABASE_CHECKED_AT_ONCE and had the newest schema already. */
bool database_is_checked(const struct database *database);

/* Absolute, symbolic links resolved: SQLite takes it for a file name whatever it looks like. */
const char *database_path(const struct database *database);

/* Puts the file's name before the message of an error that lacks it. Returns `result`. */
enum result database_name(const struct database *database, enum result result, struct err *err);

/* Remembers which files the database and its write-ahead log are, for database_check_files. After connections were
 * opened, which create the log. */
enum result database_note_files(struct database *database, struct err *err) MUST_CHECK;

/* RESULT_STORE when one of them was removed, moved or replaced since: SQLite would go on writing to a file that nobody
 * finds again (https://www.sqlite.org/howtocorrupt.html, 2.4). */
enum result database_check_files(const struct database *database, struct err *err) MUST_CHECK;

/* After the last connection was closed. */
void database_release(struct database *database);

#endif
