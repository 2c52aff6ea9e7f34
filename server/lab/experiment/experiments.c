/* Locks: `changes` is held over each change of an experiment's status together with its publication, so that readers
 * see them in one order, and over the submission of its next run, so that one that is cancelled gets none; it may wait
 * for the disk. `state` guards what wakes the thread; it is held for copies alone, and the run queue reports its news
 * under a lock of its own. */
#include "server/lab/experiment/experiments.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "server/lab/experiment/cooldown.h"
#include "server/lab/experiment/experiment_course.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/experiment/proof.h"
#include "server/lab/run/event.h"

enum {
    RETRY_MS = 1000, /* after the store has failed */
    CLOSE_POLL_MS = 10,
    PORTS_POLL_MS = 250,
    FOR_EVER = -1,
};

struct experiments {
    struct experiments_config config;
    pthread_t thread;
    pthread_mutex_t changes;
    int64_t active; /* under way; 0: none. Under `changes` */
    pthread_mutex_t state;
    pthread_cond_t changed;
    bool news;
    bool stopping;

    /* of the thread alone */
    struct experiment current; /* id 0: none */
    struct cooldown before;    /* its first run */
    uint64_t run_over_ns;      /* when its last run was seen to be over */
};

static void wake(void *arg)
{
    struct experiments *const experiments = arg;
    pthread_mutex_lock(&experiments->state);
    experiments->news = true;
    pthread_cond_signal(&experiments->changed);
    pthread_mutex_unlock(&experiments->state);
}

/* --- one experiment --- */

static void publish(struct experiments *experiments, const struct experiment *experiment)
{
    observer_notify(&experiments->config.observer, &(struct event){.type = EVENT_EXPERIMENT, .experiment = experiment});
}

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

static enum result begin(struct experiments *experiments, struct experiment *experiment, struct err *err)
{
    enum result result = RESULT_OK;
    pthread_mutex_lock(&experiments->changes);
    cooldown_begin(experiments->config.server, &experiments->before);
    if (experiment->status == RUN_STATUS_QUEUED) {
        experiment->status = RUN_STATUS_RUNNING;
        experiment->started_ms = clock_utc_ms();
        result = experiment_predict(experiments->config.server, experiment, err);
    }
    if (result == RESULT_OK) {
        result = change(experiments, experiment, err);
    }
    pthread_mutex_unlock(&experiments->changes);
    return result;
}

static enum result end(struct experiments *experiments, enum run_status status, const char *message, struct err *err)
{
    struct experiment *const current = &experiments->current;
    pthread_mutex_lock(&experiments->changes);
    current->status = status;
    current->finished_ms = clock_utc_ms();
    snprintf(current->message, sizeof current->message, "%s", message);
    const enum result result = change(experiments, current, err);
    if (result == RESULT_OK) {
        publish(experiments, current);
        current->id = 0;
    }
    pthread_mutex_unlock(&experiments->changes);
    return result;
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
            publish(experiments, &now);
        }
    }
    pthread_mutex_unlock(&experiments->changes);
    free(run);
    experiments->run_over_ns = 0;
    return result;
}

