/* GET /limits: the current limits of both sides, and where a run of each mode would stop. */
#include <string.h>

#include "base/json.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/verdict/verdict_json.h"
#include "server/lab/run/limit_snapshot.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

#define DEFAULT_COUNT 5000 /* as in the classic experiment */

/* TIME_MODEL_COUNT, which stands for the server's own model, when the parameter is missing. */
static enum result read_model(const char *name, enum time_model *model, struct err *err)
{
    *model = name != NULL ? time_model_from_name(name) : TIME_MODEL_COUNT;
    return name == NULL || *model != TIME_MODEL_COUNT ? RESULT_OK
                                                      : err_field(err, "model", "unknown model \"%.60s\"", name);
}

/* All parameters except `model` are fields of a run. */
static enum result read_spec(const struct query *query, struct run_spec *spec, struct err *err)
{
    run_spec_init(spec);
    spec->count = DEFAULT_COUNT;
    for (size_t i = 0; i < query->count; i++) {
        const struct query_pair *const pair = &query->pairs[i];
        if (strcmp(pair->name, "model") != 0 && run_spec_set_text(spec, pair->name, pair->value, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

static bool add_limits(cJSON *object, const struct limit_snapshot *snapshot)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "limits");
    bool added = list != NULL;
    for (size_t i = 0; added && i < snapshot->count; i++) {
        added = json_append(list, limit_to_json(&snapshot->values[i]));
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

enum MHD_Result limits_get(struct request *request)
{
    struct err err;
    struct run_spec spec;
    struct limit_snapshot snapshot;
    const struct time_server *const server = request->app->server;
    enum time_model model;
    if (read_model(query_get(&request->query, "model"), &model, &err) != RESULT_OK ||
        read_spec(&request->query, &spec, &err) != RESULT_OK ||
        limit_snapshot_take(server, model, &spec, &snapshot, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    if (json == NULL || !add_limits(json, &snapshot) || !add_predictions(json, &snapshot)) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}
