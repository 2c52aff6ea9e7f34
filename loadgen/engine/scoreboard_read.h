/* The scoreboard as its one reader, the monitor, sees it: sums while the run goes on, everything at its end. */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_READ_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_READ_H

#include "loadgen/engine/scoreboard.h"

/* Traces kept of each group. */
#define TRACES_KEPT 100U

/* Of the transcript: the first and the last clients each have a slot; those in between get one when it is offered. */
#define TRANSCRIPT_EDGE 100U
#define TRANSCRIPT_MIDDLE 64U
#define TRANSCRIPT_SLOTS (2 * TRANSCRIPT_EDGE + TRANSCRIPT_MIDDLE)
#define TRANSCRIPT_BYTES 40U

/* Counters and what is alive; cpu, memory and descriptors are the caller's to fill. Never started < ended. */
void scoreboard_sample(const struct scoreboard *board, struct load_sample *sample);

/* Totals, peaks, latencies and groups of an ended run, `duration_us` excepted. */
void scoreboard_result(const struct scoreboard *board, struct load_result *result);

uint32_t scoreboard_group_count(const struct scoreboard *board);
/* Trace `index` of a group; NULL while it is not there (yet). */
const struct error_trace *scoreboard_trace(const struct scoreboard *board, uint32_t group, uint32_t index);

/* A client's exchange for the transcript. */
struct transcript_line {
    uint64_t client;
    uint64_t sent_us;     /* TRANSCRIPT_NONE: not yet */
    uint64_t received_us; /* TRANSCRIPT_NONE: not yet */
    size_t length;
    char bytes[TRANSCRIPT_BYTES];
};
#define TRANSCRIPT_NONE UINT64_MAX

/* Offers a slot of the middle (TRANSCRIPT_EDGE..) to the next client that sends, so that what is shown is recent
 * however long the run is; what the slot held is gone. False while another one is still on offer. */
bool scoreboard_offer(struct scoreboard *board, uint32_t slot) MUST_CHECK;

/* Slot 0..TRANSCRIPT_SLOTS-1: the first edge, the middle, the last edge; false when no client has sent in it yet. */
bool scoreboard_transcript(const struct scoreboard *board, uint32_t slot, struct transcript_line *line) MUST_CHECK;

/* Note `index`; NULL when there is none (yet). */
const char *scoreboard_note_text(const struct scoreboard *board, uint32_t index);

#endif
