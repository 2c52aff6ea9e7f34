#include "server/lab/run/binding.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cores.h"
#include "loadgen/verdict/diagnose.h"
#include "server/time/time_server.h"

enum predict_model binding_model(const char *name)
{
    switch (time_model_from_name(name)) {
    case TIME_MODEL_THREAD:
        return PREDICT_MODEL_THREAD;
    case TIME_MODEL_POOL:
        return PREDICT_MODEL_POOL;
    case TIME_MODEL_EPOLL:
        return PREDICT_MODEL_EPOLL;
    case TIME_MODEL_COUNT:
        break;
    }
    return PREDICT_MODEL_NONE;
}

/* Without a report of its start, as from a generator that died, what lived is what the samples saw. */
static uint64_t most_alive(const struct run *run)
{
    if (run->start.peak_clients > 0) {
        return run->start.peak_clients;
    }
    return run->peaks.threads > run->peaks.processes ? run->peaks.threads : run->peaks.processes;
}

static void keep_as_json(const struct diagnosis *diagnosis, struct run *run)
{
    cJSON *const json = diagnosis_to_json(diagnosis);
    char *const text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    const int length = text != NULL ? snprintf(run->limit, sizeof run->limit, "%s", text) : 0;
    if (length >= (int)sizeof run->limit) {
        run->limit[0] = '\0'; /* half an object is none */
    }
    free(text);
    cJSON_Delete(json);
}

void binding_find(const struct binding_evidence *evidence, struct run *run)
{
    const struct predict_case side = {
        .spec = &run->spec,
        .model = run->server_known ? binding_model(run->server_model) : PREDICT_MODEL_NONE,
        .workers = evidence->workers,
        .backlog = run->server_backlog,
        .live = evidence->live,
        .reserved_fds = TIME_RESERVED_FDS,
        .thread_budget = evidence->thread_budget,
        .cores = cores_usable(),
        .spread_sources = evidence->spread_sources,
        .nproc_binds = limits_nproc_binds(),
    };
    struct counters after;
    counters_read("", &after);
    struct diagnose_case asked = {
        .asked = &side,
        .values = evidence->values,
        .count = evidence->count,
        .groups = run->groups,
        .group_count = run->group_count,
        .alive = most_alive(run),
        .connections = run->peaks.connections,
        .server_connections = run->peak_server_connections,
        .connected = run->totals.connected,
        .server_accepted = run->server_accepted,
        .bottleneck = evidence->bottleneck,
        .listen_overflows = run->server_listen_overflows,
        .refused = run->server_refused,
        .killed = evidence->killed,
    };
    counters_risen(evidence->before, &after, asked.risen);
    struct diagnosis diagnosis;
    run->limit[0] = '\0';
    if (diagnose(&asked, &diagnosis)) {
        keep_as_json(&diagnosis, run);
    }
}
