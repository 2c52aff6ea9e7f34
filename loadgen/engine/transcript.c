#include "loadgen/engine/transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct transcript_event *add_sent(struct transcript_event *next, const struct transcript_line *line)
{
    *next = (struct transcript_event){.at_us = line->sent_us, .received = false, .line = *line};
    return next + 1;
}

static struct transcript_event *add_received(struct transcript_event *next, const struct transcript_line *line)
{
    *next = (struct transcript_event){.at_us = line->received_us, .received = true, .line = *line};
    return next + 1;
}

static struct transcript_event *collect_edges(struct transcript *transcript, const struct scoreboard *board,
                                              struct transcript_event *next)
{
    for (uint32_t i = 0; i < 2 * TRANSCRIPT_EDGE; i++) {
        const uint32_t slot = i < TRANSCRIPT_EDGE ? i : i + TRANSCRIPT_MIDDLE;
        struct transcript_line line;
        if (transcript->received[i] || !scoreboard_transcript(board, slot, &line)) {
            continue;
        }
        if (!transcript->sent[i]) {
            transcript->sent[i] = true;
            next = add_sent(next, &line);
        }
        if (line.received_us != TRANSCRIPT_NONE) {
            transcript->received[i] = true;
            next = add_received(next, &line);
        }
    }
    return next;
}

/* Whole exchanges come back, then one free slot is offered. A client that was killed keeps its slot for good. */
static struct transcript_event *collect_middle(struct transcript *transcript, struct scoreboard *board,
                                               struct transcript_event *next)
{
    uint32_t unused = TRANSCRIPT_MIDDLE;
    for (uint32_t i = 0; i < TRANSCRIPT_MIDDLE; i++) {
        struct transcript_line line;
        if (transcript->given[i] && scoreboard_transcript(board, TRANSCRIPT_EDGE + i, &line) &&
            line.received_us != TRANSCRIPT_NONE) {
            transcript->given[i] = false;
            next = add_received(add_sent(next, &line), &line);
        }
        unused = transcript->given[i] ? unused : i;
    }
    if (unused < TRANSCRIPT_MIDDLE) {
        transcript->given[unused] = scoreboard_offer(board, TRANSCRIPT_EDGE + unused);
    }
    return next;
}

static int by_time(const void *left, const void *right)
{
    const struct transcript_event *const a = left;
    const struct transcript_event *const b = right;
    if (a->at_us != b->at_us) {
        return a->at_us < b->at_us ? -1 : 1;
    }
    if (a->line.client != b->line.client) {
        return a->line.client < b->line.client ? -1 : 1;
    }
    return (int)a->received - (int)b->received;
}

size_t transcript_collect(struct transcript *transcript, struct scoreboard *board,
                          struct transcript_event events[TRANSCRIPT_EVENTS_MAX])
{
    struct transcript_event *const end = collect_middle(transcript, board, collect_edges(transcript, board, events));
    const size_t count = (size_t)(end - events);
    qsort(events, count, sizeof *events, by_time);
    return count;
}

bool transcript_format(const struct transcript_event *event, const struct exchange_plan *exchange,
                       char text[TRANSCRIPT_TEXT_SIZE])
{
    const unsigned long long client = event->line.client;
    char shown[TRANSCRIPT_TEXT_SIZE - 44]; /* what the rest of the line needs at most */
    if (exchange->requests == 0) {
        snprintf(text, TRANSCRIPT_TEXT_SIZE, "[CLIENT %llu] connected", client);
        return !event->received;
    }
    if (event->received) {
        failure_show_bytes(event->line.bytes, event->line.length, shown, sizeof shown);
    } else {
        char request[EXCHANGE_REQUEST_SIZE];
        failure_show_bytes(request, exchange_show_request(exchange, client, request), shown, sizeof shown);
    }
    snprintf(text, TRANSCRIPT_TEXT_SIZE, "[CLIENT %llu] %s %s", client, event->received ? "received" : "sending",
             shown);
    return true;
}
