/* For those who watch the panel. GET /health; GET /metrics: the Prometheus text format, version 0.0.4. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/table.h"
#include "loadgen/limits/sources.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

static void append_header(struct buf *out, const char *name, const char *kind, const char *help)
{
    buf_printf(out, "# HELP %s %s.\n# TYPE %s %s\n", name, help, name, kind);
}

static void append_metric(struct buf *out, const char *name, const char *kind, const char *help, uint64_t value)
{
    append_header(out, name, kind, help);
    buf_printf(out, "%s %" PRIu64 "\n", name, value);
}

static void append_time(struct buf *out, const struct time_stats *stats)
{
#define METRIC(name, kind, value, help) append_metric(out, name, #kind, help, value);
#include "web/api/time_metrics.def"
#undef METRIC
    append_header(out, "koneksi_time_model", "gauge", "1 for the model of the TIME server");
    for (enum time_model model = 0; model < TIME_MODEL_COUNT; model++) {
        buf_printf(out, "koneksi_time_model{model=\"%s\"} %d\n", time_model_name(model), stats->model == model);
    }
    const uint64_t fds = source_open_fds("");
    if (fds != LIMIT_UNKNOWN) {
        append_metric(out, "koneksi_time_fds", "gauge",
                      "Open descriptors of the panel's process, the TIME server's included", fds);
    }
}

static void append_runs(struct buf *out, const uint64_t counts[RUN_STATUS_COUNT])
{
    append_header(out, "koneksi_runs", "gauge", "Runs in the database by status");
    for (enum run_status status = 0; status < RUN_STATUS_COUNT; status++) {
        buf_printf(out, "koneksi_runs{status=\"%s\"} %" PRIu64 "\n", run_status_name(status), counts[status]);
    }
    append_metric(out, "koneksi_run_queue_length", "gauge", "Runs in the queue", counts[RUN_STATUS_QUEUED]);
}

/* All values are 0 while no run is under way. */
static void append_active(struct buf *out, struct run_queue *queue)
{
    struct run run;
    memset(&run, 0, sizeof run);
    run.id = run_queue_active(queue);
    run.status = RUN_STATUS_RUNNING;
    if (run.id != 0) {
        run_queue_overlay(queue, &run);
    }
    const struct {
        const char *state;
        uint64_t clients;
    } rows[] = {
        {"started", run.totals.started}, {"connected", run.totals.connected},     {"completed", run.totals.completed},
        {"failed", run.totals.failed},   {"not_started", run.totals.not_started},
    };
    append_metric(out, "koneksi_run_active", "gauge", "1 while a run is under way", run.id != 0 ? 1 : 0);
    append_header(out, "koneksi_run_active_clients", "gauge", "Clients of the run under way by state");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf_printf(out, "koneksi_run_active_clients{state=\"%s\"} %" PRIu64 "\n", rows[i].state, rows[i].clients);
    }
}

static const char *or_none(const char *name)
{
    return name != NULL ? name : "none";
}

static void append_latest(struct buf *out, const struct run *run)
{
    const struct verdict *const verdict = &run->verdict;
    append_metric(out, "koneksi_run_latest", "gauge", "The id of the newest run that is over; 0 when there is none",
                  (uint64_t)run->id);
    if (verdict->kind != VERDICT_NONE) {
        append_header(out, "koneksi_run_latest_verdict", "gauge", "1 for what stopped clients of the newest run");
        buf_printf(out, "koneksi_run_latest_verdict{kind=\"%s\",name=\"%s\",side=\"%s\",certainty=\"%s\"} 1\n",
                   verdict_kind_name(verdict->kind), or_none(verdict_name(verdict)),
                   or_none(fact_side_name(verdict->side)), certainty_name(verdict->certainty));
    }
}

enum MHD_Result metrics_get(struct request *request)
{
    const struct app *const app = request->app;
    uint64_t counts[RUN_STATUS_COUNT];
    struct time_stats stats;
    struct run latest = {.id = 0};
    struct err err;
    const enum result found = store_run_latest(app->store, &latest, &err);
    if ((found != RESULT_OK && found != RESULT_NOT_FOUND) ||
        store_status_counts(app->store, counts, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    time_server_stats(app->server, &stats);
    struct buf out = BUF_INIT;
    append_time(&out, &stats);
    append_runs(&out, counts);
    append_latest(&out, &latest);
    append_active(&out, app->queue);
    append_metric(&out, "koneksi_http_evicted_total", "counter",
                  "Connections to the API that were ended because their client was slow or others needed the place",
                  request_evictions(request));
    append_metric(&out, "koneksi_log_dropped_total", "counter", "Log lines dropped because standard error took no more",
                  log_dropped());
    return respond_text(request, "text/plain; version=0.0.4; charset=utf-8", &out);
}

enum MHD_Result health_get(struct request *request)
{
    struct err err;
    if (store_ping(request->app->store, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    return respond_json(request, MHD_HTTP_OK, json_if(json_add_text(json, "status", "ok"), json));
}
