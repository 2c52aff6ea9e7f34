/* The memory of the scoreboard; private to scoreboard.c, which writes it, and scoreboard_read.c.
 *
 * Everything that a client of process mode writes is in the first page, because each page that a new process touches
 * costs it a fault. Its parent records the latencies, which are far away. */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_LAYOUT_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_LAYOUT_H

#include <stdbool.h>

#include "loadgen/contract/load_result.h"
#include "loadgen/engine/scoreboard_cells.h"

struct scoreboard {
    uint64_t count;   /* clients of this generator */
    uint64_t whole;   /* of the run: the same, unless several generators carry it */
    uint64_t awaited; /* arrivals that open the barrier */
    uint64_t epoch_ns;
    uint64_t private_bytes,
        private_looks; /* what client processes were found to have, in so many looks: scoreboard_private */
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
