#include "web/api/run_json.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/table.h"
#include "db/columns.def"
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
    return json_add_uint(item, "started", totals->started) && json_add_uint(item, "connected", totals->connected) &&
           json_add_uint(item, "completed", totals->completed) && json_add_uint(item, "failed", totals->failed) &&
           json_add_uint(item, "not_started", totals->not_started);
}

/* What traces and groups have in common; `errno` is null for a failure without one. */
static bool add_failure(cJSON *object, enum error_phase phase, const char *call, int error_number, const char *message)
{
    return json_add_text(object, "phase", error_phase_name(phase)) && json_add_text(object, "call", call) &&
           json_add_text(object, "errno", error_number != 0 ? err_errno_name(error_number) : NULL) &&
           json_add_text(object, "message", message);
}

/* --- the parts of a run --- */

static bool add_peaks(cJSON *object, const struct run *run)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "peaks");
    return json_add_uint(item, "client_threads", run->peaks.threads) &&
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
    return add_ms(item, "last_up_ms", run->start.last_up_us) &&
           json_add_rounded(item, "per_s", load_start_per_s(&run->start, run->totals.started), 10) &&
           json_add_uint(item, "peak_clients", run->start.peak_clients);
}

/* Where a rate was wanted: the clients that were started a second. */
static bool add_rate(cJSON *object, const struct run *run)
{
    if (run->spec.rate == 0 || run->start.peak_clients == 0) {
        return json_add_null(object, "rate_reached");
    }
    return json_add_rounded(object, "rate_reached", load_start_per_s(&run->start, run->totals.started), 10);
}

static bool add_server(cJSON *object, const struct run *run)
{
    if (!run->server_known) {
        return json_add_null(object, "server");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "server");
    return json_add_text(item, "model", run->server_model) && json_add_uint(item, "backlog", run->server_backlog) &&
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
    return json_if(add_failure(object, group->phase, group->call, group->error_number, group->message) &&
                       json_add_uint(object, "count", group->count) &&
                       json_add_uint(object, "first_client", group->first_client) &&
                       add_ms(object, "first_at_ms", group->first_at_us) &&
                       add_ms(object, "last_at_ms", group->last_at_us),
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

cJSON *run_to_json(const struct run *run, enum language language)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        run_spec_add_json(&run->spec, object) && add_life(object, run) && add_totals(object, &run->totals) &&
            add_peaks(object, run) && add_start(object, run) && add_rate(object, run) && add_server(object, run) &&
            json_add_rounded(object, "clients_per_s", run_clients_per_s(run), 10) && add_latency(object, run) &&
            add_errors(object, run) && json_add(object, "verdict", verdict_to_json(&run->verdict, language)) &&
            json_add_stored_object(object, "cpu", run->cpu) &&
            json_add_stored_object(object, "environment", run->environment) &&
            json_add_text(object, "message", run->message) &&
            (run->experiment != 0 ? json_add_number(object, "experiment", (double)run->experiment)
                                  : json_add_null(object, "experiment")),
        object);
}

cJSON *run_sample_to_json(const struct run_sample *sample)
{
    cJSON *const of_sample = cJSON_CreateObject();
    const bool begun = add_ms(of_sample, "at_ms", sample->at_us);
    cJSON *const of_client = cJSON_AddObjectToObject(of_sample, "client");
    cJSON *const of_server = cJSON_AddObjectToObject(of_sample, "server");
    cJSON *const of_totals = cJSON_AddObjectToObject(of_sample, "totals");
#define TO_CLIENT of_client
#define TO_SERVER of_server
#define TO_TOTALS of_totals
#define ADD_COUNT json_add_uint
#define ADD_FLAG json_add_bool
#define ADD_MS add_ms
#define ADD(FORM, column, member, csv, PART, name) &&ADD_##FORM(TO_##PART, name, sample->member)
    return json_if(begun SAMPLE_PART_COLUMNS(ADD), of_sample);
}

cJSON *run_log_to_json(const struct run_log *log)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(add_ms(object, "at_ms", log->at_us) && json_add_text(object, "side", run_side_name(log->side)) &&
                       json_add_text(object, "text", log->text),
                   object);
}

cJSON *run_trace_to_json(const struct error_trace *trace)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(json_add_uint(object, "client", trace->client) && add_ms(object, "at_ms", trace->at_us) &&
                       add_failure(object, trace->phase, trace->call, trace->error_number, trace->message) &&
                       json_add(object, "frames", error_frames_to_json(trace)),
                   object);
}

cJSON *time_stats_to_json(const struct time_stats *stats, const char *listen, uint64_t fds)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        json_add_text(object, "model", time_model_name(stats->model)) && json_add_text(object, "listen", listen) &&
            json_add_uint(object, "backlog", stats->backlog) && json_add_uint(object, "workers", stats->workers) &&
            json_add_uint(object, "total", stats->total) && json_add_uint(object, "live", stats->live) &&
            json_add_uint(object, "threads", stats->threads) &&
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
