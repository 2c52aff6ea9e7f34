/* GET /events and GET /runs/17/events. A client that connects, or that reconnects after the ring has dropped events,
 * gets the current state besides the events, so that it depends on no earlier event. */
#include <string.h>

#include "server/lab/json/run_json.h"
#include "web/api/resources.h"
#include "web/http/respond.h"
#include "web/http/sse.h"

/* Whether the run is over. */
static bool append_run(const struct app *app, int64_t id, struct buf *out)
{
    struct err err;
    struct run run;
    if (store_run_get(app->store, id, &run, &err) != RESULT_OK) {
        return true; /* the run was deleted meanwhile */
    }
    if (!run_status_is_over(run.status)) {
        run_queue_overlay(app->queue, &run);
    }
    sse_append(out, event_type_name(EVENT_RUN), run_to_json(&run, LANGUAGE_ENGLISH));
    return run_status_is_over(run.status);
}

static bool snapshot_all(const struct request *request, struct buf *out)
{
    sse_append(out, event_type_name(EVENT_SERVER), server_to_json(request->app));
    const int64_t active = run_queue_active(request->app->queue);
    if (active != 0) {
        (void)append_run(request->app, active, out);
    }
    return false;
}

static bool snapshot_run(const struct request *request, struct buf *out)
{
    return append_run(request->app, request->id, out);
}

/* A browser sends the header when it reconnects; the parameter is for clients that cannot set headers. */
static enum result read_last_id(const struct request *request, struct sse_options *options, struct err *err)
{
    const char *const header = request_header(request, "Last-Event-ID");
    const char *const text = header != NULL ? header : query_get(&request->query, "last_event_id");
    if (text == NULL || *text == '\0') {
        return RESULT_OK;
    }
    options->resumed = true;
    if (!query_digits(text, strlen(text), &options->after)) {
        return err_field(err, "last_event_id", "last_event_id must be a number, got \"%.60s\"", text);
    }
    return RESULT_OK;
}

static enum MHD_Result respond_events(struct request *request, struct sse_options *options)
{
    struct err err;
    if (read_last_id(request, options, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    if (strcmp(request->method, "HEAD") == 0) {
        return respond_stream_head(request, "text/event-stream", NULL);
    }
    return sse_respond(request, options);
}

enum MHD_Result events_get(struct request *request)
{
    struct sse_options options = {.snapshot = snapshot_all};
    return respond_events(request, &options);
}

enum MHD_Result run_events_get(struct request *request)
{
    struct err err;
    struct run run;
    if (store_run_get(request->app->store, request->id, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    struct sse_options options = {.run = request->id, .snapshot = snapshot_run};
    return respond_events(request, &options);
}
