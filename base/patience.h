/* How long something has been waited for, as far as this process could have seen it come: one that was stopped for a
 * while (Ctrl-Z, a paused container) must not take what it missed for silence. For waits that are looked at often. */
#ifndef KONEKSI_BASE_PATIENCE_H
#define KONEKSI_BASE_PATIENCE_H

#include "base/clock.h"

/* What is more than this between two looks is no waiting. */
#define PATIENCE_STEP_NS NS_PER_S

struct patience {
    uint64_t looked_ns;
    uint64_t waited_ns;
};

static inline void patience_begin(struct patience *patience)
{
    *patience = (struct patience){.looked_ns = clock_now_ns(), .waited_ns = 0};
}

/* Nanoseconds since patience_begin. */
static inline uint64_t patience_look(struct patience *patience)
{
    const uint64_t now_ns = clock_now_ns();
    const uint64_t step_ns = now_ns - patience->looked_ns;
    patience->looked_ns = now_ns;
    patience->waited_ns += step_ns < PATIENCE_STEP_NS ? step_ns : PATIENCE_STEP_NS;
    return patience->waited_ns;
}

#endif
