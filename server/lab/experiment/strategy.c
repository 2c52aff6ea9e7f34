#include "server/lab/experiment/strategy.h"

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
