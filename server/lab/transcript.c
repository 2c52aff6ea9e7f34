#include "lab/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    ENDS = 200,              /* lines kept of a side's beginning and of its end: the client's two of 100 clients */
    ROWS_MOST = 4096,        /* settled and not stored yet: bounds the memory when the store does not keep up */
    SERVER_ROWS = 4096,      /* what the server's ring can hold */
    CLIENT_EVERY_US = 10000, /* bounds a generator that does not sample for itself, as report.h asks */
    SERVER_EVERY_US = 50000, /* as many lines as the generator's sample has: two for each of ten clients a second */
    LIVE_US = 200000,        /* live, both sides: so often so many lines, so that a client's two stay together */
    LIVE_LINES = 2,
};

struct side {
    enum run_side side;
    uint64_t every_us; /* the least distance between the lines in between */
    size_t first;      /* lines kept of the beginning */
    uint64_t next_us;
    size_t held; /* rows of `last` in use, `oldest` its first */
    size_t oldest;
    struct run_log last[ENDS];
    uint64_t live_us; /* when the live lines began that are counted */
    unsigned live_lines;
};

struct transcript {
    uint64_t started_ns;
    const struct time_server *server;
    uint64_t cursor;
    struct side sides[2];
    struct run_log *rows;
    size_t count;
    struct run_log live[TRANSCRIPT_LIVE_MOST];
    size_t live_count;
    struct time_log batch[SERVER_ROWS];
};

struct transcript *transcript_create(uint64_t started_ns, const struct time_server *server, uint64_t first_total)
{
    struct transcript *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return NULL;
    }
    new->rows = calloc(ROWS_MOST, sizeof *new->rows);
    if (new->rows == NULL) {
        free(new);
        return NULL;
    }
    new->started_ns = started_ns;
    new->server = server;
    new->cursor = first_total;
    new->sides[RUN_SIDE_CLIENT] = (struct side){.side = RUN_SIDE_CLIENT, .every_us = CLIENT_EVERY_US};
    new->sides[RUN_SIDE_SERVER] = (struct side){.side = RUN_SIDE_SERVER, .every_us = SERVER_EVERY_US};
    return new;
}

void transcript_destroy(struct transcript *transcript)
{
    if (transcript != NULL) {
        free(transcript->rows);
        free(transcript);
    }
}

static void settle(struct transcript *transcript, const struct run_log *row)
{
    if (transcript->count < ROWS_MOST) {
        transcript->rows[transcript->count++] = *row;
    }
}

/* Keeps `row` as possibly one of the last; the one that falls out is settled when it is due, else forgotten. */
static void hold(struct transcript *transcript, struct side *side, const struct run_log *row)
{
    if (side->held < ENDS) {
        side->last[(side->oldest + side->held++) % ENDS] = *row;
        return;
    }
    struct run_log *const oldest = &side->last[side->oldest];
    if (oldest->at_us >= side->next_us) {
        side->next_us = oldest->at_us + side->every_us;
        settle(transcript, oldest);
    }
    *oldest = *row;
    side->oldest = (side->oldest + 1) % ENDS;
}

static bool is_shown_live(struct side *side, uint64_t at_us)
{
    if (side->live_lines == 0 || at_us >= side->live_us + LIVE_US) {
        side->live_us = at_us;
        side->live_lines = 0;
    }
    if (side->live_lines == LIVE_LINES) {
        return false;
    }
    side->live_lines++;
    return true;
}

static void add(struct transcript *transcript, enum run_side which, uint64_t at_us, const char *text)
{
    struct side *const side = &transcript->sides[which];
    struct run_log row = {.at_us = at_us, .side = which};
    snprintf(row.text, sizeof row.text, "%s", text);
    if (transcript->live_count < TRANSCRIPT_LIVE_MOST && is_shown_live(side, at_us)) {
        transcript->live[transcript->live_count++] = row;
    }
    if (side->first < ENDS) {
        side->first++;
        settle(transcript, &row);
    } else {
        hold(transcript, side, &row);
    }
}

void transcript_client(struct transcript *transcript, uint64_t at_us, const char *text)
{
    add(transcript, RUN_SIDE_CLIENT, at_us, text);
}

void transcript_server(struct transcript *transcript)
{
    if (transcript->server == NULL) {
        return;
    }
    const size_t count = time_server_log(transcript->server, &transcript->cursor, transcript->batch, SERVER_ROWS);
    for (size_t i = 0; i < count; i++) {
        const struct time_log *const line = &transcript->batch[i];
        const uint64_t since = line->at_ns > transcript->started_ns ? line->at_ns - transcript->started_ns : 0;
        char text[40];
        snprintf(text, sizeof text, "total koneksi %" PRIu64, line->number);
        add(transcript, RUN_SIDE_SERVER, since / NS_PER_US, text);
    }
}

void transcript_close(struct transcript *transcript)
{
    for (size_t which = 0; which < 2; which++) {
        struct side *const side = &transcript->sides[which];
        for (size_t i = 0; i < side->held; i++) {
            settle(transcript, &side->last[(side->oldest + i) % ENDS]);
        }
        side->held = 0;
    }
}

const struct run_log *transcript_rows(const struct transcript *transcript, size_t *count)
{
    *count = transcript->count;
    return transcript->rows;
}

void transcript_stored(struct transcript *transcript, size_t count)
{
    transcript->count -= count;
    memmove(transcript->rows, transcript->rows + count, transcript->count * sizeof *transcript->rows);
}

size_t transcript_take_live(struct transcript *transcript, struct run_log rows[TRANSCRIPT_LIVE_MOST])
{
    const size_t count = transcript->live_count;
    memcpy(rows, transcript->live, count * sizeof *rows);
    transcript->live_count = 0;
    return count;
}
