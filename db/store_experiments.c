#include "db/store_experiments.h"

#include "base/table.h"
#include "db/rows.h"
#include "db/session.h"

static enum result create(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct experiment *const experiment = arg;
    struct statement insert = db_connection_statement(writer, QUERY_EXPERIMENT_INSERT);
    row_bind_experiment_order(&insert, experiment);
    return statement_run(&insert, "storing an experiment", err);
}

enum result store_experiment_create(struct store *store, struct experiment *experiment, struct err *err)
{
    const enum result result = store_insert(store, "storing an experiment", create, experiment, &experiment->id, err);
    if (result == RESULT_OK) {
        experiment->status = RUN_STATUS_QUEUED;
    }
    return result;
}

enum result store_experiments_pending(struct store *store, uint64_t *count, struct err *err)
{
    const enum result result = store_count(store, QUERY_EXPERIMENTS_PENDING, "counting experiments", count, err);
    *count -= result == RESULT_OK ? store->left_experiments : 0;
    return result;
}

static enum result read_one(struct statement *select, struct experiment *experiment, struct err *err)
{
    bool row = false;
    enum result result = statement_step(select, "reading an experiment", &row, err);
    if (row) {
        result = row_read_experiment(select, experiment) ? RESULT_OK
                                                         : statement_step(select, "reading an experiment", &row, err);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no such experiment");
    }
    statement_done(select);
    return result;
}

static enum result read_by_id(struct db_connection *connection, int64_t id, struct experiment *experiment,
                              struct err *err)
{
    struct statement select = db_connection_statement(connection, QUERY_EXPERIMENT_GET);
    bind_i64(&select, id);
    const enum result result = read_one(&select, experiment, err);
    return result == RESULT_NOT_FOUND ? err_set(err, RESULT_NOT_FOUND, "there is no experiment %lld", (long long)id)
                                      : result;
}

enum result store_experiment_next(struct store *store, struct experiment *experiment, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_EXPERIMENT_NEXT);
    bind_i64(&select, (int64_t)store->last_experiment);
    const enum result result = read_one(&select, experiment, err);
    db_connection_unlock(reader);
    return result;
}

enum result store_experiment_get(struct store *store, int64_t id, struct experiment *experiment, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    const enum result result = read_by_id(reader, id, experiment, err);
    db_connection_unlock(reader);
    return result;
}

static enum result update(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct experiment *const experiment = arg;
    struct experiment before = {.id = 0};
    if (read_by_id(writer, experiment->id, &before, err) != RESULT_OK) {
        return err->code;
    }
    if (run_status_is_over(before.status)) {
        return err_set(err, RESULT_CONFLICT, "experiment %lld is over: %s", (long long)experiment->id,
                       run_status_name(before.status));
    }
    struct statement change = db_connection_statement(writer, QUERY_EXPERIMENT_UPDATE);
    row_bind_experiment_state(&change, experiment);
    bind_i64(&change, experiment->id);
    return statement_run(&change, "storing an experiment", err);
}

enum result store_experiment_update(struct store *store, const struct experiment *experiment, struct err *err)
{
    return store_write(store, "storing an experiment", update, experiment, err);
}

/* --- changes of one that is over --- */

static enum result require_over(struct db_connection *writer, int64_t id, const char *doing, struct err *err)
{
    struct experiment experiment = {.id = 0};
    if (read_by_id(writer, id, &experiment, err) != RESULT_OK) {
        return err->code;
    }
    return run_status_is_over(experiment.status)
               ? RESULT_OK
               : err_set(err, RESULT_CONFLICT, "experiment %lld is %s: it can be %s when it is over", (long long)id,
                         run_status_name(experiment.status), doing);
}

static enum result require_runs_over(struct db_connection *writer, int64_t id, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, QUERY_EXPERIMENT_RUN_ACTIVE);
    bind_i64(&select, id);
    enum result result = statement_step(&select, "looking for a run that goes on", &row, err);
    if (row) {
        result = err_set(err, RESULT_CONFLICT, "run %lld of experiment %lld is not over: try again when it is",
                         (long long)column_i64(&select), (long long)id);
    }
    statement_done(&select);
    return result;
}

static enum result delete_whole(struct db_connection *writer, const void *arg, struct err *err)
{
    static const enum query deletions[] = {QUERY_EXPERIMENT_DELETE_RUNS, QUERY_EXPERIMENT_DELETE};
    const int64_t id = *(const int64_t *)arg;
    if (require_over(writer, id, "deleted", err) != RESULT_OK || require_runs_over(writer, id, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = RESULT_OK;
    for (size_t i = 0; i < COUNT_OF(deletions) && result == RESULT_OK; i++) {
        struct statement delete = db_connection_statement(writer, deletions[i]);
        bind_i64(&delete, id);
        result = statement_run(&delete, "deleting an experiment", err);
    }
    return result;
}

enum result store_experiment_delete(struct store *store, int64_t id, struct err *err)
{
    atomic_fetch_add(&store->changed.deletions, 1);
    return store_write(store, "deleting an experiment", delete_whole, &id, err);
}

static enum result rename_whole(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct experiment_renaming *const renaming = arg;
    const int64_t id = renaming->experiment->id;
    if (require_over(writer, id, "renamed", err) != RESULT_OK) {
        return err->code;
    }
    struct statement plan = db_connection_statement(writer, QUERY_EXPERIMENT_RENAME);
    bind_text(&plan, renaming->experiment->asked);
    bind_i64(&plan, id);
    if (statement_run(&plan, "storing a label", err) != RESULT_OK) {
        return err->code;
    }
    struct statement runs = db_connection_statement(writer, QUERY_EXPERIMENT_RENAME_RUNS);
    bind_text(&runs, renaming->to);
    bind_i64(&runs, id);
    bind_text(&runs, renaming->from);
    return statement_run(&runs, "storing a label", err);
}

enum result store_experiment_rename(struct store *store, const struct experiment_renaming *renaming, struct err *err)
{
    atomic_fetch_add(&store->changed.moves, 1);
    return store_write(store, "storing a label", rename_whole, renaming, err);
}

/* --- lists --- */

struct reading {
    union {
        bool (*experiment)(const struct experiment *experiment, void *arg);
        bool (*run)(const struct experiment_run *run, void *arg);
    } each;
    void *arg;
};

static bool give_experiment(struct statement *row, void *arg)
{
    const struct reading *const reading = arg;
    struct experiment experiment;
    return !row_read_experiment(row, &experiment) || reading->each.experiment(&experiment, reading->arg);
}

enum result store_experiments_each(struct store *store, int64_t before, uint32_t limit,
                                   bool (*each)(const struct experiment *experiment, void *arg), void *arg,
                                   struct err *err)
{
    struct reading reading = {.each.experiment = each, .arg = arg};
    const struct listing listing = {
        QUERY_EXPERIMENTS, "listing experiments", {before > 0 ? before : INT64_MAX, limit}, give_experiment, &reading};
    return store_each(store, &listing, err);
}

static bool give_run(struct statement *row, void *arg)
{
    const struct reading *const reading = arg;
    struct experiment_run run;
    return !row_read_experiment_run(row, &run) || reading->each.run(&run, reading->arg);
}

enum result store_experiment_runs_each(struct store *store, int64_t id,
                                       bool (*each)(const struct experiment_run *run, void *arg), void *arg,
                                       struct err *err)
{
    struct reading reading = {.each.run = each, .arg = arg};
    const struct listing listing = {QUERY_EXPERIMENT_RUNS, "reading an experiment's runs", {id}, give_run, &reading};
    return store_each(store, &listing, err);
}
