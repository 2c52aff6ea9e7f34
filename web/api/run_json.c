#include "web/api/run_json.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/table.h"
#include "loadgen/verdict/verdict_json.h"

#define US_PER_S 1000000.0
#define US_PER_MS 1000.0

/* Milliseconds, exact to the microsecond. */
static bool add_ms(cJSON *object, const char *name, uint64_t us)
{
    return json_add_rounded(object, name, (double)us / US_PER_MS, 1000);
}

static bool add_totals(cJSON *object, const struct load_totals *totals)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "totals");
    return item != NULL && json_add_uint(item, "started", totals->started) &&
           json_add_uint(item, "connected", totals->connected) && json_add_uint(item, "completed", totals->completed) &&
           json_add_uint(item, "failed", totals->failed) && json_add_uint(item, "not_started", totals->not_started);
}

/* The name of an errno; null for a failure without one. */
static bool add_errno(cJSON *object, int error_number)
{
    return error_number == 0 ? json_add_null(object, "errno")
                             : json_add_text(object, "errno", err_errno_name(error_number));
}

/* --- the parts of a run --- */

static bool add_peaks(cJSON *object, const struct run *run)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "peaks");
    return item != NULL && json_add_uint(item, "client_threads", run->peaks.threads) &&
           json_add_uint(item, "client_processes", run->peaks.processes) &&
           json_add_uint(item, "client_connections", run->peaks.connections) &&
           json_add_uint(item, "server_threads", run->peak_server_threads) &&
           json_add_uint(item, "server_connections", run->peak_server_connections);
}

static bool add_start(cJSON *object, const struct run *run)
{
    if (run->start.peak_clients == 0) {
        return json_add_null(object, "start");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "start");
    return item != NULL && add_ms(item, "last_up_ms", run->start.last_up_us) &&
           json_add_rounded(item, "per_s", load_start_per_s(&run->start, run->totals.started), 10) &&
           json_add_uint(item, "peak_clients", run->start.peak_clients);
}

static bool add_server(cJSON *object, const struct run *run)
{
    if (!run->server_known) {
        return json_add_null(object, "server");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "server");
    return item != NULL && json_add_text(item, "model", run->server_model) &&
           json_add_uint(item, "backlog", run->server_backlog) &&
           json_add_uint(item, "accepted", run->server_accepted) &&
           json_add_uint(item, "listen_overflows", run->server_listen_overflows) &&
           json_add_uint(item, "refused", run->server_refused);
}

static bool add_latency(cJSON *object, const struct run *run)
{
    bool measured = false;
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        measured = measured || run->latency[kind].count > 0;
    }
    if (!measured) {
        return json_add_null(object, "latency_us");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "latency_us");
    bool ok = item != NULL;
    for (enum latency_kind kind = 0; ok && kind < LATENCY_COUNT; kind++) {
        ok = json_add(item, latency_kind_name(kind), run_latency_to_json(&run->latency[kind]));
    }
    return ok;
}

static cJSON *group_to_json(const struct error_group *group)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        object != NULL && json_add_text(object, "phase", error_phase_name(group->phase)) &&
            json_add_text(object, "call", group->call) && add_errno(object, group->error_number) &&
            json_add_text(object, "message", group->message) && json_add_uint(object, "count", group->count) &&
            json_add_uint(object, "first_client", group->first_client) &&
            add_ms(object, "first_at_ms", group->first_at_us) && add_ms(object, "last_at_ms", group->last_at_us),
        object);
}

static bool add_errors(cJSON *object, const struct run *run)
{
    cJSON *const errors = cJSON_AddArrayToObject(object, "errors");
    bool ok = errors != NULL;
    for (uint32_t i = 0; ok && i < run->group_count && i < ERROR_GROUPS_MAX; i++) {
        ok = json_append(errors, group_to_json(&run->groups[i]));
    }
    return ok;
}

/* --- what the header declares --- */

double run_clients_per_s(const struct run *run)
{
    return run->duration_us > 0 ? (double)run->totals.completed * US_PER_S / (double)run->duration_us : 0;
}

cJSON *run_latency_to_json(const struct latency *latency)
{
    const struct {
        const char *name;
        uint64_t ns;
    } rows[] = {
        {"min", latency->min_ns},   {"p50", latency->p50_ns}, {"p90", latency->p90_ns},   {"p99", latency->p99_ns},
        {"p999", latency->p999_ns}, {"max", latency->max_ns}, {"mean", latency->mean_ns},
    };
    cJSON *const object = cJSON_CreateObject();
    bool ok = object != NULL;
    for (size_t i = 0; ok && i < COUNT_OF(rows); i++) {
        ok = json_add_rounded(object, rows[i].name, (double)rows[i].ns / (double)NS_PER_US, 10);
    }
    return json_if(ok, object);
}

static bool add_life(cJSON *object, const struct run *run)
{
    return json_add_number(object, "id", (double)run->id) &&
           json_add_text(object, "status", run_status_name(run->status)) &&
           json_add_moment(object, "created_at", run->created_ms) &&
           json_add_moment(object, "started_at", run->started_ms) &&
           json_add_moment(object, "finished_at", run->finished_ms) &&
           json_add_number(object, "duration_s", (double)run->duration_us / US_PER_S);
}

