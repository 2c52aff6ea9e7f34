#include "db/store.h"

#include <stdlib.h>
#include <string.h>

#include "db/database.h"
#include "db/rows.h"
#include "db/store_private.h"

#define INTERRUPTED_MESSAGE "the panel died while the run was under way"

enum result store_open(const char *path, struct store **store, struct err *err)
{
    struct store *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory");
    }
    enum result result = database_take(path, embedded_migrations, &new->database, err);
    if (result == RESULT_OK) {
        result = db_connection_open(database_path(new->database), true, &new->writer, err);
    }
    for (int i = 0; i < STORE_READERS && result == RESULT_OK; i++) {
        result = db_connection_open(database_path(new->database), false, &new->readers[i], err);
    }
    if (result == RESULT_OK) {
        result = database_note_files(new->database, err);
    }
    if (result != RESULT_OK) {
        if (new->database != NULL) {
            (void)database_name(new->database, result, err);
        }
        store_close(new);
        return result;
    }
    *store = new;
    return RESULT_OK;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    for (int i = 0; i < STORE_READERS; i++) {
        db_connection_close(store->readers[i]);
    }
    db_connection_close(store->writer);
    database_release(store->database);
    free(store);
}

enum result store_insert(struct store *store, const char *doing,
                         enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                         const void *arg, int64_t *id, struct err *err)
{
    db_connection_lock(store->writer);
    enum result result = database_check_files(store->database, err);
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
    for (int i = 0; i < STORE_READERS; i++) {
        if (db_connection_try_lock(store->readers[i])) {
            return store->readers[i];
        }
    }
    struct db_connection *reader = store->readers[atomic_fetch_add(&store->turn, 1) % STORE_READERS];
    db_connection_lock(reader);
    return reader;
}

static enum result write_nothing(struct db_connection *writer, const void *arg, struct err *err)
{
    (void)writer;
    (void)arg;
    (void)err;
    return RESULT_OK;
}

enum result store_ping(struct store *store, struct err *err)
{
    bool row = false;
    struct db_connection *reader = store_reader(store);
    struct statement ping = db_connection_statement(reader, QUERY_PING);
    const enum result result = statement_step(&ping, "reading the database", &row, err);
    statement_done(&ping);
    db_connection_unlock(reader);
    return result != RESULT_OK ? result : store_write(store, "writing to the database", write_nothing, NULL, err);
}

/* --- writing --- */

struct recovery {
    int64_t now_ms;
    size_t *interrupted;
};

static enum result recover(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct recovery *recovery = arg;
    struct statement update = db_connection_statement(writer, QUERY_RUN_RECOVER);
    bind_i64(&update, recovery->now_ms);
    bind_text(&update, INTERRUPTED_MESSAGE);
    enum result result = statement_run(&update, "marking interrupted runs", err);
    *recovery->interrupted = db_connection_changes(writer);
    if (result == RESULT_OK) {
        struct statement groups = db_connection_statement(writer, QUERY_GROUPS_RECOVER);
        result = statement_run(&groups, "grouping the failures of interrupted runs", err);
    }
    return result;
}

enum result store_recover(struct store *store, int64_t now_ms, size_t *interrupted, struct err *err)
{
    size_t changed = 0;
    const struct recovery recovery = {now_ms, &changed};
    const enum result result = store_write(store, "marking interrupted runs", recover, &recovery, err);
    *interrupted = result == RESULT_OK ? changed : 0;
    return result;
}

static enum result create(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct run *run = arg;
    struct statement insert = db_connection_statement(writer, QUERY_RUN_INSERT);
    bind_u64_unless(&insert, (uint64_t)run->experiment, 0);
    bind_i64(&insert, run->created_ms);
    bind_u64(&insert, run->spec.count);
    row_bind_spec(&insert, &run->spec);
    return statement_run(&insert, "storing a run", err);
}

enum result store_run_create(struct store *store, struct run *run, struct err *err)
{
    const enum result result = store_insert(store, "storing a run", create, run, &run->id, err);
    if (result == RESULT_OK) {
        run->status = RUN_STATUS_QUEUED;
        run->totals = (struct load_totals){.not_started = run->spec.count};
    }
    return result;
}

