#include "server/lab/experiment/experiment_plan.h"

#include <stdlib.h>

#include "base/json.h"
#include "server/lab/experiment/strategy.h"

/* The member that a proof gets when it is prepared; no request can have it. */
#define PROOF_NAME "proof"

static bool add_modes(cJSON *object, const struct plan *plan)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "modes");
    bool added = list != NULL;
    for (size_t i = 0; added && i < plan->mode_count; i++) {
        added = json_append(list, cJSON_CreateString(run_mode_name(plan->modes[i])));
    }
    return added;
}

static bool add_counts(cJSON *object, const struct plan *plan)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "counts");
    bool added = list != NULL;
    for (size_t i = 0; added && i < plan->count_count; i++) {
        added = json_append(list, cJSON_CreateNumber((double)plan->counts[i]));
    }
    return added;
}

static bool add_proof(cJSON *object, const struct plan_proof *proof)
{
    cJSON *const item = json_add_uint(object, "run", proof->run) ? cJSON_AddObjectToObject(object, PROOF_NAME) : NULL;
    return json_add_text(item, "limit", limit_name(proof->limit)) && json_add_uint(item, "from", proof->from) &&
           json_add_uint(item, "to", proof->to) && json_add_uint(item, "expected", proof->expected);
}

/* What the kind takes; the fields of a run are there, of which those go that each run has of its own. */
static bool add_own(cJSON *object, const struct plan *plan)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, "count");
    if (!plan->has_pool_size) {
        cJSON_DeleteItemFromObjectCaseSensitive(object, "pool_size");
    }
    if (!experiment_kind_takes(plan->kind, PLAN_HOLD)) {
        cJSON_DeleteItemFromObjectCaseSensitive(object, "hold");
    }
    if (!experiment_kind_takes(plan->kind, PLAN_MODE)) {
        cJSON_DeleteItemFromObjectCaseSensitive(object, "mode");
    }
    return (!experiment_kind_takes(plan->kind, PLAN_MODES) || add_modes(object, plan)) &&
           (!experiment_kind_takes(plan->kind, PLAN_COUNTS) || add_counts(object, plan)) &&
           (!experiment_kind_takes(plan->kind, PLAN_REPEATS) || json_add_uint(object, "repeats", plan->repeats)) &&
           (!experiment_kind_takes(plan->kind, PLAN_MAX) || json_add_uint(object, "max", plan->max)) &&
           (!experiment_kind_takes(plan->kind, PLAN_MINUTES) || json_add_uint(object, "minutes", plan->minutes)) &&
           (!experiment_kind_takes(plan->kind, PLAN_RUN) || add_proof(object, &plan->proof));
}

cJSON *plan_to_json(const struct plan *plan)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(json_add_text(object, "kind", experiment_kind_name(plan->kind)) &&
                       run_spec_add_json(&plan->spec, object) && add_own(object, plan),
                   object);
}

static bool restore_proof(const cJSON *item, struct plan_proof *proof)
{
    proof->limit = limit_from_name(json_text_of(item, "limit"));
    proof->from = json_count_of(item, "from");
    proof->to = json_count_of(item, "to");
    proof->expected = json_count_of(item, "expected");
    return proof->limit != LIMIT_COUNT;
}

enum result plan_restore(const char *text, struct plan *plan, struct err *err)
{
    struct err why = {.message = "it is not JSON"};
    cJSON *object = NULL;
    if (!json_read_stored(text, &object)) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the experiment's plan");
    }
    cJSON *const proof = cJSON_DetachItemFromObjectCaseSensitive(object, PROOF_NAME);
    plan_init(plan);
    bool good = object != NULL && plan_set_json(plan, object, &why) == RESULT_OK;
    if (good && experiment_kind_takes(plan->kind, PLAN_RUN)) {
        good = restore_proof(proof, &plan->proof);
    }
    good = good && strategy_complete(plan, &why) == RESULT_OK;
    cJSON_Delete(proof);
    cJSON_Delete(object);
    return good ? RESULT_OK
                : err_set(err, why.code == RESULT_NO_MEMORY ? RESULT_NO_MEMORY : RESULT_STORE,
                          "the experiment's plan cannot be read: %s", why.message);
}
