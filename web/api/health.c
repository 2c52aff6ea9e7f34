#include "web/http/resources.h"
#include "web/http/respond.h"

enum MHD_Result health_get(struct request *request)
{
    struct err err;
    if (store_ping(request->web->config.store, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    if (cJSON_AddStringToObject(json, "status", "ok") == NULL) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}