struct run_state {
    enum run_status status;
    uint64_t count;
};

static enum result read_state(struct db_connection *writer, int64_t id, struct run_state *state, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, QUERY_RUN_STATUS);
    bind_i64(&select, id);
    enum result result = statement_step(&select, "reading a run's status", &row, err);
    if (result == RESULT_OK && row) {
        state->status = run_status_from_name(column_text(&select));
        state->count = column_u64(&select);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)id);
    }
    statement_done(&select);
    return result;
}

static enum result require_queued(struct db_connection *writer, int64_t id, struct err *err)
{
    struct run_state state = {RUN_STATUS_COUNT, 0};
    const enum result result = read_state(writer, id, &state, err);
    if (result == RESULT_OK && state.status != RUN_STATUS_QUEUED) {
        return err_set(err, RESULT_CONFLICT, "run %lld is %s, not queued", (long long)id,
                       run_status_name(state.status));
    }
    return result;
}

static enum result start(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct run *run = arg;
    const enum result result = require_queued(writer, run->id, err);
    if (result != RESULT_OK) {
        return result;
    }
    struct statement update = db_connection_statement(writer, QUERY_RUN_START);
    bind_i64(&update, run->started_ms);
    row_bind_json(&update, run->environment);
    row_bind_server(&update, run);
    bind_i64(&update, run->id);
    return statement_run(&update, "storing a run's start", err);
}

enum result store_run_started(struct store *store, const struct run *run, struct err *err)
{
    return store_write(store, "storing a run's start", start, run, err);
}

struct finish {
    const struct run *run;
    struct store_histograms histograms;
};

static enum result check_totals(const struct run *run, uint64_t count, struct err *err)
{
    const struct load_totals *totals = &run->totals;
    /* Each is bounded first, so that no sum can wrap. */
    if (totals->started > count || totals->completed > count || totals->failed > count || totals->not_started > count ||
        totals->connected > totals->started || totals->started + totals->not_started != count ||
        totals->completed + totals->failed != totals->started) {
        return err_set(err, RESULT_STORE,
                       "run %lld does not add up: started %llu, connected %llu, completed %llu, failed %llu, not "
                       "started %llu of %llu clients",
                       (long long)run->id, (unsigned long long)totals->started, (unsigned long long)totals->connected,
                       (unsigned long long)totals->completed, (unsigned long long)totals->failed,
                       (unsigned long long)totals->not_started, (unsigned long long)count);
    }
    return RESULT_OK;
}

static enum result update_finished(struct db_connection *writer, const struct run *run, struct err *err)
{
    struct statement update = db_connection_statement(writer, QUERY_RUN_FINISH);
    bind_text(&update, run_status_name(run->status));
    bind_i64(&update, run->finished_ms);
    bind_u64(&update, run->duration_us);
    bind_u64(&update, run->totals.started);
    bind_u64(&update, run->totals.connected);
    bind_u64(&update, run->totals.completed);
    bind_u64(&update, run->totals.failed);
    bind_u64(&update, run->totals.not_started);
    bind_u64(&update, run->peaks.threads);
    bind_u64(&update, run->peaks.processes);
    bind_u64(&update, run->peaks.connections);
    bind_u64(&update, run->peak_server_threads);
    bind_u64(&update, run->peak_server_connections);
    bind_text(&update, run->message);
    row_bind_start(&update, &run->start);
    row_bind_json(&update, run->limit);
    row_bind_json(&update, run->cpu);
    row_bind_server(&update, run);
    bind_i64(&update, run->id);
    return statement_run(&update, "storing a run's result", err);
}

static enum result insert_groups(struct db_connection *writer, const struct run *run, struct err *err)
{
    enum result result = RESULT_OK;
    for (uint32_t i = 0; i < run->group_count && i < ERROR_GROUPS_MAX && result == RESULT_OK; i++) {
        struct statement insert = db_connection_statement(writer, QUERY_GROUP_INSERT);
        bind_i64(&insert, run->id);
        bind_i64(&insert, (int64_t)i + 1);
        row_bind_group(&insert, &run->groups[i]);
        result = statement_run(&insert, "storing a run's errors", err);
    }
    return result;
}

