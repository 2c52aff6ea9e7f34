#include "db/store_experiments.h"

#include "db/rows.h"
#include "db/store_private.h"

static enum result create(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct experiment *const experiment = arg;
    struct statement insert = db_connection_statement(writer, QUERY_EXPERIMENT_INSERT);
    bind_text(&insert, experiment->kind);
    bind_text(&insert, experiment->asked);
    bind_i64(&insert, experiment->created_ms);
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

static void read_experiment(struct statement *row, struct experiment *experiment)
{
    *experiment = (struct experiment){.id = column_i64(row)};
    experiment->status = run_status_from_name(column_text(row));
    column_copy(row, experiment->kind, sizeof experiment->kind);
    column_copy(row, experiment->asked, sizeof experiment->asked);
    experiment->created_ms = column_i64(row);
    experiment->started_ms = column_i64(row);
    experiment->finished_ms = column_i64(row);
    column_copy(row, experiment->prediction, sizeof experiment->prediction);
    column_copy(row, experiment->message, sizeof experiment->message);
}

static enum result read_one(struct statement *select, struct experiment *experiment, struct err *err)
{
    bool row = false;
    const enum result result = statement_step(select, "reading an experiment", &row, err);
    if (row) {
        read_experiment(select, experiment);
    } else if (result == RESULT_OK) {
        err_set(err, RESULT_NOT_FOUND, "there is no such experiment");
    }
    statement_done(select);
    return result == RESULT_OK && !row ? RESULT_NOT_FOUND : result;
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
    struct experiment before;
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
    bind_text(&change, run_status_name(experiment->status));
    bind_u64_unless(&change, (uint64_t)experiment->started_ms, 0);
    bind_u64_unless(&change, (uint64_t)experiment->finished_ms, 0);
    row_bind_json(&change, experiment->prediction);
    bind_text(&change, experiment->message);
    bind_i64(&change, experiment->id);
    return statement_run(&change, "storing an experiment", err);
}

enum result store_experiment_update(struct store *store, const struct experiment *experiment, struct err *err)
{
    return store_write(store, "storing an experiment", update, experiment, err);
}

enum result store_experiments_each(struct store *store, int64_t before, uint32_t limit,
                                   bool (*each)(const struct experiment *experiment, void *arg), void *arg,
                                   struct err *err)
{
    bool row = false;
    struct experiment experiment;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_EXPERIMENTS);
    bind_i64(&select, before > 0 ? before : INT64_MAX);
    bind_i64(&select, limit);
    enum result result = statement_step(&select, "listing experiments", &row, err);
    while (row) {
        read_experiment(&select, &experiment);
        if (!each(&experiment, arg)) {
            break;
        }
        result = statement_step(&select, "listing experiments", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

static void read_run(struct statement *row, struct experiment_run *run)
{
    *run = (struct experiment_run){.id = column_i64(row)};
    run->status = run_status_from_name(column_text(row));
    run->mode = run_mode_from_name(column_text(row));
    run->count = column_u64(row);
    run->completed = column_u64(row);
    run->failed = column_u64(row);
    run->duration_us = column_u64(row);
    run->took_ms = column_u64(row);
    column_copy(row, run->limit, sizeof run->limit);
}

enum result store_experiment_runs_each(struct store *store, int64_t id,
                                       bool (*each)(const struct experiment_run *run, void *arg), void *arg,
                                       struct err *err)
{
    bool row = false;
    struct experiment_run run;
    struct db_connection *const reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_EXPERIMENT_RUNS);
    bind_i64(&select, id);
    enum result result = statement_step(&select, "reading an experiment's runs", &row, err);
    while (row) {
        read_run(&select, &run);
        if (!each(&run, arg)) {
            break;
        }
        result = statement_step(&select, "reading an experiment's runs", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}
