#include "server/lab/run/run_verdict.h"

#include "base/cpu.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/verdict_json.h"
#include "server/time/time_server.h"

static const struct {
    uint64_t threads, bytes, workers; /* see models.def */
} costs[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, help, ...) {__VA_ARGS__},
#include "server/time/models.def"
#undef MODEL
};

struct predict_server run_verdict_server(const struct time_stats *stats, enum time_model model)
{
    if (model == TIME_MODEL_COUNT) {
        return (struct predict_server){.known = false};
    }
    return (struct predict_server){.known = true,
                                   .threads = costs[model].threads,
                                   .bytes = costs[model].bytes,
                                   .workers = costs[model].workers * stats->workers,
                                   .backlog = stats->backlog,
                                   .live = stats->live,
                                   .reserved_fds = stats->reserved_fds,
                                   .thread_budget = stats->thread_budget,
                                   .data_budget = stats->data_budget,
                                   .map_budget = stats->map_budget};
}

/* Without a report of its start, as from a generator that died, what lived is what the samples saw. */
static uint64_t most_alive(const struct run *run)
{
    if (run->start.peak_clients > 0) {
        return run->start.peak_clients;
    }
    const uint64_t carriers = run->peaks.threads > run->peaks.processes ? run->peaks.threads : run->peaks.processes;
    return run->peaks.connections > carriers ? run->peaks.connections : carriers; /* loops carry many */
}

void run_verdict_find(struct diagnose_case *facts, struct run *run)
{
    facts->run.spec = &run->spec;
    facts->run.cores = cores_usable();
    facts->run.terms = limit_terms_read("", "self");
    facts->refusal = run->totals.failed > 0 ? run_mode_refusal(run->spec.mode) : URING_ALLOWED;
    facts->groups = run->groups;
    facts->group_count = run->group_count;
    facts->alive = most_alive(run);
    facts->connections = run->peaks.connections;
    facts->completed = run->totals.completed;
    facts->arrived_us = run->start.peak_clients > 0 ? run->start.last_up_us : 0;
    facts->began_us = run->start.first_up_us;
    facts->connected = run->totals.connected;
    facts->server_accepted = run->server_accepted;
    facts->listen_overflows = run->server_listen_overflows;
    facts->refused = run->server_refused;
    run->peak_server_connections = diagnose_served(facts, run->peak_server_connections);
    facts->server_connections = run->peak_server_connections;
    run->verdict = diagnose(facts);
}

enum bottleneck run_verdict_cpu(const struct cpu_use *use, struct run *run)
{
    cJSON *const json = bottleneck_to_json(use);
    if (json == NULL || !cJSON_PrintPreallocated(json, run->cpu, sizeof run->cpu, 0)) {
        run->cpu[0] = '\0'; /* half an object is none */
    }
    cJSON_Delete(json);
    return bottleneck_find(use);
}
