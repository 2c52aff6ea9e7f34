/* The memory of the scoreboard; private to scoreboard.c, which writes it, and scoreboard_read.c.
 *
 * Everything that a client of process mode writes is in the first page, because each page that a new process touches
 * costs it a fault. Its parent records the latencies, which are far away. */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_LAYOUT_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_LAYOUT_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "loadgen/contract/load_result.h"
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

struct scoreboard {
    uint64_t count;   /* clients of this generator */
    uint64_t whole;   /* of the run: the same, unless several generators carry it */
    uint64_t awaited; /* arrivals that open the barrier */
    uint64_t epoch_ns;
    uint64_t
        private_bytes; /* sum of what client processes were found to have; this and the next: see scoreboard_private */
    uint64_t private_looks;
    uint32_t shard_mask;
    uint32_t shard_shift;
    bool hold;
    _Atomic uint32_t barrier; /* a futex */
    _Atomic uint32_t cancelled;
    _Atomic uint32_t notes_begun;
    _Atomic uint32_t alarms;     /* a futex: groups whose first client has failed, and requests to wake up */
    _Atomic uint32_t skip_noted; /* the note about answers to empty lines is there */
    _Atomic uint32_t offer;      /* a slot of the transcript for the next client in between; 0: none */
    struct {
        alignas(CACHE_LINE) _Atomic uint64_t count; /* hold: clients that have their replies or have failed */
    } arrived;
    struct live clients, threads, processes, connections;
    struct shard shards[SHARDS_MAX];
    struct group groups[ERROR_GROUPS_MAX];
    struct note {
        _Atomic uint32_t ready;
        char text[NOTE_SIZE];
    } notes[NOTES_MAX];
    struct transcript_slot transcript[TRANSCRIPT_SLOTS];
    struct trace {
        _Atomic uint32_t ready;
        struct error_trace trace;
    } traces[ERROR_GROUPS_MAX][TRACES_KEPT];
    struct hist latency[SHARDS_MAX][LATENCY_COUNT];
};

#endif
