#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/api/run_json.h"
#include "web/http/body.h"
#include "web/http/respond.h"

/* --- POST /runs --- */

static enum result spec_from_json(void *out, const cJSON *object, struct err *err)
{
    return run_spec_set_json(out, object, NULL, err);
}

static enum result spec_from_text(void *out, const char *name, const char *value, struct err *err)
{
    return run_spec_set_text(out, name, value, err);
}

enum MHD_Result runs_create(struct request *request)
{
    static const struct body_fields fields = {spec_from_json, spec_from_text};
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct run_spec spec;
    run_spec_init(&spec);
    if (body_read(request, &fields, &spec, &answered) != RESULT_OK) {
        return answered;
    }
    struct run run;
    if (run_queue_submit(request->app->queue, &spec, 0, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    char location[48];
    snprintf(location, sizeof location, "/runs/%lld", (long long)run.id);
    return respond_created(request, run_to_json(&run, LANGUAGE_ENGLISH), location);
}

/* --- one run --- */

enum MHD_Result runs_get(struct request *request)
{
    struct err err;
    struct run run;
    enum language language = LANGUAGE_ENGLISH;
    if (query_language(&request->query, &language, &err) != RESULT_OK ||
        store_run_get(request->app->store, request->id, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    if (!run_status_is_over(run.status)) {
        run_queue_overlay(request->app->queue, &run);
    }
    return respond_json(request, MHD_HTTP_OK, run_to_json(&run, language));
}

static enum result unknown_member(const char *name, struct err *err)
{
    return err_field(err, name, "only the label of a run can be changed, not %.100s", name);
}

static enum result label_from_text(void *out, const char *name, const char *value, struct err *err)
{
    if (strcmp(name, "label") != 0) {
        return unknown_member(name, err);
    }
    char **const label = out;
    *label = strdup(value);
    return *label != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}

static enum result label_from_json(void *out, const cJSON *object, struct err *err)
{
    const cJSON *const item = object->child;
    if (item == NULL) {
        return err_field(err, "label", "label is required");
    }
    if (item->next != NULL) {
        return unknown_member(strcmp(item->string, "label") == 0 ? item->next->string : item->string, err);
    }
    if (strcmp(item->string, "label") == 0 && !cJSON_IsString(item)) {
        return err_field(err, "label", "label must be a string");
    }
    return label_from_text(out, item->string, cJSON_IsString(item) ? item->valuestring : "", err);
}

enum MHD_Result runs_patch(struct request *request)
{
    static const struct body_fields fields = {label_from_json, label_from_text};
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct run run;
    char *label = NULL;
    if (body_read(request, &fields, &label, &answered) != RESULT_OK) {
        free(label);
        return answered;
    }
    if (label == NULL) {
        err_field(&err, "label", "label is required");
        return respond_err(request, &err);
    }
    const enum result result = run_queue_rename(request->app->queue, request->id, label, &run, &err);
    free(label);
    return result == RESULT_OK ? respond_json(request, MHD_HTTP_OK, run_to_json(&run, LANGUAGE_ENGLISH))
                               : respond_err(request, &err);
}

enum MHD_Result runs_delete(struct request *request)
{
    struct err err;
    if (run_queue_delete(request->app->queue, request->id, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_empty(request, MHD_HTTP_NO_CONTENT);
}

enum MHD_Result runs_cancel(struct request *request)
{
    struct err err;
    struct run run;
    if (run_queue_cancel(request->app->queue, request->id, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_json(request, MHD_HTTP_ACCEPTED, run_to_json(&run, LANGUAGE_ENGLISH));
}
