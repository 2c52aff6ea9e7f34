#include "lab/strategy.h"

const struct strategy *strategy_of(enum experiment_kind kind)
{
    switch (kind) {
    case EXPERIMENT_SWEEP:
        return &strategy_sweep;
    case EXPERIMENT_CLASSIC:
        return &strategy_classic;
    case EXPERIMENT_CEILING:
    case EXPERIMENT_PROOF:
    case EXPERIMENT_KIND_COUNT:
        break;
    }
    return &strategy_ceiling;
}

cJSON *strategy_limit(const struct experiment_run *run)
{
    return run != NULL && run->limit[0] != '\0' ? cJSON_Parse(run->limit) : NULL;
}
