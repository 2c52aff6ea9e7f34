/* GET /server reports the state of the TIME server; PATCH /server changes it between runs. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/sources.h"
#include "server/lab/json/run_json.h"
#include "web/api/resources.h"
#include "web/http/body.h"
#include "web/http/respond.h"

cJSON *server_to_json(const struct app *app)
{
    return time_server_to_json(app->server, source_open_fds(""));
}

enum MHD_Result server_get(struct request *request)
{
    return respond_json(request, MHD_HTTP_OK, server_to_json(request->app));
}

/* --- PATCH /server --- */

#define BACKLOG "backlog"
#define WORKERS "workers"
#define MODEL_NAMES_SIZE 128

static enum result set_model(struct time_server_change *change, const char *name, const char *got, struct err *err)
{
    char names[MODEL_NAMES_SIZE] = "";
    change->model = name == NULL ? TIME_MODEL_COUNT : time_model_from_name(name);
    if (change->model < TIME_MODEL_COUNT) {
        return RESULT_OK;
    }
    for (enum time_model model = 0; model < TIME_MODEL_COUNT; model++) {
        strncat(names, model == 0 ? "" : ", ", sizeof names - strlen(names) - 1);
        strncat(names, time_model_name(model), sizeof names - strlen(names) - 1);
    }
    return err_field(err, "model", "model must be one of %s, got %.60s", names, got);
}

/* `number` is 0 when the value is not a whole number. */
static enum result set_number(struct time_server_change *change, const char *name, uint64_t number, const char *got,
                              struct err *err)
{
    const bool is_backlog = strcmp(name, BACKLOG) == 0;
    const uint64_t max = is_backlog ? INT_MAX : TIME_WORKERS_MOST;
    if (number < 1 || number > max) {
        return err_field(err, name, "%s must be a whole number, 1..%llu, got %.60s", name, (unsigned long long)max,
                         got);
    }
    if (is_backlog) {
        change->backlog = (int)number;
    } else {
        change->workers = (uint32_t)number;
    }
    return RESULT_OK;
}

static bool is_number(const char *name)
{
    return strcmp(name, BACKLOG) == 0 || strcmp(name, WORKERS) == 0;
}

static enum result unknown_field(const char *name, struct err *err)
{
    return err_field(err, name, "%.100s cannot be changed; of the TIME server only model, backlog and workers can",
                     name);
}

static enum result set_member(struct time_server_change *change, const cJSON *item, struct err *err)
{
    char *const got = cJSON_PrintUnformatted(item);
    if (got == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    enum result result = RESULT_OK;
    if (strcmp(item->string, "model") == 0) {
        result = set_model(change, cJSON_GetStringValue(item), got, err);
    } else if (is_number(item->string)) {
        const double number = cJSON_IsNumber(item) ? item->valuedouble : 0;
        /* Every comparison with NaN is false. */
        const uint64_t whole = number >= 1 && number <= INT_MAX ? (uint64_t)number : 0;
        result = set_number(change, item->string, (double)whole < number ? 0 : whole, got, err);
    } else {
        result = unknown_field(item->string, err);
    }
    free(got);
    return result;
}

static enum result change_from_json(void *out, const cJSON *object, struct err *err)
{
    enum result result = RESULT_OK;
    for (const cJSON *item = object->child; item != NULL && result == RESULT_OK; item = item->next) {
        result = set_member(out, item, err);
    }
    return result;
}

static enum result change_from_text(void *out, const char *name, const char *value, struct err *err)
{
    uint64_t number = 0;
    if (strcmp(name, "model") == 0) {
        return set_model(out, value, value, err);
    }
    if (!is_number(name)) {
        return unknown_field(name, err);
    }
    return set_number(out, name, query_digits(value, strlen(value), &number) ? number : 0, value, err);
}

enum MHD_Result server_patch(struct request *request)
{
    static const struct body_fields fields = {change_from_json, change_from_text};
    struct time_server_change change = {.model = TIME_MODEL_COUNT};
    enum MHD_Result answered = MHD_NO;
    struct err err;
    if (body_read(request, &fields, &change, &answered) != RESULT_OK) {
        return answered;
    }
    if (experiments_configure_server(request->app->experiments, &change, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return server_get(request);
}