/* How long to wait until the next run may begin, in ms; 0: it may. */
static int cooldown_ms(struct experiments *experiments, const struct experiment_view *view)
{
    const uint64_t now = clock_now_ns();
    const struct findings *const findings = &view->findings;
    const struct experiment_run *const last = findings->count > 0 ? &findings->runs[findings->count - 1] : NULL;
    const bool ports = cooldown_needs_ports(&experiments->current, last);
    if (experiments->run_over_ns == 0) {
        experiments->run_over_ns = now;
    }
    const uint64_t waited_ms = (now - experiments->run_over_ns) / NS_PER_MS;
    if (cooldown_is_over(&experiments->before, experiments->config.server, ports, waited_ms)) {
        return 0;
    }
    return ports ? PORTS_POLL_MS : CLOSE_POLL_MS;
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
        snprintf(message, sizeof message, "run %" PRId64 " was cancelled", cancelled);
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
    const int pause_ms = cooldown_ms(experiments, view);
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
    enum result result = store_experiment_get(experiments->config.store, current->id, current, err);
    if (result == RESULT_OK && run_status_is_over(current->status)) {
        current->id = 0;
        *wait_ms = 0;
        return RESULT_OK;
    }
    if (result == RESULT_OK) {
        result = experiment_view_load(experiments->config.store, current, &view, err);
    }
    if (result == RESULT_OK) {
        result = go_on(experiments, &view, wait_ms, err);
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
    run_queue_set_on_change(config->queue, wake, new);
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

/* --- what other threads ask --- */

static enum result check_target(struct experiments *experiments, const struct plan *plan, struct err *err)
{
    struct run_spec spec;
    plan_run(plan, plan->spec.mode == MODE_COUNT ? MODE_THREAD : plan->spec.mode, 1, &spec);
    return run_queue_check(experiments->config.queue, &spec, err);
}

enum result experiments_submit(struct experiments *experiments, struct plan *plan, struct experiment *experiment,
                               struct err *err)
{
    enum result result = RESULT_OK;
    if (plan->kind == EXPERIMENT_PROOF) {
        result = proof_prepare(experiments->config.store, experiments->config.server, plan, err);
    }
    if (result != RESULT_OK || strategy_complete(plan, err) != RESULT_OK ||
        check_target(experiments, plan, err) != RESULT_OK) {
        return err->code;
    }
    pthread_mutex_lock(&experiments->changes);
    result = experiment_create(experiments->config.store, plan, experiment, err);
    if (result == RESULT_OK) {
        publish(experiments, experiment);
    }
    pthread_mutex_unlock(&experiments->changes);
    if (result == RESULT_OK) {
        wake(experiments);
    }
    return result;
}

static void cancel_runs(struct experiments *experiments, int64_t id)
{
    struct err err;
    struct experiment_view view;
    struct experiment experiment;
    struct run *const run = malloc(sizeof *run);
    if (run != NULL && store_experiment_get(experiments->config.store, id, &experiment, &err) == RESULT_OK &&
        experiment_view_load(experiments->config.store, &experiment, &view, &err) == RESULT_OK) {
        const int64_t pending = experiment_view_pending(&view);
        /* It may end by itself at this moment. */
        if (pending != 0 && run_queue_cancel(experiments->config.queue, pending, run, &err) != RESULT_OK &&
            err.code != RESULT_CONFLICT) {
            log_error("run %" PRId64 " of a cancelled experiment goes on: %s", pending, err.message);
        }
        experiment_view_free(&view);
    }
    free(run);
}

enum result experiments_cancel(struct experiments *experiments, int64_t id, struct experiment *experiment,
                               struct err *err)
{
    pthread_mutex_lock(&experiments->changes);
    enum result result = store_experiment_get(experiments->config.store, id, experiment, err);
    if (result == RESULT_OK) {
        experiment->status = RUN_STATUS_CANCELLED;
        experiment->finished_ms = clock_utc_ms();
        result = store_experiment_update(experiments->config.store, experiment, err);
    }
    if (result == RESULT_OK) {
        experiments->active = experiments->active == id ? 0 : experiments->active;
        cancel_runs(experiments, id);
        publish(experiments, experiment);
    }
    pthread_mutex_unlock(&experiments->changes);
    if (result == RESULT_OK) {
        wake(experiments);
    }
    return result;
}

enum result experiments_configure_server(struct experiments *experiments, const struct time_server_change *change,
                                         struct err *err)
{
    pthread_mutex_lock(&experiments->changes);
    const enum result result =
        experiments->active == 0
            ? run_queue_configure_server(experiments->config.queue, change, err)
            : err_set(err, RESULT_CONFLICT, "experiment %" PRId64 " is under way: try again when it is over",
                      experiments->active);
    pthread_mutex_unlock(&experiments->changes);
    return result;
}
