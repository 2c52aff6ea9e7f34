/* What the TIME server counts for time_server_stats. Any thread may call anything here; nothing takes a lock. */
#ifndef KONEKSI_SERVER_TIME_TIME_COUNTERS_H
#define KONEKSI_SERVER_TIME_TIME_COUNTERS_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

#include "server/time/time_stats.h"

#define TIME_COUNTERS_CACHE_LINE 64
#define TIME_COUNTERS_SHARDS 16

/* All zero when new. */
struct time_counters {
    /* written by each connection as it begins and ends */
    alignas(TIME_COUNTERS_CACHE_LINE) _Atomic uint32_t live;
    _Atomic uint32_t threads;
    _Atomic uint64_t peak_live;
    _Atomic uint64_t peak_threads;

    /* written when something is wrong */
    alignas(TIME_COUNTERS_CACHE_LINE) _Atomic uint64_t refused;
    _Atomic uint64_t pauses;

    /* written by each reply: spread over cache lines by the number of the connection */
    struct time_counters_shard {
        alignas(TIME_COUNTERS_CACHE_LINE) _Atomic uint64_t replies;
        _Atomic uint64_t invalid;
        _Atomic uint64_t evicted;
    } shards[TIME_COUNTERS_SHARDS];
};

/* Returns how many connections are open now, this one included. */
uint32_t time_counters_opened(struct time_counters *counters);
void time_counters_closed(struct time_counters *counters);

void time_counters_thread_began(struct time_counters *counters);
void time_counters_thread_ended(struct time_counters *counters);

/* `number` is the connection's. */
void time_counters_replied(struct time_counters *counters, uint64_t number, uint32_t times, uint32_t invalid);
void time_counters_evicted(struct time_counters *counters, uint64_t number);

void time_counters_reset_peaks(struct time_counters *counters);

/* Fills in the members that are counted here. */
void time_counters_read(const struct time_counters *counters, struct time_stats *stats);

#endif
