/* Reading one run, with its groups of errors and its latencies. */
#include <stdint.h>

#include "db/rows.h"
#include "db/session.h"
#include "db/store.h"

static bool read_group(struct statement *row, void *arg)
{
    struct run *const run = arg;
    (void)column_i64(row); /* the position */
    row_read_group(row, &run->groups[run->group_count++]);
    return run->group_count < ERROR_GROUPS_MAX;
}

static bool read_latency(struct statement *row, void *arg)
{
    struct run *const run = arg;
    row_read_latency(row, run->latency);
    return true;
}

static enum result read_parts(struct db_connection *reader, struct run *run, struct err *err)
{
    struct statement groups = db_connection_statement(reader, QUERY_GROUPS);
    bind_i64(&groups, run->id);
    const enum result result = statement_each(&groups, "reading a run's errors", read_group, run, err);
    if (result != RESULT_OK) {
        return result;
    }
    struct statement latencies = db_connection_statement(reader, QUERY_LATENCIES);
    bind_i64(&latencies, run->id);
    return statement_each(&latencies, "reading a run's latencies", read_latency, run, err);
}

/* The statement's row holds the read transaction open, so that groups and latencies are of the same moment. */
enum result store_read_run(struct db_connection *reader, int64_t id, struct run *run, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(reader, QUERY_RUN_GET);
    bind_i64(&select, id);
    enum result result = statement_step(&select, "reading a run", &row, err);
    if (row) {
        result = row_read_run(&select, run) ? read_parts(reader, run, err)
                                            : statement_step(&select, "reading a run", &row, err);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)id);
    }
    statement_done(&select);
    return result;
}

enum result store_run_get(struct store *store, int64_t id, struct run *run, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    const enum result result = store_read_run(reader, id, run, err);
    db_connection_unlock(reader);
    return result;
}

/* `after`: of a query with a parameter; negative: of one without. */
static enum result read_first(struct store *store, enum query query, int64_t after, const char *none, struct run *run,
                              struct err *err)
{
    bool row = false;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, query);
    if (after >= 0) {
        bind_i64(&select, after);
    }
    enum result result = statement_step(&select, "reading a run", &row, err);
    if (row) {
        result = store_read_run(reader, column_i64(&select), run, err);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "%s", none);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_run_next(struct store *store, struct run *run, struct err *err)
{
    return read_first(store, QUERY_RUN_NEXT, (int64_t)store->last_run, "no run is queued", run, err);
}

enum result store_run_latest(struct store *store, struct run *run, struct err *err)
{
    return read_first(store, QUERY_RUN_LATEST, -1, "no run is over", run, err);
}
