#include "server/lab/experiment/strategy.h"

const struct strategy *strategy_of(enum experiment_kind kind)
{
    static const struct strategy *const strategies[EXPERIMENT_KIND_COUNT] = {
#define KIND(NAME, name, fields) [EXPERIMENT_##NAME] = &strategy_##name,
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND
    };
    return strategies[kind];
}

enum result strategy_complete(struct plan *plan, struct err *err)
{
    enum result result = plan_check_fields(plan, err);
    if (result == RESULT_OK) {
        result = strategy_of(plan->kind)->complete(plan, err);
    }
    plan->has_hold = plan->has_timeout = plan->has_more = true;
    return result;
}
