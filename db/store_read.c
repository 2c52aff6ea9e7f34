/* Reading runs: one, or a list, each with its groups of errors and its latencies. */
#include <stdint.h>

#include "db/rows.h"
#include "db/store.h"
#include "db/store_private.h"

static enum result read_groups(struct db_connection *reader, struct run *run, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(reader, QUERY_GROUPS);
    bind_i64(&select, run->id);
    enum result result = statement_step(&select, "reading a run's errors", &row, err);
    while (row && run->group_count < ERROR_GROUPS_MAX) {
        row_read_group(&select, &run->groups[run->group_count++]);
        result = statement_step(&select, "reading a run's errors", &row, err);
    }
    statement_done(&select);
    return result;
}

static enum result read_latencies(struct db_connection *reader, struct run *run, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(reader, QUERY_LATENCIES);
    bind_i64(&select, run->id);
    enum result result = statement_step(&select, "reading a run's latencies", &row, err);
    while (row) {
        row_read_latency(&select, run->latency);
        result = statement_step(&select, "reading a run's latencies", &row, err);
    }
    statement_done(&select);
    return result;
}

/* The statement's row holds the read transaction open, so that groups and latencies are of the same moment. */
static enum result read_run(struct db_connection *reader, struct statement *row, struct run *run, struct err *err)
{
    row_read_run(row, run);
    const enum result result = read_groups(reader, run, err);
    return result != RESULT_OK ? result : read_latencies(reader, run, err);
}

static enum result read_one(struct db_connection *reader, struct statement *select, const char *missing,
                            struct run *run, struct err *err)
{
    bool row = false;
    enum result result = statement_step(select, "reading a run", &row, err);
    if (result == RESULT_OK) {
        result = row ? read_run(reader, select, run, err) : err_set(err, RESULT_NOT_FOUND, "%s", missing);
    }
    statement_done(select);
    return result;
}

enum result store_run_next(struct store *store, struct run *run, struct err *err)
{
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_RUN_NEXT);
    const enum result result = read_one(reader, &select, "no run is queued", run, err);
    db_connection_unlock(reader);
    return result;
}

enum result store_run_get(struct store *store, int64_t id, struct run *run, struct err *err)
{
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_RUN_GET);
    bind_i64(&select, id);
    enum result result = read_one(reader, &select, "there is no such run", run, err);
    db_connection_unlock(reader);
    if (result == RESULT_NOT_FOUND) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)id);
    }
    return result;
}

/* The one whose index leaves the fewest rows. */
static enum query choose_list(const struct run_filter *filter)
{
    if (filter->sort != RUN_SORT_NONE) {
        return (enum query)((unsigned)QUERY_RUNS_UP_ID + 2 * ((unsigned)filter->sort - 1) +
                            (filter->ascending ? 0 : 1));
    }
    if (filter->experiment != 0) {
        return QUERY_RUNS_OF_EXPERIMENT;
    }
    if (filter->status != RUN_STATUS_COUNT) {
        return QUERY_RUNS_OF_STATUS;
    }
    return filter->mode != MODE_COUNT ? QUERY_RUNS_OF_MODE : QUERY_RUNS_ALL;
}

static void bind_filter(struct statement *select, const struct run_filter *filter)
{
    bind_i64(select, filter->before > 0 ? filter->before : INT64_MAX);
    bind_text(select, filter->mode == MODE_COUNT ? NULL : run_mode_name(filter->mode));
    bind_text(select, filter->status == RUN_STATUS_COUNT ? NULL : run_status_name(filter->status));
    bind_u64_unless(select, (uint64_t)filter->experiment, 0);
    bind_text(select, filter->q);
    bind_i64(select, filter->limit);
    if (filter->sort != RUN_SORT_NONE) {
        bind_i64(select, filter->offset);
    }
}

enum result store_runs_each(struct store *store, const struct run_filter *filter,
                            bool (*each)(const struct run *run, void *arg), void *arg, struct err *err)
{
    bool row = false;
    struct run run;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, choose_list(filter));
    bind_filter(&select, filter);
    enum result result = statement_step(&select, "listing runs", &row, err);
    while (row) {
        result = read_run(reader, &select, &run, err);
        if (result != RESULT_OK || !each(&run, arg)) {
            break;
        }
        result = statement_step(&select, "listing runs", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}
