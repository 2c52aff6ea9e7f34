/* The thread of the experiments. */
#include "server/lab/experiment/experiments_state.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "server/lab/experiment/experiment_course.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/run/event.h"

enum {
    RETRY_MS = 1000, /* after the store has failed */
    CLOSE_POLL_MS = 10,
    PORTS_POLL_MS = 500,
    LONG_WAIT_MS = 2000,
    FOR_EVER = -1,
};

void experiments_wake(void *arg)
{
    struct experiments *const experiments = arg;
    pthread_mutex_lock(&experiments->state);
    experiments->news = true;
    pthread_cond_signal(&experiments->changed);
    pthread_mutex_unlock(&experiments->state);
}

/* --- one experiment --- */

/* Stores the change, unless a request has ended it meanwhile: then takes that over. */
static enum result change(struct experiments *experiments, struct experiment *experiment, struct err *err)
{
    enum result result = store_experiment_update(experiments->config.store, experiment, err);
    if (result == RESULT_CONFLICT) {
        result = store_experiment_get(experiments->config.store, experiment->id, experiment, err);
    }
    if (result == RESULT_OK) {
        experiments->active = run_status_is_over(experiment->status) ? 0 : experiment->id;
    }
    return result;
}

/* A request may have cancelled and deleted the current one meanwhile, which is then over for the thread as well. */
static enum result unless_deleted(struct experiments *experiments, enum result result)
{
    if (result != RESULT_NOT_FOUND) {
        return result;
    }
    experiments->current.id = 0;
    return RESULT_OK;
}

static enum result begin(struct experiments *experiments, struct experiment *experiment, struct err *err)
{
    enum result result = RESULT_OK;
    pthread_mutex_lock(&experiments->changes);
    cooldown_begin(experiments->config.sides.server, &experiments->before);
    if (experiment->status == RUN_STATUS_QUEUED) {
        result = experiment_begin(&experiments->config.sides, experiment, err);
    }
    if (result == RESULT_OK) {
        result = change(experiments, experiment, err);
    }
    pthread_mutex_unlock(&experiments->changes);
    return unless_deleted(experiments, result);
}

/* It starts with its first run, which may wait behind others. */
static enum result note_start(struct experiments *experiments, const struct experiment_view *view, struct err *err)
{
    struct experiment *const current = &experiments->current;
    const int64_t started_ms = experiment_view_started(view);
    if (current->started_ms != 0 || started_ms == 0) {
        return RESULT_OK;
    }
    pthread_mutex_lock(&experiments->changes);
    current->started_ms = started_ms;
    const enum result result = change(experiments, current, err);
    if (result == RESULT_OK) {
        observer_experiment(&experiments->config.observer, current);
    }
    pthread_mutex_unlock(&experiments->changes);
    return unless_deleted(experiments, result);
}

static enum result end(struct experiments *experiments, enum run_status status, const char *message, struct err *err)
{
    struct experiment *const current = &experiments->current;
    pthread_mutex_lock(&experiments->changes);
    current->status = status;
    current->finished_ms = clock_utc_ms_from(current->started_ms);
    snprintf(current->message, sizeof current->message, "%s", message);
    const enum result result = change(experiments, current, err);
    if (result == RESULT_OK) {
        observer_experiment(&experiments->config.observer, current);
        current->id = 0;
    }
    pthread_mutex_unlock(&experiments->changes);
    return unless_deleted(experiments, result);
}

static enum result submit(struct experiments *experiments, const struct run_spec *spec, struct err *err)
{
    struct experiment now;
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    pthread_mutex_lock(&experiments->changes);
    enum result result = store_experiment_get(experiments->config.store, experiments->current.id, &now, err);
    if (result == RESULT_OK && !run_status_is_over(now.status)) {
        result = run_queue_submit(experiments->config.queue, spec, now.id, run, err);
        if (result == RESULT_OK) {
            observer_experiment(&experiments->config.observer, &now);
        }
    }
    pthread_mutex_unlock(&experiments->changes);
    free(run);
    experiments->run_over_ns = 0;
    experiments->said_waits = false;
    return unless_deleted(experiments, result);
}

