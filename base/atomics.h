/* What <stdatomic.h> lacks. */
#ifndef KONEKSI_BASE_ATOMICS_H
#define KONEKSI_BASE_ATOMICS_H

#include <stdatomic.h>
#include <stdint.h>

/* Makes *most at least `value`. Relaxed; never blocks. */
static inline void atomic_raise_to(_Atomic uint64_t *most, uint64_t value)
{
    uint64_t seen = atomic_load_explicit(most, memory_order_relaxed);
    while (value > seen &&
           !atomic_compare_exchange_weak_explicit(most, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
    }
}

/* Makes *least at most `value`, where 0 stands for "none yet". `value` is above 0. */
static inline void atomic_lower_to(_Atomic uint64_t *least, uint64_t value)
{
    uint64_t seen = atomic_load_explicit(least, memory_order_relaxed);
    while ((seen == 0 || value < seen) &&
           !atomic_compare_exchange_weak_explicit(least, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
    }
}

#endif
