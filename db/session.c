#include "db/session.h"

#include <assert.h>

#include "db/check.h"
#include "db/database.h"

enum result store_insert(struct store *store, const char *doing,
                         enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                         const void *arg, int64_t *id, struct err *err)
{
    assert(store->of == NULL); /* a view cannot be written to */
    db_connection_lock(store->writer);
    enum result result = store->check != NULL ? check_found(store->check, err) : RESULT_OK;
    if (result == RESULT_OK) {
        result = database_check_files(store->database, err);
    }
    if (result == RESULT_OK) {
        result = db_connection_begin(store->writer, doing, err);
    }
    if (result == RESULT_OK) {
        result = db_connection_end(store->writer, body(store->writer, arg, err), doing, err);
    }
    if (result == RESULT_OK) {
        *id = db_connection_inserted(store->writer); /* before another thread inserts */
    }
    db_connection_unlock(store->writer);
    return result;
}

enum result store_write(struct store *store, const char *doing,
                        enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                        const void *arg, struct err *err)
{
    int64_t unused = 0;
    return store_insert(store, doing, body, arg, &unused, err);
}

struct db_connection *store_reader(struct store *store)
{
    if (store->of != NULL) {
        struct db_connection *const of_view = store_view_reader(store);
        return of_view != NULL ? of_view : store_reader(store->of);
    }
    for (int i = 0; i < STORE_READERS; i++) {
        if (db_connection_try_lock(store->readers[i])) {
            return store->readers[i];
        }
    }
    struct db_connection *reader = store->readers[atomic_fetch_add(&store->turn, 1) % STORE_READERS];
    db_connection_lock(reader);
    return reader;
}

enum result store_count(struct store *store, enum query query, const char *doing, uint64_t *count, struct err *err)
{
    bool row = false;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, query);
    const enum result result = statement_step(&select, doing, &row, err);
    *count = row ? column_u64(&select) : 0;
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_each(struct store *store, const struct listing *listing, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, listing->query);
    const size_t parameters = statement_parameters(&select);
    for (size_t i = 0; i < parameters; i++) {
        bind_i64(&select, listing->parameters[i]);
    }
    const enum result result = statement_each(&select, listing->doing, listing->row, listing->arg, err);
    db_connection_unlock(reader);
    return result;
}
