#include <string.h>

#include "json.h"
#include "limits/limits.h"
#include "resources.h"
#include "respond.h"

static enum result check_parameters(const struct query *query, struct err *err)
{
    const char *const hold = query_get(query, "hold");
    const char *const model = query_get(query, "model");
    if (hold != NULL && strcmp(hold, "true") != 0 && strcmp(hold, "false") != 0) {
        return err_field(err, "hold", "hold must be true or false, got \"%.60s\"", hold);
    }
    if (model != NULL && time_model_from_name(model) == TIME_MODEL_COUNT) {
        return err_field(err, "model", "there is no model \"%.60s\"", model);
    }
    return RESULT_OK;
}

/* The generator's limits are the panel's own: it is the panel's child, and both raise what they may. */
static bool add_side(cJSON *list, enum limit_side side, uint64_t backlog)
{
    struct limit_value values[LIMIT_COUNT];
    const size_t count = limits_read(side, backlog, values);
    for (size_t i = 0; i < count; i++) {
        if (!json_append(list, limit_to_json(&values[i]))) {
            return false;
        }
    }
    return true;
}

enum MHD_Result limits_get(struct request *request)
{
    struct err err;
    struct time_stats stats;
    if (check_parameters(&request->query, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    time_server_stats(request->web->config.server, &stats);
    cJSON *const json = cJSON_CreateObject();
    cJSON *const list = cJSON_AddArrayToObject(json, "limits");
    if (list == NULL || !add_side(list, LIMIT_SIDE_CLIENT, stats.backlog) ||
        !add_side(list, LIMIT_SIDE_SERVER, stats.backlog)) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}
