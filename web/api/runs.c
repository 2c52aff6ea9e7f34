#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "loadgen/contract/run_effects.h"
#include "server/lab/json/run_json.h"
#include "web/api/label_body.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/http/body.h"
#include "web/http/respond.h"
#include "web/http/sse.h"

/* --- POST /runs --- */

static enum result spec_from_json(void *out, const cJSON *object, struct err *err)
{
    return run_spec_set_json(out, object, NULL, err);
}

static enum result spec_from_text(void *out, const char *name, const char *value, struct err *err)
{
    return run_spec_set_text(out, name, value, err);
}

/* The run as it is now; returns whether it is over. */
static bool append_run(const struct request *request, struct buf *out)
{
    struct err err;
    struct run run;
    const enum result result = store_run_get(request->app->store, request->id, &run, &err);
    if (result != RESULT_OK) {
        json_write(out, result == RESULT_NOT_FOUND ? deleted_to_json(request->id) : NULL);
        return true;
    }
    if (!run_status_is_over(run.status)) {
        run_queue_overlay(request->app->queue, &run);
    }
    json_write(out, run_to_json(&run, LANGUAGE_ENGLISH));
    return run_status_is_over(run.status);
}

enum MHD_Result runs_create(struct request *request)
{
    static const struct body_fields fields = {spec_from_json, spec_from_text};
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct run_spec spec;
    uint64_t wait_s = 0;
    run_spec_init(&spec);
    if (query_uint(&request->query, "wait", 0, WAIT_S_MOST, &wait_s, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    if (body_read(request, &fields, &spec, &answered) != RESULT_OK) {
        return answered;
    }
    struct run run;
    if (run_effects_check(&spec, &err) != RESULT_OK ||
        run_queue_submit(request->app->queue, &spec, 0, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    char location[48];
    snprintf(location, sizeof location, "/runs/%lld", (long long)run.id);
    if (wait_s == 0) {
        return respond_created(request, run_to_json(&run, LANGUAGE_ENGLISH), location);
    }
    request->id = run.id;
    return sse_respond_at_end(request, &(struct sse_wait){.about.run = run.id,
                                                          .most_ms = (uint32_t)wait_s * 1000,
                                                          .snapshot = append_run,
                                                          .location = location});
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

enum MHD_Result runs_patch(struct request *request)
{
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct run run;
    char *label = NULL;
    if (label_body_read(request, &label, &answered) != RESULT_OK) {
        return answered;
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
