/* Which lines of the clients' log are due: all of the first and last clients, and of those in between at most one
 * client a call, so that how often it is called bounds the lines however fast the run is. */
#ifndef KONEKSI_LOADGEN_ENGINE_TRANSCRIPT_H
#define KONEKSI_LOADGEN_ENGINE_TRANSCRIPT_H

#include <stdint.h>

#include "loadgen/engine/exchange.h"
#include "loadgen/engine/scoreboard_read.h"

#define TRANSCRIPT_TEXT_SIZE 160
#define TRANSCRIPT_EVENTS_MAX (2UL * TRANSCRIPT_SLOTS) /* of each slot a line sent and one received */

struct transcript_event {
    uint64_t at_us;
    bool received; /* else sent */
    struct transcript_line line;
};

/* How far the lines have been given out; all-zero at first. */
struct transcript {
    bool sent[2 * TRANSCRIPT_EDGE];
    bool received[2 * TRANSCRIPT_EDGE];
    bool given[TRANSCRIPT_MIDDLE]; /* slots of the middle that were offered and have not come back */
};

/* Fills `events` with what has become due since the last call, in the order of time; returns how many. */
size_t transcript_collect(struct transcript *transcript, struct scoreboard *board,
                          struct transcript_event events[TRANSCRIPT_EVENTS_MAX]);

/* "[CLIENT 7] sending b'TIME\r\n\r\n'", with the escapes written out; "[CLIENT 7] connected" where nothing is said.
 * False for an event without a line: the reply where none comes. */
bool transcript_format(const struct transcript_event *event, const struct exchange_plan *exchange,
                       char text[TRANSCRIPT_TEXT_SIZE]) MUST_CHECK;

#endif
