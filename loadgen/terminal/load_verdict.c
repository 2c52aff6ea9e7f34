#include "loadgen/terminal/load_verdict.h"

#include <string.h>

#include "base/cpu.h"
#include "loadgen/limits/limits.h"
#include "loadgen/limits/usage.h"

uint64_t load_server_threads(const struct load_facts *facts)
{
    const struct foreign_server *const server = facts->usage->foreign;
    return server != NULL ? usage_or_0(foreign_server_peak(server)->threads) : 0;
}

uint64_t load_server_connections(const struct load_facts *facts)
{
    const struct foreign_server *const server = facts->usage->foreign;
    const struct diagnose_case given = {.run = {.spec = facts->spec, .server = facts->server},
                                        .completed = facts->result->totals.completed};
    return diagnose_served(&given, server != NULL ? usage_or_0(foreign_server_peak(server)->connections) : 0);
}

struct verdict load_verdict(const struct load_facts *facts)
{
    const struct load_result *const result = facts->result;
    struct diagnose_case given = {
        .run = {.spec = facts->spec,
                .server = facts->server,
                .cores = cores_usable(),
                .loopback = facts->loopback,
                .source_addresses = facts->source_addresses,
                .terms = limit_terms_read("", "self")},
        .refusal = result->totals.failed > 0 ? run_mode_refusal(facts->spec->mode) : URING_ALLOWED,
        .values = facts->limits,
        .count = facts->limit_count,
        .groups = result->groups,
        .group_count = result->group_count,
        .alive = result->start.peak_clients,
        .connections = result->peaks.connections,
        .completed = result->totals.completed,
        .failed = result->failed,
        .began_us = result->start.first_up_us,
        .arrived_us = result->start.last_up_us,
        .slowest_ns = hist_summary(&result->latency[LATENCY_CLIENT]).max_ns,
        .connected = result->totals.connected,
        .listener = facts->listener,
        .listener_before = facts->listener_before,
        .gone = facts->gone,
        /* how busy the processors were is not measured here; the kernel counts what its own control group waited */
        .bottleneck = bottleneck_is_throttled(facts->risen) ? BOTTLENECK_QUOTA : BOTTLENECK_UNKNOWN,
        .listen_drops = LIMIT_UNKNOWN,
        .counted = true,
    };
    memcpy(given.risen, facts->risen, sizeof given.risen);
    run_usage_describe(facts->usage, result, LIMIT_UNKNOWN, &given);
    if (facts->usage->foreign != NULL) {
        foreign_server_risen(facts->usage->foreign, given.server_risen);
        given.listen_overflows = usage_or_0(foreign_server_use(facts->usage->foreign)->overflows);
        given.listen_drops = foreign_server_use(facts->usage->foreign)->drops;
    }
    given.server_connections = load_server_connections(facts);
    return diagnose(&given);
}
