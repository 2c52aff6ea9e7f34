#include "loadgen/engine/client_plan.h"

#include <string.h>

#include "base/clock.h"
#include "base/net_list.h"

void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *targets)
{
    char first[NET_TEXT_SIZE];
    net_format(targets, first);
    *plan = (struct client_plan){
        .targets = targets,
        .target_count = run_spec_targets(spec),
        .sources = 1,
        .hold = spec->hold,
        /* Many TIME servers close after their reply. */
        .checks_held = spec->exchange != EXCHANGE_TIME,
        .timeout_ns = spec->timeout_ms * NS_PER_MS,
        .rate = spec->rate,
        .share = {.first = 0, .stride = 1},
    };
    const bool has_name = strcmp(spec->target, RUN_TARGET_BUILTIN) != 0 && !net_list_is_several(spec->target);
    exchange_plan_init(&plan->exchange, spec, has_name ? spec->target : first);
}

const struct net_address *client_target(const struct client_plan *plan, uint64_t client)
{
    return &plan->targets[client % plan->target_count];
}

uint64_t client_source(const struct client_plan *plan, uint64_t client)
{
    return client / plan->target_count % plan->sources;
}

/* In two parts, so that ten million clients at one a second do not overflow. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client)
{
    if (plan->rate == 0) {
        return 0;
    }
    return plan->begin_ns + client / plan->rate * NS_PER_S + client % plan->rate * NS_PER_S / plan->rate;
}