static enum result finish(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct finish *finish = arg;
    const struct run *run = finish->run;
    struct run_state state = {RUN_STATUS_COUNT, 0};
    enum result result = read_state(writer, run->id, &state, err);
    if (result == RESULT_OK && run_status_is_over(state.status)) {
        return err_set(err, RESULT_CONFLICT, "run %lld is over already: %s", (long long)run->id,
                       run_status_name(state.status));
    }
    if (result == RESULT_OK) {
        result = check_totals(run, state.count, err);
    }
    if (result == RESULT_OK) {
        result = update_finished(writer, run, err);
    }
    if (result == RESULT_OK) {
        result = insert_groups(writer, run, err);
    }
    if (result == RESULT_OK) {
        result = store_histograms_insert(writer, run->id, &finish->histograms, err);
    }
    return result;
}

enum result store_run_finished(struct store *store, const struct run *run, const struct hist latency[LATENCY_COUNT],
                               struct err *err)
{
    if (run->status == RUN_STATUS_COUNT || !run_status_is_over(run->status)) {
        return err_set(err, RESULT_STORE, "run %lld is to be stored as over, but its status is not final",
                       (long long)run->id);
    }
    struct finish arguments = {.run = run};
    enum result result = store_histograms_make(&arguments.histograms, latency, err);
    if (result == RESULT_OK) {
        result = store_write(store, "storing a run's result", finish, &arguments, err);
    }
    store_histograms_free(&arguments.histograms);
    return result;
}

static enum result delete_run(struct db_connection *writer, const void *arg, struct err *err)
{
    const int64_t id = *(const int64_t *)arg;
    struct run_state state = {RUN_STATUS_COUNT, 0};
    const enum result result = read_state(writer, id, &state, err);
    if (result == RESULT_OK && state.status == RUN_STATUS_RUNNING) {
        return err_set(err, RESULT_CONFLICT, "run %lld is running: cancel it first", (long long)id);
    }
    if (result != RESULT_OK) {
        return result;
    }
    struct statement delete = db_connection_statement(writer, QUERY_RUN_DELETE);
    bind_i64(&delete, id);
    return statement_run(&delete, "deleting a run", err);
}

enum result store_run_delete(struct store *store, int64_t id, struct err *err)
{
    return store_write(store, "deleting a run", delete_run, &id, err);
}

struct cancellation {
    int64_t id;
    int64_t now_ms;
};

static enum result cancel(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct cancellation *cancellation = arg;
    const enum result result = require_queued(writer, cancellation->id, err);
    if (result != RESULT_OK) {
        return result;
    }
    struct statement update = db_connection_statement(writer, QUERY_RUN_CANCEL);
    bind_i64(&update, cancellation->now_ms);
    bind_i64(&update, cancellation->id);
    return statement_run(&update, "cancelling a run", err);
}

enum result store_run_cancel_queued(struct store *store, int64_t id, int64_t now_ms, struct err *err)
{
    const struct cancellation cancellation = {id, now_ms};
    return store_write(store, "cancelling a run", cancel, &cancellation, err);
}

/* --- reading --- */

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

enum result store_queued_count(struct store *store, uint64_t *count, struct err *err)
{
    return store_count(store, QUERY_QUEUED_COUNT, "counting queued runs", count, err);
}

enum result store_status_counts(struct store *store, uint64_t counts[RUN_STATUS_COUNT], struct err *err)
{
    bool row = false;
    memset(counts, 0, RUN_STATUS_COUNT * sizeof *counts);
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_STATUS_COUNTS);
    enum result result = statement_step(&select, "counting runs", &row, err);
    while (row) {
        const enum run_status status = run_status_from_name(column_text(&select));
        if (status < RUN_STATUS_COUNT) {
            counts[status] = column_u64(&select);
        }
        result = statement_step(&select, "counting runs", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}