/* How long to wait until the next run may begin, in ms; 0: it may. */
static int cooldown_ms(struct experiments *experiments, const struct run_spec *next)
{
    static const int poll_ms[] = {
        [COOLDOWN_OVER] = 0, [COOLDOWN_CLOSING] = CLOSE_POLL_MS, [COOLDOWN_TIME_WAIT] = PORTS_POLL_MS};
    const uint64_t now = clock_now_ns();
    if (experiments->run_over_ns == 0) {
        experiments->run_over_ns = now;
    }
    const uint64_t waited_ms = (now - experiments->run_over_ns) / NS_PER_MS;
    const enum cooldown_state state = cooldown_look(&experiments->before, &experiments->config.sides, next, waited_ms);
    if (state == COOLDOWN_TIME_WAIT && waited_ms >= LONG_WAIT_MS && !experiments->said_waits) {
        experiments->said_waits = true;
        log_info("experiment %" PRId64
                 " waits for up to a minute: closed connections hold ports that its next run needs",
                 experiments->current.id);
    }
    return poll_ms[state];
}

/* Does what can be done now; *wait_ms is how long to wait after that unless there is news. */
static enum result go_on(struct experiments *experiments, const struct experiment_view *view, int *wait_ms,
                         struct err *err)
{
    struct run_spec spec;
    char message[80];
    const int64_t cancelled = experiment_view_cancelled(view);
    *wait_ms = FOR_EVER;
    if (cancelled != 0) {
        snprintf(message, sizeof message, EXPERIMENT_CANCELLED_BEFORE "%" PRId64 EXPERIMENT_CANCELLED_BEHIND,
                 cancelled);
        return end(experiments, RUN_STATUS_CANCELLED, message, err);
    }
    if (experiment_view_pending(view) != 0) {
        return RESULT_OK;
    }
    if (strategy_of(view->plan.kind)->next(&view->findings, &spec) == STRATEGY_DONE) {
        const enum result kept = experiment_keep_proof(experiments->config.store, &experiments->config.observer,
                                                       experiments->current.id, view, err);
        return kept == RESULT_OK ? end(experiments, RUN_STATUS_COMPLETED, "", err) : kept;
    }
    const int pause_ms = cooldown_ms(experiments, &spec);
    *wait_ms = pause_ms != 0 ? pause_ms : FOR_EVER;
    return pause_ms != 0 ? RESULT_OK : submit(experiments, &spec, err);
}

/* --- the thread --- */

static enum result take_next(struct experiments *experiments, struct err *err)
{
    const enum result result = store_experiment_next(experiments->config.store, &experiments->current, err);
    if (result == RESULT_NOT_FOUND) {
        experiments->current.id = 0;
        return RESULT_OK;
    }
    return result == RESULT_OK ? begin(experiments, &experiments->current, err) : result;
}

static enum result step(struct experiments *experiments, int *wait_ms, struct err *err)
{
    struct experiment *const current = &experiments->current;
    struct experiment_view view;
    *wait_ms = FOR_EVER;
    if (current->id == 0 && take_next(experiments, err) != RESULT_OK) {
        return err->code;
    }
    if (current->id == 0) {
        return RESULT_OK;
    }
    /* It may have been cancelled meanwhile. */
    enum result result =
        unless_deleted(experiments, store_experiment_get(experiments->config.store, current->id, current, err));
    if (result == RESULT_OK && (current->id == 0 || run_status_is_over(current->status))) {
        current->id = 0;
        *wait_ms = 0;
        return RESULT_OK;
    }
    if (result == RESULT_OK) {
        result = experiment_view_load(experiments->config.store, current, &view, err);
    }
    if (result == RESULT_OK) {
        result = note_start(experiments, &view, err);
        if (result == RESULT_OK && current->id != 0 && !run_status_is_over(current->status)) {
            result = go_on(experiments, &view, wait_ms, err);
        }
        experiment_view_free(&view);
        *wait_ms = current->id == 0 ? 0 : *wait_ms;
    }
    return result;
}

