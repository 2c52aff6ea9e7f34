/* What the scoreboard counts in, each a cache line or more of its own; private to it (scoreboard_layout.h). */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_CELLS_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_CELLS_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

#include "loadgen/engine/kept.h"

#define CACHE_LINE 64
#define SHARDS_MAX 16U
struct shard {
    alignas(CACHE_LINE) _Atomic uint64_t started;
    _Atomic uint64_t connected;
    _Atomic uint64_t completed;
    _Atomic uint64_t failed;
    _Atomic uint64_t failed_numbers; /* sums of struct load_order */
    _Atomic uint64_t failed_places;
    _Atomic uint64_t first_up; /* us + 1; 0: none */
    _Atomic uint64_t last_up_us;
};

/* How many are alive now, and at most. One for all and not one a shard, so that the peak is exact. */
struct live {
    alignas(CACHE_LINE) _Atomic uint64_t now;
    _Atomic uint64_t peak;
    _Atomic uint64_t in_all; /* of connections alone */
};

struct group {
    alignas(CACHE_LINE) _Atomic uint64_t key; /* 0: free; never changes once taken */
    _Atomic uint64_t count;
    _Atomic uint32_t reserved; /* traces begun; may pass TRACES_KEPT */
    _Atomic uint64_t first;    /* of the first failure: time and client in one word, for one atomic minimum; 0: none */
    _Atomic uint64_t last_us;
    _Atomic uint64_t held_us;  /* of the earliest failure of a client that was held: time + 1; 0: none */
    _Atomic uint64_t last;     /* the largest number of its clients */
    _Atomic uint64_t answered; /* requests of its clients that had their replies */
    _Atomic uint64_t cut;      /* its clients that had a part of a reply */
    _Atomic uint64_t resent;   /* its clients that had sent again what was not acknowledged */
};

/* When a held connection was closed is known to some milliseconds only, within which many are: the first of them is the
 * one with the least number, and in `first` their time is 0.
 * first = (time / FIRST_UNIT_US + 1) << FIRST_CLIENT_BITS | client. The 40 bits of time last for 203 days; the longest
 * run, 10,000,000 clients at one a second, takes 116. */
#define FIRST_CLIENT_BITS 24
#define FIRST_UNIT_US 16

struct transcript_slot {
    alignas(CACHE_LINE) _Atomic uint64_t sent; /* nanoseconds since the epoch + 1; 0: not yet */
    _Atomic uint64_t received;                 /* likewise; `bytes` are there once it is */
    uint64_t client;                           /* there once `sent` is */
    uint32_t length;
    char bytes[TRANSCRIPT_BYTES];
};

#endif
