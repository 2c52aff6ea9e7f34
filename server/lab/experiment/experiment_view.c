#include "server/lab/experiment/experiment_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* --- loading --- */

struct gathering {
    struct experiment_view *view;
    size_t room;
    bool failed;
};

static bool keep(const struct experiment_run *run, void *arg)
{
    struct gathering *const gathering = arg;
    struct experiment_view *const view = gathering->view;
    if (view->count == gathering->room) {
        const size_t room = gathering->room == 0 ? 16 : gathering->room * 2;
        struct experiment_run *const more = reallocarray(view->runs, room, sizeof *more);
        if (more == NULL) {
            gathering->failed = true;
            return false;
        }
        view->runs = more;
        gathering->room = room;
    }
    view->runs[view->count++] = *run;
    return true;
}

/* A run that the generator itself failed in counts: a limit may have been the reason. */
static bool counts(const struct experiment_run *run)
{
    return run->status == RUN_STATUS_COMPLETED || run->status == RUN_STATUS_FAILED;
}

/* 0 when nothing was predicted. False: memory ran out. */
static bool read_predicted(const struct experiment *experiment, const struct plan *plan, uint64_t *predicted)
{
    cJSON *prediction = NULL;
    *predicted = plan->proof.expected;
    if (plan->kind == EXPERIMENT_PROOF) {
        return true;
    }
    const bool whole = json_read_stored(experiment->prediction, &prediction);
    *predicted = json_count_of(prediction, "ceiling");
    cJSON_Delete(prediction);
    return whole;
}

static enum result load_runs(struct store *store, int64_t id, struct experiment_view *view, struct err *err)
{
    struct gathering gathering = {.view = view};
    if (store_experiment_runs_each(store, id, keep, &gathering, err) != RESULT_OK) {
        return err->code;
    }
    view->counted = gathering.failed ? NULL : calloc(view->count + 1, sizeof *view->counted);
    if (view->counted == NULL) {
        err_set(err, RESULT_NO_MEMORY, "no memory for the runs of an experiment");
        return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

enum result experiment_view_load(struct store *store, const struct experiment *experiment, struct experiment_view *view,
                                 struct err *err)
{
    size_t counted = 0;
    memset(view, 0, sizeof *view);
    if (plan_restore(experiment->asked, &view->plan, err) != RESULT_OK ||
        load_runs(store, experiment->id, view, err) != RESULT_OK) {
        experiment_view_free(view);
        return err->code;
    }
    for (size_t i = 0; i < view->count; i++) {
        if (counts(&view->runs[i])) {
            view->counted[counted++] = view->runs[i];
        }
    }
    view->findings = (struct findings){.plan = &view->plan, .runs = view->counted, .count = counted};
    if (!read_predicted(experiment, &view->plan, &view->findings.predicted)) {
        experiment_view_free(view);
        return err_set(err, RESULT_NO_MEMORY, "no memory for what was predicted");
    }
    return RESULT_OK;
}

void experiment_view_free(struct experiment_view *view)
{
    free(view->runs);
    free(view->counted);
    view->runs = view->counted = NULL;
}

int64_t experiment_view_pending(const struct experiment_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        if (!run_status_is_over(view->runs[i].status)) {
            return view->runs[i].id;
        }
    }
    return 0;
}

int64_t experiment_view_cancelled(const struct experiment_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        if (view->runs[i].status == RUN_STATUS_CANCELLED) {
            return view->runs[i].id;
        }
    }
    return 0;
}

/* --- JSON --- */

static bool add_runs(cJSON *object, const struct experiment_view *view)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "runs");
    bool added = list != NULL;
    for (size_t i = 0; added && i < view->count; i++) {
        added = json_append(list, cJSON_CreateNumber((double)view->runs[i].id));
    }
    return added;
}

static bool add_progress(cJSON *object, const struct experiment *experiment, const struct experiment_view *view)
{
    uint64_t ms = 0;
    const size_t done = view->findings.count;
    const bool over = run_status_is_over(experiment->status);
    const size_t left = over ? 0 : strategy_of(view->plan.kind)->left(&view->findings, &ms);
    cJSON *const progress = cJSON_AddObjectToObject(object, "progress");
    return progress != NULL && cJSON_AddNumberToObject(progress, "done", (double)done) != NULL &&
           cJSON_AddNumberToObject(progress, "planned", (double)(done + left)) != NULL &&
           (over || done > 0 ? cJSON_AddNumberToObject(progress, "seconds_left", (double)ms / 1000)
                             : cJSON_AddNullToObject(progress, "seconds_left")) != NULL;
}

static cJSON *result_of(const struct experiment_view *view)
{
    if (view->findings.count == 0) {
        return cJSON_CreateNull();
    }
    cJSON *const result = cJSON_CreateObject();
    if (result != NULL && strategy_of(view->plan.kind)->add_result(&view->findings, result)) {
        return result;
    }
    cJSON_Delete(result);
    return NULL;
}

cJSON *experiment_view_to_json(const struct experiment *experiment, const struct experiment_view *view)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && cJSON_AddNumberToObject(object, "id", (double)experiment->id) != NULL &&
        cJSON_AddStringToObject(object, "kind", experiment->kind) != NULL &&
        cJSON_AddStringToObject(object, "status", run_status_name(experiment->status)) != NULL &&
        cJSON_AddStringToObject(object, "message", experiment->message) != NULL &&
        json_add_moment(object, "created_at", experiment->created_ms) &&
        json_add_moment(object, "started_at", experiment->started_ms) &&
        json_add_moment(object, "finished_at", experiment->finished_ms) &&
        json_add(object, "asked", plan_to_json(&view->plan)) &&
        json_add_stored(object, "prediction", experiment->prediction) && add_runs(object, view) &&
        add_progress(object, experiment, view) && json_add(object, "result", result_of(view))) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

bool experiment_view_moved(const struct experiment_view *view, uint64_t *ceiling)
{
    cJSON *const result = result_of(view);
    const bool moved = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "moved")) != 0;
    *ceiling = json_count_of(result, "ceiling");
    cJSON_Delete(result);
    return moved;
}
