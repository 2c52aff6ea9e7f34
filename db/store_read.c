/* Reading runs: one, or a list, each with its groups of errors and its latencies. */
#include <stdint.h>

#include "base/table.h"
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
static enum result read_run(struct db_connection *reader, int64_t id, struct run *run, struct err *err)
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
    const enum result result = read_run(reader, id, run, err);
    db_connection_unlock(reader);
    return result;
}

static enum result read_first(struct store *store, enum query query, const char *none, struct run *run, struct err *err)
{
    bool row = false;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, query);
    enum result result = statement_step(&select, "reading a run", &row, err);
    if (row) {
        result = read_run(reader, column_i64(&select), run, err);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "%s", none);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_run_next(struct store *store, struct run *run, struct err *err)
{
    return read_first(store, QUERY_RUN_NEXT, "no run is queued", run, err);
}

enum result store_run_latest(struct store *store, struct run *run, struct err *err)
{
    return read_first(store, QUERY_RUN_LATEST, "no run is over", run, err);
}

enum run_sort run_sort_from_name(const char *name)
{
    static const char *const names[] = {
        "",
#define SORT(NAME, name, sql) #name,
#include "db/run_sorts.def"
#undef SORT
    };
    const size_t found = table_find(names, COUNT_OF(names), name);
    return found < COUNT_OF(names) ? (enum run_sort)found : RUN_SORT_NONE;
}

/* The one whose index leaves the fewest rows. */
static enum query choose_list(const struct run_filter *filter)
{
    if (filter->sort != RUN_SORT_NONE) {
        return (enum query)((unsigned)QUERY_RUNS_UP_ID + 4 * ((unsigned)filter->sort - 1) +
                            (filter->continues ? 2 : 0) + (filter->ascending ? 0 : 1));
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
    const bool behind = filter->continues && filter->sort == RUN_SORT_NONE;
    bind_i64(select, behind ? filter->place.id : filter->before > 0 ? filter->before : INT64_MAX);
    bind_text(select, filter->mode == MODE_COUNT ? NULL : run_mode_name(filter->mode));
    bind_text(select, filter->status == RUN_STATUS_COUNT ? NULL : run_status_name(filter->status));
    bind_u64_unless(select, (uint64_t)filter->experiment, 0);
    bind_text(select, filter->q);
    bind_i64(select, filter->limit);
    if (filter->sort != RUN_SORT_NONE) {
        bind_i64(select, filter->continues ? filter->place.id : filter->offset);
    }
}

struct run_list {
    struct db_connection *reader;
    bool (*each)(const struct run *run, void *arg);
    void *arg;
    enum result result; /* of reading the last run */
    struct err *err;
};

static bool give_run(struct statement *row, void *arg)
{
    struct run_list *const list = arg;
    struct run run;
    list->result = read_run(list->reader, column_i64(row), &run, list->err);
    return list->result == RESULT_OK && list->each(&run, list->arg);
}

static enum result find_row(struct statement *select, int64_t id, enum run_sort sort, struct err *err)
{
    bool row = false;
    bind_i64(select, id);
    const enum result result = statement_step(select, "listing runs", &row, err);
    if (result == RESULT_OK && !row) {
        return err_set(err, RESULT_STORE, "run %lld was deleted while the runs were listed", (long long)id);
    }
    select->column = (int)sort; /* the sorts begin at 1, behind the id */
    return result;
}

static enum result bind_place(struct db_connection *reader, const struct run_filter *filter, struct statement *list,
                              struct err *err)
{
    if (!filter->continues || filter->sort == RUN_SORT_NONE) {
        return RESULT_OK;
    }
    if (filter->place.kind != RUN_PLACE_OF_RUN) {
        run_place_bind(&filter->place, list);
        return RESULT_OK;
    }
    struct statement select = db_connection_statement(reader, QUERY_RUN_PLACE);
    const enum result result = find_row(&select, filter->place.id, filter->sort, err);
    if (result == RESULT_OK) {
        bind_column(list, &select);
    }
    statement_done(&select);
    return result;
}

enum result store_run_place(struct store *store, int64_t id, enum run_sort sort, struct run_place *place,
                            struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_RUN_PLACE);
    const enum result result = find_row(&select, id, sort, err);
    if (result == RESULT_OK) {
        place->id = id;
        run_place_read_column(place, &select);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_runs_each(struct store *store, const struct run_filter *filter,
                            bool (*each)(const struct run *run, void *arg), void *arg, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct run_list list = {.reader = reader, .each = each, .arg = arg, .err = err};
    struct statement select = db_connection_statement(reader, choose_list(filter));
    bind_filter(&select, filter);
    enum result result = bind_place(reader, filter, &select, err);
    if (result == RESULT_OK) {
        result = statement_each(&select, "listing runs", give_run, &list, err);
    } else {
        statement_done(&select);
    }
    db_connection_unlock(reader);
    return list.result != RESULT_OK ? list.result : result;
}
