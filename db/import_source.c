#include "db/import_source.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/table.h"
#include "db/backup.h"
#include "db/connection.h"
#include "db/database.h"
#include "db/migrate.h"

static enum result migrate_copy(const struct import_source *source, struct err *err)
{
    sqlite3 *db = NULL;
    enum result result = db_connection_configure(source->copy, &db, err);
    if (result == RESULT_OK) {
        result = migrate(db, embedded_migrations, err);
    }
    sqlite3_close(db);
    return result;
}

enum result import_source_open(struct import_source *source, struct err *err)
{
    struct backup backup = {.from = source->path, .to = source->copy, .go_on = source->go_on, .arg = source->arg};
    if (backup_run(&backup, err) != RESULT_OK) {
        return err->code; /* its messages name the database */
    }
    enum result result = migrate_copy(source, err);
    if (result == RESULT_OK) {
        result = db_connection_open(source->copy, false, &source->reader, err);
    }
    if (result != RESULT_OK) {
        const struct err why = *err;
        return err_set(err, result, "%.200s cannot be imported: %.200s", source->path, why.message);
    }
    return RESULT_OK;
}

void import_source_close(struct import_source *source)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    db_connection_close(source->reader);
    source->reader = NULL;
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char path[4096 + 16];
        snprintf(path, sizeof path, "%.4095s%s", source->copy, endings[i]);
        (void)unlink(path);
    }
}
