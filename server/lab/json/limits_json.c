#include "server/lab/json/limits_json.h"

#include "base/json.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/verdict/verdict_json.h"

static bool add_limits(cJSON *object, const struct limit_snapshot *snapshot)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "limits");
    bool added = list != NULL;
    for (size_t i = 0; added && i < snapshot->count; i++) {
        added = json_append(list, limit_to_json(&snapshot->values[i], LANGUAGE_ENGLISH));
    }
    return added;
}

static bool add_predictions(cJSON *object, struct limit_snapshot *snapshot)
{
    cJSON *const predicted = cJSON_AddObjectToObject(object, "predicted");
    bool added = predicted != NULL;
    for (enum run_mode mode = 0; added && mode < MODE_COUNT; mode++) {
        struct prediction prediction;
        snapshot->spec.mode = mode;
        predict(&snapshot->run, snapshot->values, snapshot->count, &prediction);
        added = json_add(predicted, run_mode_name(mode), prediction_to_json(&prediction));
    }
    return added;
}

bool unavailable_add(cJSON *unavailable, const char *what, const char *name, const char *why)
{
    if (why == NULL) {
        return unavailable != NULL;
    }
    cJSON *const reason = unavailable != NULL ? cJSON_AddObjectToObject(unavailable, what) : NULL;
    return reason != NULL && json_add_text(reason, "name", name) && json_add_text(reason, "sentence", why);
}

static bool add_unavailable(cJSON *object)
{
    cJSON *const unavailable = cJSON_AddObjectToObject(object, "unavailable");
    bool added = unavailable != NULL;
    for (enum run_mode mode = 0; added && mode < MODE_COUNT; mode++) {
        const char *name = NULL;
        const char *const why = run_mode_unavailable(mode, LANGUAGE_ENGLISH, &name);
        added = unavailable_add(unavailable, run_mode_name(mode), name, why);
    }
    return added;
}

cJSON *limits_to_json(const struct what_if *what_if, struct limit_snapshot *snapshot)
{
    cJSON *const json = cJSON_CreateObject();
    return json_if(json_add(json, "what_if", what_if_to_json(what_if)) && add_limits(json, snapshot) &&
                       add_predictions(json, snapshot) && add_unavailable(json),
                   json);
}
