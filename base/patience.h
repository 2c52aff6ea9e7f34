/* Time waited, without the time in which this process was stopped (Ctrl-Z, a paused container) and so could not have
 * seen what it waits for. */
#ifndef KONEKSI_BASE_PATIENCE_H
#define KONEKSI_BASE_PATIENCE_H

#include "base/clock.h"

/* A longer gap between two looks counts as this much. */
#define PATIENCE_STEP_NS NS_PER_S

struct patience {
    uint64_t looked_ns;
    uint64_t waited_ns;
};

static inline void patience_begin(struct patience *patience)
{
    *patience = (struct patience){.looked_ns = clock_now_ns(), .waited_ns = 0};
}

/* Nanoseconds waited since patience_begin. At least once a second. */
static inline uint64_t patience_look(struct patience *patience)
{
    const uint64_t now_ns = clock_now_ns();
    const uint64_t step_ns = now_ns - patience->looked_ns;
    patience->looked_ns = now_ns;
    patience->waited_ns += step_ns < PATIENCE_STEP_NS ? step_ns : PATIENCE_STEP_NS;
    return patience->waited_ns;
}

#endif
