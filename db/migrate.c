#include "db/migrate.h"

#include <sqlite3.h>
#include <stdio.h>

#include "db/sqlite_handle.h"

int migrate_newest(const struct embedded_file *files)
{
    int count = 0;
    while (files[count].path != NULL) {
        count++;
    }
    return count;
}

enum result migrate_version(struct sqlite3 *db, int *version, struct err *err)
{
    long number = 0;
    const enum result result =
        sqlite_ask_number(db, "reading the database's version", "PRAGMA user_version", &number, err);
    *version = (int)number;
    return result;
}

static enum result apply(struct sqlite3 *db, const struct embedded_file *file, int number, struct err *err)
{
    char doing[96];
    snprintf(doing, sizeof doing, "applying the migration %s", file->path);
    int version = 0;
    enum result result = RESULT_OK;
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, (const char *)file->begin, NULL, NULL, NULL) != SQLITE_OK) {
        result = sqlite_error(db, doing, err);
    } else {
        result = migrate_version(db, &version, err);
    }
    if (result == RESULT_OK && version != number) {
        result = err_set(err, RESULT_STORE, "%s: it sets user_version %d instead of %d", doing, version, number);
    }
    if (result == RESULT_OK && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        result = sqlite_error(db, doing, err);
    }
    if (sqlite3_get_autocommit(db) == 0) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return result;
}

enum result migrate(struct sqlite3 *db, const struct embedded_file *files, struct err *err)
{
    const int newest = migrate_newest(files);
    int version = 0;
    enum result result = migrate_version(db, &version, err);
    if (result == RESULT_OK && (version < 0 || version > newest)) {
        return err_set(err, RESULT_STORE, "the database has version %d, this program knows %d at most", version,
                       newest);
    }
    for (int number = version + 1; number <= newest && result == RESULT_OK; number++) {
        result = apply(db, &files[number - 1], number, err);
    }
    return result;
}
