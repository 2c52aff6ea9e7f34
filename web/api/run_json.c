#include "web/api/run_json.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/table.h"

#define US_PER_S 1000000.0
#define US_PER_MS 1000.0

/* --- small steps, each false when memory ran out --- */

static bool add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) != NULL;
}

static bool add_uint(cJSON *object, const char *name, uint64_t value)
{
    return add_number(object, name, (double)value);
}

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

static bool add_null(cJSON *object, const char *name)
{
    return cJSON_AddNullToObject(object, name) != NULL;
}

/* The tree when it is whole; else it is deleted. */
static cJSON *whole(cJSON *object, bool ok)
{
    if (ok) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

/* Rounded to `decimals`, so that the text shows what was measured and no digits beyond. */
static double rounded(double value, double decimals)
{
    return round(value * decimals) / decimals;
}

static bool add_ms(cJSON *object, const char *name, uint64_t us)
{
    return add_number(object, name, rounded((double)us / US_PER_MS, 1000));
}

static bool add_totals(cJSON *object, const struct load_totals *totals)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "totals");
    return item != NULL && add_uint(item, "started", totals->started) &&
           add_uint(item, "connected", totals->connected) && add_uint(item, "completed", totals->completed) &&
           add_uint(item, "failed", totals->failed) && add_uint(item, "not_started", totals->not_started);
}

/* errno's name; null for a failure that has none. */
static bool add_errno(cJSON *object, int error_number)
{
    return error_number == 0 ? add_null(object, "errno") : add_text(object, "errno", err_errno_name(error_number));
}

/* --- the parts of a run --- */

static bool add_peaks(cJSON *object, const struct run *run)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "peaks");
    return item != NULL && add_uint(item, "client_threads", run->peaks.threads) &&
           add_uint(item, "client_processes", run->peaks.processes) &&
           add_uint(item, "client_connections", run->peaks.connections) &&
           add_uint(item, "server_threads", run->peak_server_threads) &&
           add_uint(item, "server_connections", run->peak_server_connections);
}

static bool add_start(cJSON *object, const struct run *run)
{
    if (run->start.peak_clients == 0) {
        return add_null(object, "start");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "start");
    return item != NULL && add_ms(item, "last_up_ms", run->start.last_up_us) &&
           add_number(item, "per_s", rounded(load_start_per_s(&run->start, run->totals.started), 10)) &&
           add_uint(item, "peak_clients", run->start.peak_clients);
}

static bool add_server(cJSON *object, const struct run *run)
{
    if (!run->server_known) {
        return add_null(object, "server");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "server");
    return item != NULL && add_text(item, "model", run->server_model) &&
           add_uint(item, "backlog", run->server_backlog) && add_uint(item, "accepted", run->server_accepted) &&
           add_uint(item, "listen_overflows", run->server_listen_overflows) &&
           add_uint(item, "refused", run->server_refused);
}

static bool add_latency(cJSON *object, const struct run *run)
{
    bool measured = false;
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        measured = measured || run->latency[kind].count > 0;
    }
    if (!measured) {
        return add_null(object, "latency_us");
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
    return whole(object, object != NULL && add_text(object, "phase", error_phase_name(group->phase)) &&
                             add_text(object, "call", group->call) && add_errno(object, group->error_number) &&
                             add_text(object, "message", group->message) && add_uint(object, "count", group->count) &&
                             add_uint(object, "first_client", group->first_client) &&
                             add_ms(object, "first_at_ms", group->first_at_us) &&
                             add_ms(object, "last_at_ms", group->last_at_us));
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
        ok = add_number(object, rows[i].name, rounded((double)rows[i].ns / (double)NS_PER_US, 10));
    }
    return whole(object, ok);
}

static bool add_life(cJSON *object, const struct run *run)
{
    return add_number(object, "id", (double)run->id) && add_text(object, "status", run_status_name(run->status)) &&
           json_add_moment(object, "created_at", run->created_ms) &&
           json_add_moment(object, "started_at", run->started_ms) &&
           json_add_moment(object, "finished_at", run->finished_ms) &&
           add_number(object, "duration_s", (double)run->duration_us / US_PER_S);
}