cJSON *run_to_json(const struct run *run)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        object != NULL && run_spec_add_json(&run->spec, object) && add_life(object, run) &&
            add_totals(object, &run->totals) && add_peaks(object, run) && add_start(object, run) &&
            add_server(object, run) && json_add_rounded(object, "clients_per_s", run_clients_per_s(run), 10) &&
            add_latency(object, run) && add_errors(object, run) &&
            json_add(object, "limit", verdict_to_json(&run->verdict)) && json_add_stored(object, "cpu", run->cpu) &&
            json_add_stored(object, "environment", run->environment) &&
            json_add_text(object, "message", run->message) &&
            (run->experiment != 0 ? json_add_number(object, "experiment", (double)run->experiment)
                                  : json_add_null(object, "experiment")),
        object);
}

static bool add_client_sample(cJSON *object, const struct load_sample *client)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "client");
    return item != NULL && json_add_uint(item, "threads", client->threads) &&
           json_add_uint(item, "processes", client->processes) &&
           json_add_uint(item, "connections", client->connections) && json_add_uint(item, "fds", client->fds) &&
           json_add_uint(item, "rss_bytes", client->rss_bytes) && add_ms(item, "cpu_ms", client->cpu_us);
}

static bool add_server_sample(cJSON *object, const struct run_sample *sample)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "server");
    return item != NULL && json_add_uint(item, "threads", sample->server_threads) &&
           json_add_uint(item, "connections", sample->server_connections) &&
           json_add_uint(item, "accepted", sample->server_accepted) && json_add_uint(item, "fds", sample->server_fds) &&
           json_add_uint(item, "rss_bytes", sample->server_rss_bytes) &&
           add_ms(item, "cpu_ms", sample->server_cpu_us) && json_add_uint(item, "queue", sample->server_queue) &&
           json_add_uint(item, "refused", sample->server_refused) &&
           json_add_uint(item, "listen_overflows", sample->server_overflows) &&
           json_add_bool(item, "accept_paused", sample->server_accept_paused != 0);
}

cJSON *run_sample_to_json(const struct run_sample *sample)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(object != NULL && add_ms(object, "at_ms", sample->at_us) &&
                       add_client_sample(object, &sample->client) && add_server_sample(object, sample) &&
                       add_totals(object, &sample->client.totals),
                   object);
}

cJSON *run_log_to_json(const struct run_log *log)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(object != NULL && add_ms(object, "at_ms", log->at_us) &&
                       json_add_text(object, "side", run_side_name(log->side)) &&
                       json_add_text(object, "text", log->text),
                   object);
}

cJSON *run_trace_to_json(const struct error_trace *trace)
{
    cJSON *const object = cJSON_CreateObject();
    if (object == NULL || !json_add_uint(object, "client", trace->client) || !add_ms(object, "at_ms", trace->at_us) ||
        !json_add_text(object, "phase", error_phase_name(trace->phase)) ||
        !json_add_text(object, "call", trace->call) || !add_errno(object, trace->error_number) ||
        !json_add_text(object, "message", trace->message)) {
        return json_if(false, object);
    }
    cJSON *const frames = cJSON_AddArrayToObject(object, "frames");
    bool ok = frames != NULL;
    for (uint32_t i = 0; ok && i < trace->frame_count && i < ERROR_FRAMES_MAX; i++) {
        const struct error_frame *const from = &trace->frames[i];
        cJSON *const frame = cJSON_CreateObject();
        ok = json_append(frames, frame) && json_add_text(frame, "function", from->function) &&
             json_add_text(frame, "file", from->file) && json_add_number(frame, "line", from->line);
    }
    return json_if(ok, object);
}

cJSON *time_stats_to_json(const struct time_stats *stats, const char *listen, uint64_t fds)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        object != NULL && json_add_text(object, "model", time_model_name(stats->model)) &&
            json_add_text(object, "listen", listen) && json_add_uint(object, "backlog", stats->backlog) &&
            json_add_uint(object, "workers", stats->workers) && json_add_uint(object, "total", stats->total) &&
            json_add_uint(object, "live", stats->live) && json_add_uint(object, "threads", stats->threads) &&
            (fds == LIMIT_UNKNOWN ? json_add_null(object, "fds") : json_add_uint(object, "fds", fds)) &&
            json_add_uint(object, "budget", stats->budget) &&
            json_add_bool(object, "accept_paused", stats->accept_paused) &&
            json_add_uint(object, "accept_pauses", stats->accept_pauses) &&
            json_add_uint(object, "refused", stats->refused) && json_add_uint(object, "evicted", stats->evicted) &&
            json_add_uint(object, "replies", stats->replies) && json_add_uint(object, "invalid", stats->invalid) &&
            json_add_uint(object, "listen_overflows", stats->listen_overflows) &&
            json_add_uint(object, "queue", stats->queue),
        object);
}

cJSON *time_server_to_json(const struct time_server *server, uint64_t fds)
{
    struct time_stats stats;
    struct net_address address;
    char listen[NET_TEXT_SIZE];
    time_server_stats(server, &stats);
    time_server_address(server, &address);
    net_format(&address, listen);
    return time_stats_to_json(&stats, listen, fds);
}
