#include "loadgen/engine/client_plan.h"

#include <string.h>

#include "base/clock.h"

void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *target)
{
    char address[NET_TEXT_SIZE];
    net_format(target, address);
    *plan = (struct client_plan){
        .target = *target,
        .sources = 1,
        .hold = spec->hold,
        /* Many TIME servers close after their reply. */
        .checks_held = spec->exchange != EXCHANGE_TIME,
        .timeout_ns = spec->timeout_ms * NS_PER_MS,
        .rate = spec->rate,
    };
    exchange_plan_init(&plan->exchange, spec, strcmp(spec->target, RUN_TARGET_BUILTIN) == 0 ? address : spec->target);
}

/* In two parts, so that ten million clients at one a second do not overflow. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client)
{
    if (plan->rate == 0) {
        return 0;
    }
    return plan->begin_ns + client / plan->rate * NS_PER_S + client % plan->rate * NS_PER_S / plan->rate;
}
