#include "server/time/time_counters.h"

#include <stddef.h>

#include "base/atomics.h"

uint32_t time_counters_opened(struct time_counters *counters)
{
    const uint32_t live = 1 + atomic_fetch_add_explicit(&counters->live, 1, memory_order_relaxed);
    atomic_raise_to(&counters->peak_live, live);
    return live;
}

void time_counters_closed(struct time_counters *counters)
{
    atomic_fetch_sub_explicit(&counters->live, 1, memory_order_relaxed);
}

void time_counters_thread_began(struct time_counters *counters)
{
    const uint32_t threads = 1 + atomic_fetch_add_explicit(&counters->threads, 1, memory_order_relaxed);
    atomic_raise_to(&counters->peak_threads, threads);
}

void time_counters_thread_ended(struct time_counters *counters)
{
    atomic_fetch_sub_explicit(&counters->threads, 1, memory_order_relaxed);
}

void time_counters_replied(struct time_counters *counters, uint64_t number, uint32_t times, uint32_t invalid)
{
    struct time_counters_shard *const shard = &counters->shards[number % TIME_COUNTERS_SHARDS];
    if (times > 0) {
        atomic_fetch_add_explicit(&shard->replies, times, memory_order_relaxed);
    }
    if (invalid > 0) {
        atomic_fetch_add_explicit(&shard->invalid, invalid, memory_order_relaxed);
    }
}

void time_counters_evicted(struct time_counters *counters, uint64_t number)
{
    atomic_fetch_add_explicit(&counters->shards[number % TIME_COUNTERS_SHARDS].evicted, 1, memory_order_relaxed);
}

void time_counters_reset_peaks(struct time_counters *counters)
{
    atomic_store_explicit(&counters->peak_live, atomic_load(&counters->live), memory_order_relaxed);
    atomic_store_explicit(&counters->peak_threads, atomic_load(&counters->threads), memory_order_relaxed);
}

void time_counters_read(const struct time_counters *counters, struct time_stats *stats)
{
    stats->live = atomic_load_explicit(&counters->live, memory_order_relaxed);
    stats->threads = atomic_load_explicit(&counters->threads, memory_order_relaxed);
    stats->peak_live = atomic_load_explicit(&counters->peak_live, memory_order_relaxed);
    stats->peak_threads = atomic_load_explicit(&counters->peak_threads, memory_order_relaxed);
    stats->refused = atomic_load_explicit(&counters->refused, memory_order_relaxed);
    stats->accept_pauses = atomic_load_explicit(&counters->pauses, memory_order_relaxed);
    for (size_t i = 0; i < TIME_COUNTERS_SHARDS; i++) {
        stats->replies += atomic_load_explicit(&counters->shards[i].replies, memory_order_relaxed);
        stats->invalid += atomic_load_explicit(&counters->shards[i].invalid, memory_order_relaxed);
        stats->evicted += atomic_load_explicit(&counters->shards[i].evicted, memory_order_relaxed);
    }
}
