/* Reading the scoreboard, for the monitor: sums while the run goes on, everything at its end. */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_READ_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_READ_H

#include "loadgen/engine/kept.h"
#include "loadgen/engine/scoreboard.h"

/* Fills in the totals and what is alive; the caller adds cpu, memory and descriptors. Never started < ended. */
void scoreboard_sample(const struct scoreboard *board, struct load_sample *sample);

/* The most that were open at the same time, so far. */
uint64_t scoreboard_most_connections(const struct scoreboard *board);

/* Totals, peaks, latencies and groups of an ended run, `duration_us` excepted, and of the cost the memory of client
 * processes. */
void scoreboard_result(const struct scoreboard *board, struct load_result *result);

uint32_t scoreboard_group_count(const struct scoreboard *board);
/* Phase, call, errno and words of a group. */
void scoreboard_group(const struct scoreboard *board, uint32_t group, struct group_usage *usage);
/* Trace `index` of a group; NULL while there is none. */
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

/* Offers a slot of the middle (TRANSCRIPT_EDGE..) to the next client that sends, so that recent clients are shown on a
 * run of any length; the slot's old content is lost. False while another slot is still on offer. */
bool scoreboard_offer(struct scoreboard *board, uint32_t slot) MUST_CHECK;

/* Slot 0..TRANSCRIPT_SLOTS-1: the first edge, the middle, the last edge; false when no client has sent in it yet. */
bool scoreboard_transcript(const struct scoreboard *board, uint32_t slot, struct transcript_line *line) MUST_CHECK;

/* Note `index`; NULL while there is none. */
const char *scoreboard_note_text(const struct scoreboard *board, uint32_t index);

#endif
