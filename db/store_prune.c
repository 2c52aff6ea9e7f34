#include "db/store_prune.h"

#include <assert.h>

#include "db/session.h"

#define DOING "deleting old runs"

struct prune {
    struct store *store;
    int64_t newest;
    struct store_ids *deleted;
};

enum result store_prune_find(struct store *store, struct pruning *pruning, struct err *err)
{
    bool row = false;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_PRUNE_FROM);
    bind_u64(&select, pruning->keep);
    const enum result result = statement_step(&select, DOING, &row, err);
    pruning->newest = row ? column_i64(&select) : 0;
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

static enum result find_oldest(struct db_connection *writer, int64_t newest, int64_t *id, uint64_t *experiment,
                               struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, QUERY_PRUNE_NEXT);
    bind_i64(&select, newest);
    const enum result result = statement_step(&select, DOING, &row, err);
    *id = row ? column_i64(&select) : 0;
    *experiment = row ? column_u64_or(&select, 0) : 0;
    statement_done(&select);
    return result;
}

static enum result detach(struct db_connection *writer, uint64_t experiment, struct err *err)
{
    struct statement update = db_connection_statement(writer, QUERY_PRUNE_DETACH);
    bind_u64(&update, experiment);
    return statement_run(&update, DOING, err);
}

static enum result delete_run(struct db_connection *writer, int64_t id, struct store_ids *deleted, struct err *err)
{
    struct statement delete = db_connection_statement(writer, QUERY_RUN_DELETE);
    bind_i64(&delete, id);
    const enum result result = statement_run(&delete, DOING, err);
    if (result == RESULT_OK) {
        deleted->of[deleted->count++] = id;
    }
    return result;
}

static enum result prune(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct prune *const prune = arg;
    enum result result = RESULT_OK;
    while (result == RESULT_OK && prune->deleted->count < STORE_PRUNE_BATCH) {
        int64_t id = 0;
        uint64_t experiment = 0;
        result = find_oldest(writer, prune->newest, &id, &experiment, err);
        if (result != RESULT_OK || id == 0) {
            break;
        }
        atomic_fetch_add(&prune->store->changed.deletions, 1);
        if (experiment != 0) {
            result = detach(writer, experiment, err);
        }
        if (result == RESULT_OK) {
            result = delete_run(writer, id, prune->deleted, err);
        }
    }
    return result;
}

enum result store_prune_batch(struct store *store, struct pruning *pruning, struct store_ids *deleted, struct err *err)
{
    assert(store->of == NULL); /* a view cannot be written to */
    const struct prune arguments = {store, pruning->newest, deleted};
    deleted->count = 0;
    const enum result result = pruning->newest != 0 ? store_write(store, DOING, prune, &arguments, err) : RESULT_OK;
    if (result != RESULT_OK) {
        deleted->count = 0; /* it was rolled back */
    }
    if (deleted->count == 0) {
        pruning->newest = 0;
    }
    return result;
}
