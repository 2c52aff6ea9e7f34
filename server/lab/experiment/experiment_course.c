#include "server/lab/experiment/experiment_course.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "loadgen/contract/run_effects.h"
#include "server/lab/experiment/experiment_outlook.h"
#include "server/lab/experiment/proof.h"
#include "server/lab/run/host.h"

static enum result check_target(struct run_queue *queue, const struct plan *plan, struct err *err)
{
    struct run_spec spec;
    plan_run(plan, plan->spec.mode == MODE_COUNT ? MODE_THREAD : plan->spec.mode, 1, &spec);
    return run_queue_check(queue, &spec, err);
}

enum result experiment_prepare(const struct experiments_config *config, struct plan *plan, struct err *err)
{
    enum result result = RESULT_OK;
    if (plan->kind == EXPERIMENT_PROOF) {
        result = proof_prepare(config->store, &config->sides, plan, err);
    }
    if (result == RESULT_OK) {
        result = strategy_complete(plan, err);
    }
    if (result == RESULT_OK) {
        result = plan->kind == EXPERIMENT_PROOF ? RESULT_OK : run_effects_check(&plan->spec, err);
    }
    return result == RESULT_OK ? check_target(config->queue, plan, err) : result;
}

enum result experiment_write_plan(const struct plan *plan, struct experiment *experiment, struct err *err)
{
    cJSON *const json = plan_to_json(plan);
    const bool written =
        json != NULL && cJSON_PrintPreallocated(json, experiment->asked, sizeof experiment->asked, 0) != 0;
    cJSON_Delete(json);
    return written ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "no memory for an experiment");
}

enum result experiment_create(struct store *store, const struct plan *plan, struct experiment *experiment,
                              struct err *err)
{
    uint64_t queued = 0;
    *experiment = (struct experiment){.created_ms = clock_utc_ms()};
    snprintf(experiment->kind, sizeof experiment->kind, "%s", experiment_kind_name(plan->kind));
    if (experiment_write_plan(plan, experiment, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = store_experiments_pending(store, &queued, err);
    if (result == RESULT_OK && queued >= EXPERIMENTS_MOST) {
        result = err_set(err, RESULT_FULL, "%d experiments are queued already: try again when some are over",
                         EXPERIMENTS_MOST);
    }
    return result == RESULT_OK ? store_experiment_create(store, experiment, err) : result;
}

enum result experiment_begin(const struct limit_sides *sides, struct experiment *experiment, struct err *err)
{
    struct err why;
    struct plan plan;
    experiment->status = RUN_STATUS_RUNNING;
    host_read("", &experiment->host);
    if (plan_restore(experiment->asked, &plan, err) != RESULT_OK) {
        return err->code;
    }
    if (experiment_predict(sides, &plan, &experiment->predictions, NULL, &why) != RESULT_OK) {
        log_warning("experiment %" PRId64 " goes without a prediction: %s", experiment->id, why.message);
    }
    return RESULT_OK;
}

enum result experiment_keep_proof(struct store *store, const struct observer *observer, int64_t experiment,
                                  const struct experiment_view *view, struct err *err)
{
    struct search_result found = {.moved = false};
    if (view->plan.kind == EXPERIMENT_PROOF) {
        strategy_proof.found(&view->findings, &found);
    }
    if (!found.moved) {
        return RESULT_OK;
    }
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    const enum result result = proof_keep(store, &view->plan, experiment, found.ceiling, run, err);
    if (result == RESULT_OK) {
        observer_run(observer, run);
    }
    free(run);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}
