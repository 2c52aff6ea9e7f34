#include "db/store_experiments.h"

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
    return store_count(store, QUERY_EXPERIMENTS_PENDING, "counting experiments", count, err);
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

enum result store_experiment_next(struct store *store, struct experiment *experiment, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_EXPERIMENT_NEXT);
    const enum result result = read_one(&select, experiment, err);
    db_connection_unlock(reader);
    return result;
}

enum result store_experiment_get(struct store *store, int64_t id, struct experiment *experiment, struct err *err)
{
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_EXPERIMENT_GET);
    bind_i64(&select, id);
    enum result result = read_one(&select, experiment, err);
    db_connection_unlock(reader);
    if (result == RESULT_NOT_FOUND) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no experiment %lld", (long long)id);
    }
    return result;
}

static enum result update(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct experiment *const experiment = arg;
    struct experiment before = {.id = 0};
    struct statement select = db_connection_statement(writer, QUERY_EXPERIMENT_GET);
    bind_i64(&select, experiment->id);
    const enum result result = read_one(&select, &before, err);
    if (result != RESULT_OK) {
        return result;
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
