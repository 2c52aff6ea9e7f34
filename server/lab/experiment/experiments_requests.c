/* The requests of other threads: plan, submit, cancel, rename, delete, and configure the TIME server. */
#include "server/lab/experiment/experiments_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/lab/experiment/experiment_course.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/run/event.h"

enum result experiments_look_ahead(struct experiments *experiments, struct plan *plan,
                                   struct experiment_outlook *outlook, struct err *err)
{
    const enum result result = experiment_prepare(&experiments->config, plan, err);
    return result == RESULT_OK ? experiment_look_ahead(&experiments->config.sides, plan, outlook, err) : result;
}

enum result experiments_submit(struct experiments *experiments, struct plan *plan, struct experiment *experiment,
                               struct err *err)
{
    enum result result = experiment_prepare(&experiments->config, plan, err);
    if (result != RESULT_OK) {
        return result;
    }
    pthread_mutex_lock(&experiments->changes);
    result = experiment_create(experiments->config.store, plan, experiment, err);
    if (result == RESULT_OK) {
        observer_experiment(&experiments->config.observer, experiment);
    }
    pthread_mutex_unlock(&experiments->changes);
    if (result == RESULT_OK) {
        experiments_wake(experiments);
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
        experiment->finished_ms = clock_utc_ms_from(experiment->started_ms);
        result = store_experiment_update(experiments->config.store, experiment, err);
    }
    if (result == RESULT_OK) {
        experiments->active = experiments->active == id ? 0 : experiments->active;
        cancel_runs(experiments, id);
        observer_experiment(&experiments->config.observer, experiment);
    }
    pthread_mutex_unlock(&experiments->changes);
    if (result == RESULT_OK) {
        experiments_wake(experiments);
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

/* The label is part of the stored plan. A plan that this version cannot read cannot be renamed. */
static enum result relabel(struct experiment *experiment, const char *label, struct plan *plan, char *from, size_t size,
                           struct err *err)
{
    struct err why;
    if (plan_restore(experiment->asked, plan, &why) != RESULT_OK) {
        return err_set(err, why.code == RESULT_STORE ? RESULT_CONFLICT : why.code, "experiment %" PRId64 ": %s",
                       experiment->id, why.message);
    }
    snprintf(from, size, "%s", plan->spec.label);
    if (run_spec_set_text(&plan->spec, "label", label, err) != RESULT_OK) {
        return err->code;
    }
    return experiment_write_plan(plan, experiment, err);
}

enum result experiments_rename(struct experiments *experiments, int64_t id, const char *label,
                               struct experiment *experiment, struct err *err)
{
    struct plan plan;
    char from[sizeof plan.spec.label];
    pthread_mutex_lock(&experiments->changes);
    enum result result = store_experiment_get(experiments->config.store, id, experiment, err);
    if (result == RESULT_OK) {
        result = relabel(experiment, label, &plan, from, sizeof from, err);
    }
    if (result == RESULT_OK) {
        const struct experiment_renaming renaming = {experiment, from, plan.spec.label};
        result = run_queue_rename_experiment(experiments->config.queue, &renaming, err);
    }
    pthread_mutex_unlock(&experiments->changes);
    return result;
}

enum result experiments_delete(struct experiments *experiments, int64_t id, struct err *err)
{
    pthread_mutex_lock(&experiments->changes);
    const enum result result = run_queue_delete_experiment(experiments->config.queue, id, err);
    pthread_mutex_unlock(&experiments->changes);
    if (result == RESULT_OK) {
        experiments_wake(experiments);
    }
    return result;
}
