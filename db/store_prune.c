#include "db/store_prune.h"

#include <stdlib.h>

#include "db/session.h"

#define DOING "deleting old runs"

struct prune {
    struct store *store;
    uint64_t keep;
    struct store_ids *deleted;
};

static enum result note(struct store_ids *ids, int64_t id, struct err *err)
{
    int64_t *const longer = realloc(ids->of, (ids->count + 1) * sizeof *longer);
    if (longer == NULL) {
        return err_set(err, RESULT_NO_MEMORY, DOING ": out of memory");
    }
    longer[ids->count++] = id;
    ids->of = longer;
    return RESULT_OK;
}

/* The newest run that is one too many; 0 when there is none. */
static enum result find_newest(struct db_connection *writer, uint64_t keep, int64_t *newest, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, QUERY_PRUNE_FROM);
    bind_u64(&select, keep);
    const enum result result = statement_step(&select, DOING, &row, err);
    *newest = row ? column_i64(&select) : 0;
    statement_done(&select);
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

struct noting {
    struct store_ids *ids;
    enum result result;
    struct err *err;
};

static bool note_row(struct statement *row, void *arg)
{
    struct noting *const noting = arg;
    noting->result = note(noting->ids, column_i64(row), noting->err);
    return noting->result == RESULT_OK;
}

static enum result note_experiment(struct db_connection *writer, uint64_t experiment, struct store_ids *ids,
                                   struct err *err)
{
    struct noting noting = {.ids = ids, .err = err};
    struct statement select = db_connection_statement(writer, QUERY_EXPERIMENT_RUNS);
    bind_u64(&select, experiment);
    const enum result result = statement_each(&select, DOING, note_row, &noting, err);
    return noting.result != RESULT_OK ? noting.result : result;
}

static enum result delete_from(struct db_connection *writer, const struct store_ids *ids, size_t first, struct err *err)
{
    enum result result = RESULT_OK;
    for (size_t i = first; result == RESULT_OK && i < ids->count; i++) {
        struct statement delete = db_connection_statement(writer, QUERY_RUN_DELETE);
        bind_i64(&delete, ids->of[i]);
        result = statement_run(&delete, DOING, err);
    }
    return result;
}

static enum result prune(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct prune *const prune = arg;
    struct store_ids *const deleted = prune->deleted;
    int64_t newest = 0;
    enum result result = find_newest(writer, prune->keep, &newest, err);
    while (result == RESULT_OK && newest != 0 && deleted->count < STORE_PRUNE_BATCH) {
        const size_t first = deleted->count;
        int64_t id = 0;
        uint64_t experiment = 0;
        result = find_oldest(writer, newest, &id, &experiment, err);
        if (result != RESULT_OK || id == 0) {
            break;
        }
        result = experiment != 0 ? note_experiment(writer, experiment, deleted, err) : note(deleted, id, err);
        if (result == RESULT_OK) {
            atomic_fetch_add(&prune->store->changed.deletions, 1);
            result = delete_from(writer, deleted, first, err);
        }
    }
    return result;
}

enum result store_prune(struct store *store, uint64_t keep, struct store_ids *deleted, struct err *err)
{
    *deleted = (struct store_ids){NULL, 0};
    const struct prune arguments = {store, keep, deleted};
    const enum result result = store_write(store, DOING, prune, &arguments, err);
    if (result != RESULT_OK) {
        free(deleted->of);
        *deleted = (struct store_ids){NULL, 0};
    }
    return result;
}