cJSON *run_to_json(const struct run *run)
{
    cJSON *const object = cJSON_CreateObject();
    return whole(object, object != NULL && run_spec_add_json(&run->spec, object) && add_life(object, run) &&
                             add_totals(object, &run->totals) && add_peaks(object, run) && add_start(object, run) &&
                             add_server(object, run) &&
                             add_number(object, "clients_per_s", rounded(run_clients_per_s(run), 10)) &&
                             add_latency(object, run) && add_errors(object, run) &&
                             json_add_stored(object, "limit", run->limit) && json_add_stored(object, "cpu", run->cpu) &&
                             json_add_stored(object, "environment", run->environment) &&
                             add_text(object, "message", run->message) &&
                             (run->experiment != 0 ? add_number(object, "experiment", (double)run->experiment)
                                                   : add_null(object, "experiment")));
}

static bool add_client_sample(cJSON *object, const struct load_sample *client)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "client");
    return item != NULL && add_uint(item, "threads", client->threads) &&
           add_uint(item, "processes", client->processes) && add_uint(item, "connections", client->connections) &&
           add_uint(item, "fds", client->fds) && add_uint(item, "rss_bytes", client->rss_bytes) &&
           add_ms(item, "cpu_ms", client->cpu_us);
}

static bool add_server_sample(cJSON *object, const struct run_sample *sample)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "server");
    return item != NULL && add_uint(item, "threads", sample->server_threads) &&
           add_uint(item, "connections", sample->server_connections) &&
           add_uint(item, "accepted", sample->server_accepted) && add_uint(item, "fds", sample->server_fds) &&
           add_uint(item, "rss_bytes", sample->server_rss_bytes) && add_ms(item, "cpu_ms", sample->server_cpu_us) &&
           add_uint(item, "queue", sample->server_queue) && add_uint(item, "refused", sample->server_refused) &&
           add_uint(item, "listen_overflows", sample->server_overflows) &&
           cJSON_AddBoolToObject(item, "accept_paused", sample->server_accept_paused != 0) != NULL;
}

cJSON *run_sample_to_json(const struct run_sample *sample)
{
    cJSON *const object = cJSON_CreateObject();
    return whole(object, object != NULL && add_ms(object, "at_ms", sample->at_us) &&
                             add_client_sample(object, &sample->client) && add_server_sample(object, sample) &&
                             add_totals(object, &sample->client.totals));
}

cJSON *run_log_to_json(const struct run_log *log)
{
    cJSON *const object = cJSON_CreateObject();
    return whole(object, object != NULL && add_ms(object, "at_ms", log->at_us) &&
                             add_text(object, "side", run_side_name(log->side)) && add_text(object, "text", log->text));
}

cJSON *run_trace_to_json(const struct error_trace *trace)
{
    cJSON *const object = cJSON_CreateObject();
    if (object == NULL || !add_uint(object, "client", trace->client) || !add_ms(object, "at_ms", trace->at_us) ||
        !add_text(object, "phase", error_phase_name(trace->phase)) || !add_text(object, "call", trace->call) ||
        !add_errno(object, trace->error_number) || !add_text(object, "message", trace->message)) {
        return whole(object, false);
    }
    cJSON *const frames = cJSON_AddArrayToObject(object, "frames");
    bool ok = frames != NULL;
    for (uint32_t i = 0; ok && i < trace->frame_count && i < ERROR_FRAMES_MAX; i++) {
        const struct error_frame *const from = &trace->frames[i];
        cJSON *const frame = cJSON_CreateObject();
        ok = json_append(frames, frame) && add_text(frame, "function", from->function) &&
             add_text(frame, "file", from->file) && add_number(frame, "line", from->line);
    }
    return whole(object, ok);
}

cJSON *time_stats_to_json(const struct time_stats *stats, const char *listen, uint64_t fds)
{
    cJSON *const object = cJSON_CreateObject();
    return whole(object,
                 object != NULL && add_text(object, "model", time_model_name(stats->model)) &&
                     add_text(object, "listen", listen) && add_uint(object, "backlog", stats->backlog) &&
                     add_uint(object, "workers", stats->workers) && add_uint(object, "total", stats->total) &&
                     add_uint(object, "live", stats->live) && add_uint(object, "threads", stats->threads) &&
                     (fds == LIMIT_UNKNOWN ? add_null(object, "fds") : add_uint(object, "fds", fds)) &&
                     add_uint(object, "budget", stats->budget) &&
                     cJSON_AddBoolToObject(object, "accept_paused", stats->accept_paused) != NULL &&
                     add_uint(object, "accept_pauses", stats->accept_pauses) &&
                     add_uint(object, "refused", stats->refused) && add_uint(object, "evicted", stats->evicted) &&
                     add_uint(object, "replies", stats->replies) && add_uint(object, "invalid", stats->invalid) &&
                     add_uint(object, "listen_overflows", stats->listen_overflows) &&
                     add_uint(object, "queue", stats->queue));
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
