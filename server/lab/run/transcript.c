#include "server/lab/run/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    ENDS = 200,              /* lines kept of a side's beginning and of its end: the client's two of 100 clients */
    ROWS_MOST = 4096,        /* settled and not stored yet: bounds the memory when the store does not keep up */
    SERVER_ROWS = 4096,      /* what the server's ring can hold */
    RECENT_MOST = 4096,      /* lines of a side that may still turn out to be near a failure, which is heard of late: */
    RECENT_US = 500000,      /* the generator looks for failures ten times a second */
    AROUND = 10,             /* lines of each side kept before a group's first failure, and after it */
    CLIENT_EVERY_US = 10000, /* bounds a generator that does not sample for itself, as report.h asks */
    SERVER_EVERY_US = 50000, /* as many lines as the generator's sample has: two for each of ten clients a second */
    LIVE_US = 200000,        /* live, both sides: so often so many lines, so that a client's two stay together */
    LIVE_LINES = 2,
};

struct line {
    bool keep;
    struct run_log row;
};

struct side {
    uint64_t every_us; /* the least distance between the lines in between */
    size_t first;      /* lines kept of the beginning */
    uint64_t next_us;
    size_t held; /* rows of `recent` in use, `oldest` its first; the last ones of a run are among them */
    size_t oldest;
    struct line recent[RECENT_MOST];
    unsigned after; /* so many lines later than `after_us` are still to be kept */
    uint64_t after_us;
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
    new->sides[RUN_SIDE_CLIENT].every_us = CLIENT_EVERY_US;
    new->sides[RUN_SIDE_SERVER].every_us = SERVER_EVERY_US;
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

static struct line *recent(struct side *side, size_t index)
{
    return &side->recent[(side->oldest + index) % RECENT_MOST];
}

/* The oldest line is settled when it is due or near a failure, else forgotten. */
static void let_go(struct transcript *transcript, struct side *side)
{
    const struct line *const oldest = recent(side, 0);
    const bool due = oldest->row.at_us >= side->next_us;
    if (due) {
        side->next_us = oldest->row.at_us + side->every_us;
    }
    if (due || oldest->keep) {
        settle(transcript, &oldest->row);
    }
    side->oldest = (side->oldest + 1) % RECENT_MOST;
    side->held--;
}

/* Keeps `row` as possibly one of the last, or one near a failure. */
static void hold(struct transcript *transcript, struct side *side, const struct run_log *row)
{
    if (side->held == RECENT_MOST) {
        let_go(transcript, side);
    }
    struct line *const line = recent(side, side->held++);
    *line = (struct line){.keep = side->after > 0 && row->at_us > side->after_us, .row = *row};
    side->after -= line->keep ? 1 : 0;
    while (side->held > ENDS && recent(side, 0)->row.at_us + RECENT_US <= row->at_us) {
        let_go(transcript, side);
    }
}

/* Lines may be a little out of order (time_stats.h), hence no end of the search at the first one beyond. */
static void keep_around(struct side *side, uint64_t at_us)
{
    unsigned before = AROUND;
    side->after = AROUND;
    side->after_us = at_us;
    for (size_t i = side->held; i-- > 0 && before > 0;) {
        if (recent(side, i)->row.at_us <= at_us) {
            recent(side, i)->keep = true;
            before--;
        }
    }
    for (size_t i = 0; i < side->held && side->after > 0; i++) {
        if (recent(side, i)->row.at_us > at_us) {
            recent(side, i)->keep = true;
            side->after--;
        }
    }
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

void transcript_failure(struct transcript *transcript, uint64_t at_us, uint64_t client, const char *message)
{
    struct run_log row = {.at_us = at_us, .side = RUN_SIDE_CLIENT};
    snprintf(row.text, sizeof row.text, "[CLIENT %" PRIu64 "] failed: %.120s", client, message);
    transcript_server(transcript); /* what the server logged until now may be near it */
    for (size_t which = 0; which < 2; which++) {
        keep_around(&transcript->sides[which], at_us);
    }
    settle(transcript, &row);
    if (transcript->live_count < TRANSCRIPT_LIVE_MOST) {
        transcript->live[transcript->live_count++] = row;
    }
}

void transcript_close(struct transcript *transcript)
{
    for (size_t which = 0; which < 2; which++) {
        struct side *const side = &transcript->sides[which];
        while (side->held > ENDS) {
            let_go(transcript, side);
        }
        for (size_t i = 0; i < side->held; i++) {
            settle(transcript, &recent(side, i)->row);
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
