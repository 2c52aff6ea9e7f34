#include "loadgen/verdict/pace.h"

/* Of the rate, when it counts as reached. */
#define REACHED 0.95
/* Of a pool's time, spent waiting for the server, when that is what kept its threads from the next client. */
#define WAITED 0.9

enum fact_side pace_late_side(const struct run_spec *spec, const struct load_start *start, uint64_t started,
                              uint64_t wait_ns, enum fact_side slow)
{
    const double reached = load_start_per_s(start, started);
    if (spec->rate == 0 || start->peak_clients == 0 || reached >= REACHED * (double)spec->rate) {
        return FACT_SIDE_NONE;
    }
    if (slow != FACT_SIDE_NONE) {
        return slow;
    }
    /* Only in a pool do clients have to wait for others to end. */
    const double waited = spec->mode == MODE_POOL ? reached * (double)wait_ns / 1e9 / (double)spec->pool_size : 0;
    return waited >= WAITED ? FACT_SIDE_SERVER : FACT_SIDE_CLIENT;
}
