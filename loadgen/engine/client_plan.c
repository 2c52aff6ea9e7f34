#include "loadgen/engine/client_plan.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *target)
{
    const char *const request = run_request_bytes(spec->request);
    *plan = (struct client_plan){
        .target = *target,
        .spread_sources = net_is_ipv4_loopback(target),
        .hold = spec->hold,
        .requests = spec->requests,
        .request_length = strlen(request),
        .empty_line = strstr(request, "\r\n\r\n") != NULL,
        .timeout_ns = spec->timeout_ms * NS_PER_MS,
        .rate = spec->rate,
    };
    snprintf(plan->request, sizeof plan->request, "%s", request);
}

/* In two parts, so that ten million clients at one a second do not overflow. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client)
{
    if (plan->rate == 0) {
        return 0;
    }
    return plan->begin_ns + client / plan->rate * NS_PER_S + client % plan->rate * NS_PER_S / plan->rate;
}