/* A full disk or queue passes; a plan that cannot be read, or a target that is no longer allowed, does not. */
static bool passes(const struct experiments *experiments, const struct err *why)
{
    struct plan plan;
    struct err err;
    return why->code == RESULT_FULL || why->code == RESULT_NO_MEMORY ||
           (why->code == RESULT_STORE && plan_restore(experiments->current.asked, &plan, &err) == RESULT_OK);
}

/* An experiment that cannot go on for a reason that will not pass is over. */
static int recover(struct experiments *experiments, const struct err *why)
{
    struct err err;
    if (experiments->current.id == 0) {
        log_error("the next experiment cannot be read, trying again: %s", why->message);
        return RETRY_MS;
    }
    log_error("experiment %" PRId64 " cannot go on: %s", experiments->current.id, why->message);
    if (!passes(experiments, why) && end(experiments, RUN_STATUS_FAILED, why->message, &err) != RESULT_OK) {
        log_error("experiment %" PRId64 " cannot be ended: %s", experiments->current.id, err.message);
    }
    return RETRY_MS;
}

/* False when it is to stop. */
static bool wait_for_news(struct experiments *experiments, int most_ms)
{
    pthread_mutex_lock(&experiments->state);
    const uint64_t most = most_ms < 0 ? 0 : (uint64_t)most_ms;
    const struct timespec moment = clock_timespec(clock_now_ns() + most * NS_PER_MS);
    int status = 0;
    while (!experiments->news && !experiments->stopping && status == 0 && most_ms != 0) {
        status = most_ms == FOR_EVER ? pthread_cond_wait(&experiments->changed, &experiments->state)
                                     : pthread_cond_timedwait(&experiments->changed, &experiments->state, &moment);
    }
    experiments->news = false;
    const bool stopping = experiments->stopping;
    pthread_mutex_unlock(&experiments->state);
    return !stopping;
}

static void *serve(void *arg)
{
    struct experiments *const experiments = arg;
    struct err err;
    int wait_ms = 0;
    while (wait_for_news(experiments, wait_ms)) {
        if (step(experiments, &wait_ms, &err) != RESULT_OK) {
            wait_ms = recover(experiments, &err);
        }
    }
    return NULL;
}

/* --- life --- */

static void free_experiments(struct experiments *experiments)
{
    pthread_mutex_destroy(&experiments->changes);
    sync_destroy(&experiments->state, &experiments->changed);
    free(experiments);
}

enum result experiments_start(const struct experiments_config *config, struct experiments **experiments,
                              struct err *err)
{
    struct experiments *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the experiments");
    }
    new->config = *config;
    if (sync_init(&new->state, &new->changed, err) != RESULT_OK) {
        free(new);
        return err->code;
    }
    pthread_mutex_init(&new->changes, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    const int error = pthread_create(&new->thread, NULL, serve, new);
    if (error != 0) {
        free_experiments(new);
        return err_system(err, error, "cannot start the thread of the experiments");
    }
    run_queue_set_on_change(config->queue, experiments_wake, new);
    *experiments = new;
    return RESULT_OK;
}

void experiments_stop(struct experiments *experiments)
{
    if (experiments == NULL) {
        return;
    }
    run_queue_set_on_change(experiments->config.queue, NULL, NULL);
    pthread_mutex_lock(&experiments->state);
    experiments->stopping = true;
    pthread_cond_signal(&experiments->changed);
    pthread_mutex_unlock(&experiments->state);
    pthread_join(experiments->thread, NULL);
    free_experiments(experiments);
}
