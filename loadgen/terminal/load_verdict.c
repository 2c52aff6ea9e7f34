#include "loadgen/terminal/load_verdict.h"

#include <string.h>

#include "base/cpu.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/diagnose.h"

struct verdict load_verdict(const struct load_facts *facts)
{
    const struct load_result *const result = facts->result;
    struct diagnose_case given = {
        .run = {.spec = facts->spec,
                .cores = cores_usable(),
                .spread_sources = facts->spread_sources,
                .terms = limit_terms_read("", "self")},
        .refusal = run_mode_refusal(facts->spec->mode),
        .values = facts->limits,
        .count = facts->limit_count,
        .groups = result->groups,
        .group_count = result->group_count,
        .alive = result->start.peak_clients,
        .connections = result->peaks.connections,
        .completed = result->totals.completed,
        .duration_us = result->duration_us,
        .slowest_ns = hist_summary(&result->latency[LATENCY_CLIENT]).max_ns,
        .connected = result->totals.connected,
        .listener = facts->listener,
        .gone = facts->gone,
        .counted = true,
        .usages = facts->usages,
        .usage_count = facts->usage_count,
    };
    memcpy(given.risen, facts->risen, sizeof given.risen);
    usage_init(&given.peak[LIMIT_SIDE_SERVER]);
    given.peak[LIMIT_SIDE_CLIENT] = result->peak;
    return diagnose(&given);
}
