#include "db/store_list.h"

#include <stdint.h>

#include "base/table.h"
#include "db/session.h"

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

/* The one whose index leaves the fewest rows. Each is followed by its folded form. */
static enum query choose_list(const struct run_filter *filter)
{
    if (filter->sort != RUN_SORT_NONE) {
        return (enum query)((unsigned)QUERY_RUNS_UP_ID + 4 * ((unsigned)filter->sort - 1) +
                            (filter->continues ? 2 : 0) + (filter->ascending ? 0 : 1));
    }
    const enum query list = filter->experiment > 0               ? QUERY_RUNS_OF_EXPERIMENT
                            : filter->status != RUN_STATUS_COUNT ? QUERY_RUNS_OF_STATUS
                            : filter->mode != MODE_COUNT         ? QUERY_RUNS_OF_MODE
                                                                 : QUERY_RUNS_ALL;
    return (enum query)((unsigned)list + (filter->folded ? 1 : 0));
}

#define BIND_MODE(value) bind_text(select, (value) == MODE_COUNT ? NULL : run_mode_name(value))
#define BIND_STATUS(value) bind_text(select, (value) == RUN_STATUS_COUNT ? NULL : run_status_name(value))
#define BIND_EXPERIMENT(value) (value) == 0 ? bind_null(select) : bind_i64(select, value)
#define BIND_FLAG(value) (value) == RUN_FLAG_EITHER ? bind_null(select) : bind_i64(select, (value) == RUN_FLAG_TRUE)
#define BIND_TEXT(value) bind_text(select, (value)[0] == '\0' ? NULL : (value))
#define BIND_FILTER(KIND, name, ...)                                                                                   \
    bind_name(select, ":" #name);                                                                                      \
    BIND_##KIND(filter->name);

static void bind_matches(struct statement *select, const struct run_filter *filter)
{
    RUN_FILTERS(BIND_FILTER)
}

static void bind_filter(struct statement *select, const struct run_filter *filter)
{
    const bool sorted = filter->sort != RUN_SORT_NONE;
    const bool behind = filter->continues && !sorted;
    bind_matches(select, filter);
    bind_name(select, ":before");
    bind_i64(select, behind ? filter->place.id : filter->before > 0 ? filter->before : INT64_MAX);
    bind_name(select, ":limit");
    bind_i64(select, filter->limit);
    if (sorted) {
        bind_name(select, filter->continues ? ":id" : ":offset");
        bind_i64(select, filter->continues ? filter->place.id : filter->offset);
    }
}

enum result store_runs_count(struct store *store, const struct run_filter *filter, struct run_counts *counts,
                             struct err *err)
{
    bool row = false;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_RUNS_COUNT);
    bind_matches(&select, filter);
    const enum result result = statement_step(&select, "counting runs", &row, err);
    counts->runs = row ? column_u64(&select) : 0;
    counts->experiments = row ? column_u64(&select) : 0;
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
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
    list->result = store_read_run(list->reader, column_i64(row), &run, list->err);
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
    bind_name(list, ":value");
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
