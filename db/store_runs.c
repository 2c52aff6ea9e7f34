/* A run's life: it is created, started, finished, cancelled, deleted. */
#include "db/histograms.h"
#include "db/rows.h"
#include "db/session.h"
#include "db/store.h"
#include "db/store_parts.h"

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
        if (run->experiment != 0) {
            atomic_fetch_add(&store->changed.moves, 1); /* in a folded list it hides the one before */
        }
    }
    return result;
}

struct run_state {
    enum run_status status;
    uint64_t count;
    uint64_t experiment; /* 0: none */
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
        state->experiment = column_u64_or(&select, 0);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)id);
    }
    statement_done(&select);
    return result;
}

static enum result require_queued(struct db_connection *writer, int64_t id, struct err *err)
{
    struct run_state state = {RUN_STATUS_COUNT, 0, 0};
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
    row_bind_begin(&update, run);
    bind_i64(&update, run->id);
    return statement_run(&update, "storing a run's start", err);
}

enum result store_run_started(struct store *store, const struct run *run, struct err *err)
{
    atomic_fetch_add(&store->changed.moves, 1);
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
    row_bind_end(&update, run);
    bind_i64(&update, run->id);
    const enum result result = statement_run(&update, "storing a run's result", err);
    return result == RESULT_OK && db_connection_changes(writer) == 0
               ? err_set(err, RESULT_CONFLICT, "run %lld cannot be stored: its row breaks a constraint of its table",
                         (long long)run->id)
               : result;
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
    struct run_state state = {RUN_STATUS_COUNT, 0, 0};
    if (read_state(writer, run->id, &state, err) != RESULT_OK) {
        return err->code;
    }
    if (run_status_is_over(state.status)) {
        return err_set(err, RESULT_CONFLICT, "run %lld is over already: %s", (long long)run->id,
                       run_status_name(state.status));
    }
    if (check_totals(run, state.count, err) != RESULT_OK || update_finished(writer, run, err) != RESULT_OK ||
        insert_groups(writer, run, err) != RESULT_OK) {
        return err->code;
    }
    return store_histograms_insert(writer, run->id, &finish->histograms, err);
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
        atomic_fetch_add(&store->changed.moves, 1);
        result = store_write(store, "storing a run's result", finish, &arguments, err);
    }
    store_histograms_free(&arguments.histograms);
    return result;
}

/* The result of an experiment is made from the runs that ended; without one of them the rest would say something else.
 */
static bool is_needed(const struct run_state *state)
{
    return state->experiment != 0 && (state->status == RUN_STATUS_COMPLETED || state->status == RUN_STATUS_FAILED);
}

static enum result delete_run(struct db_connection *writer, const void *arg, struct err *err)
{
    const int64_t id = *(const int64_t *)arg;
    struct run_state state = {RUN_STATUS_COUNT, 0, 0};
    const enum result result = read_state(writer, id, &state, err);
    if (result == RESULT_OK && state.status == RUN_STATUS_RUNNING) {
        return err_set(err, RESULT_CONFLICT, "run %lld is running: cancel it first", (long long)id);
    }
    if (result == RESULT_OK && is_needed(&state)) {
        return err_set(
            err, RESULT_CONFLICT,
            "run %lld is a part of the result of experiment %llu: delete the experiment with its runs instead",
            (long long)id, (unsigned long long)state.experiment);
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
    atomic_fetch_add(&store->changed.deletions, 1);
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
    atomic_fetch_add(&store->changed.moves, 1);
    return store_write(store, "cancelling a run", cancel, &cancellation, err);
}

/* --- changes of a run that is stored already --- */

struct amendment {
    int64_t id;
    const char *label;
};

static enum result put_verdict(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct run *const run = arg;
    struct statement change = db_connection_statement(writer, QUERY_RUN_VERDICT_PUT);
    row_bind_verdict(&change, run);
    bind_i64(&change, run->id);
    const enum result result = statement_run(&change, "storing what a proof found", err);
    return result == RESULT_OK && db_connection_changes(writer) == 0
               ? err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)run->id)
               : result;
}

enum result store_run_verdict_put(struct store *store, const struct run *run, struct err *err)
{
    return store_write(store, "storing what a proof found", put_verdict, run, err);
}

/* The statement does not change a running run; only when nothing changed, the reason is looked up. */
static enum result put_label(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct amendment *const amendment = arg;
    struct run_state state = {RUN_STATUS_COUNT, 0, 0};
    struct statement change = db_connection_statement(writer, QUERY_RUN_LABEL_PUT);
    bind_text(&change, amendment->label);
    bind_i64(&change, amendment->id);
    enum result result = statement_run(&change, "storing a label", err);
    if (result == RESULT_OK && db_connection_changes(writer) == 0) {
        result = read_state(writer, amendment->id, &state, err);
        return result == RESULT_OK
                   ? err_set(err, RESULT_CONFLICT, "run %lld is running: it can be renamed when it is over",
                             (long long)amendment->id)
                   : result;
    }
    return result;
}

enum result store_run_label_put(struct store *store, int64_t id, const char *label, struct err *err)
{
    const struct amendment amendment = {.id = id, .label = label};
    atomic_fetch_add(&store->changed.moves, 1);
    return store_write(store, "storing a label", put_label, &amendment, err);
}
