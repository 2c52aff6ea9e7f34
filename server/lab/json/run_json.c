#include "server/lab/json/run_json.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/table.h"
#include "db/columns.def"
#include "loadgen/verdict/verdict_json.h"
#include "server/lab/json/limits_json.h"

#define US_PER_MS 1000.0

/* Milliseconds, exact to the microsecond. */
static bool add_ms(cJSON *object, const char *name, uint64_t us)
{
    return json_add_rounded(object, name, (double)us / US_PER_MS, 1000);
}

/* What traces and groups have in common; `errno` is null for a failure without one. */
static bool add_failure(cJSON *object, enum error_phase phase, const char *call, int error_number, const char *message)
{
    return json_add_text(object, "phase", error_phase_name(phase)) && json_add_text(object, "call", call) &&
           json_add_text(object, "errno", error_number != 0 ? err_errno_name(error_number) : NULL) &&
           json_add_text(object, "message", message);
}

/* --- the parts of a run --- */

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

/* --- what the header declares --- */

struct summary run_summary(const struct run *run)
{
    return (struct summary){.spec = &run->spec,
                            .duration_us = run->duration_us,
                            .totals = &run->totals,
                            .peaks = &run->peaks,
                            .start = &run->start,
                            .cost = &run->cost,
                            .latency = run->latency,
                            .groups = run->groups,
                            .group_count = run->group_count,
                            .verdict = &run->verdict,
                            .source_addresses = run->source_addresses,
                            .server_threads = run->peak_server_threads,
                            .server_connections = run->peak_server_connections,
                            .late_side = run->late_side};
}

double run_clients_per_s(const struct run *run)
{
    const struct summary summary = run_summary(run);
    return summary_clients_per_s(&summary);
}

static bool add_summary(cJSON *object, const struct run *run, enum language language)
{
    struct json_tree tree;
    const struct summary summary = run_summary(run);
    const struct json_writer writer = json_tree_writer(&tree, object);
    return summary_write(&writer, &summary, language) && object != NULL && !tree.failed;
}

static bool add_life(cJSON *object, const struct run *run)
{
    return json_add_number(object, "id", (double)run->id) &&
           json_add_text(object, "status", run_status_name(run->status)) &&
           json_add_moment(object, "created_at", run->created_ms) &&
           json_add_moment(object, "started_at", run->started_ms) &&
           json_add_moment(object, "finished_at", run->finished_ms);
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

bool run_host_add_json(cJSON *object, const struct run_host *host)
{
    if (host->name[0] == '\0' && host->kernel[0] == '\0' && host->fingerprint[0] == '\0') {
        return json_add_null(object, "host");
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "host");
    return json_add_text(item, "name", text_or_null(host->name)) &&
           json_add_text(item, "kernel", text_or_null(host->kernel)) &&
           json_add_text(item, "fingerprint", text_or_null(host->fingerprint));
}

cJSON *run_to_json(const struct run *run, enum language language)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(add_summary(object, run, language) && add_life(object, run) && add_server(object, run) &&
                       json_add_stored_object(object, "server_process", run->server_process) &&
                       json_add_stored_object(object, "resolved", run->resolved) &&
                       json_add_stored_object(object, "cpu", run->cpu) && run_host_add_json(object, &run->host) &&
                       json_add_stored_object(object, "environment", run->environment) &&
                       json_add_text(object, "message", run->message) &&
                       (run->experiment != 0 ? json_add_number(object, "experiment", (double)run->experiment)
                                             : json_add_null(object, "experiment")),
                   object);
}

cJSON *deleted_to_json(int64_t id)
{
    cJSON *const tree = cJSON_CreateObject();
    return json_if(tree != NULL && json_add_number(tree, "id", (double)id) && json_add_bool(tree, "deleted", true),
                   tree);
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

/* The models that cannot be used here, as GET /limits names the modes. */
static bool add_unavailable(cJSON *object, const struct time_server *server)
{
    cJSON *const unavailable = cJSON_AddObjectToObject(object, "unavailable");
    bool added = unavailable != NULL;
    for (enum time_model model = 0; added && model < TIME_MODEL_COUNT; model++) {
        const enum uring_refusal refusal = time_server_refusal(server, model);
        added = unavailable_add(unavailable, time_model_name(model), uring_refusal_name(refusal),
                                uring_refusal_why(refusal, LANGUAGE_ENGLISH));
    }
    return added;
}

cJSON *time_server_to_json(const struct time_server *server, uint64_t fds)
{
    struct time_stats stats;
    struct net_address address;
    char listen[NET_TEXT_SIZE];
    time_server_stats(server, &stats);
    time_server_address(server, &address);
    net_format(&address, listen);
    cJSON *const object = time_stats_to_json(&stats, listen, fds);
    return json_if(object != NULL && add_unavailable(object, server), object);
}
