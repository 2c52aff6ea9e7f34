/* GET /limits: the current limits of both sides, and where a run of each mode would stop. */
#include <string.h>

#include "server/lab/json/limits_json.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

/* TIME_MODEL_COUNT, which stands for the server's own model, when the parameter is missing. */
static enum result read_model(const char *name, enum time_model *model, struct err *err)
{
    *model = name != NULL ? time_model_from_name(name) : TIME_MODEL_COUNT;
    return name == NULL || *model != TIME_MODEL_COUNT ? RESULT_OK
                                                      : err_field(err, "model", "unknown model \"%.60s\"", name);
}

static enum result read_pair(const struct query_pair *pair, struct run_spec *spec, struct what_if *what_if,
                             struct err *err)
{
    return what_if_is(pair->name) ? what_if_set(what_if, pair->name, pair->value, err)
                                  : run_spec_set_text(spec, pair->name, pair->value, err);
}

/* All parameters except `model` and the limits to be assumed are fields of a run. */
static enum result read_spec(const struct query *query, struct run_spec *spec, struct what_if *what_if, struct err *err)
{
    run_spec_init(spec);
    spec->count = LIMITS_COUNT;
    for (size_t i = 0; i < query->count; i++) {
        const struct query_pair *const pair = &query->pairs[i];
        if (strcmp(pair->name, "model") != 0 && read_pair(pair, spec, what_if, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

enum MHD_Result limits_get(struct request *request)
{
    struct err err;
    struct run_spec spec;
    struct what_if what_if = {.assumed = {false}};
    struct limit_snapshot snapshot;
    const struct limit_sides sides = {request->app->server, request->app->has_hosts};
    enum time_model model;
    if (read_model(query_get(&request->query, "model"), &model, &err) != RESULT_OK ||
        read_spec(&request->query, &spec, &what_if, &err) != RESULT_OK ||
        limit_snapshot_take(&sides, model, &spec, &snapshot, &err) != RESULT_OK ||
        what_if_apply(&what_if, &snapshot, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_json(request, MHD_HTTP_OK, limits_to_json(&what_if, &snapshot));
}
