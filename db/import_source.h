/* Another database, for store_import.c: a private copy of it, brought to the newest schema. */
#ifndef KONEKSI_DB_IMPORT_SOURCE_H
#define KONEKSI_DB_IMPORT_SOURCE_H

#include <stdbool.h>

#include "base/err.h"

struct db_connection;

struct import_source {
    const char *path;
    const char *copy; /* must not exist */
    bool (*go_on)(void *arg);
    void *arg;
    struct db_connection *reader; /* set: of the copy */
};

/* The database at `path` is not changed. Its errors are those of store_import. import_source_close after it, on failure
 * too. */
enum result import_source_open(struct import_source *source, struct err *err) MUST_CHECK;
void import_source_close(struct import_source *source);

#endif
