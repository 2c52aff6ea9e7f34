#include "base/json.h"
#include "web/api/app.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

enum MHD_Result health_get(struct request *request)
{
    struct err err;
    if (store_ping(request->app->store, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    if (!json_add_text(json, "status", "ok")) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}
