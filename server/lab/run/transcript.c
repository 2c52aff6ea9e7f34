#include "server/lab/run/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    ENDS = 200,              /* lines kept at a side's beginning and at its end: two for each of 100 clients */
    ROWS_MAX = 4096,         /* final and not yet stored; bounds the memory while the store is slow */
    SERVER_ROWS = 4096,      /* capacity of the server's log */
    RECENT_MAX = 4096,       /* lines of a side that may prove to be near a failure, which is reported late: */
    RECENT_US = 500000,      /* the generator looks for failures ten times a second */
    AROUND = 10,             /* lines of each side kept before and after a group's first failure */
    CLIENT_EVERY_US = 10000, /* interval of the sample of a generator that does not sample itself, as report.h asks */
    SERVER_EVERY_US = 50000, /* as many lines as the generator's own sample: two for each of ten clients a second */
    LIVE_US = 200000,        /* live view: LIVE_LINES of each side in this time, so that a client's two stay together */
    LIVE_LINES = 2,
};

struct line {
    bool keep;
    struct run_log row;
};

struct side {
    uint64_t every_us; /* minimum distance of the sampled lines */
    size_t first;      /* lines kept of the beginning */
    uint64_t next_us;
    size_t held; /* used rows of `recent`, which begin at `oldest`; the last lines of a run are among them */
    size_t oldest;
    struct line recent[RECENT_MAX];
    unsigned after; /* number of lines after `after_us` that are still to be kept */
    uint64_t after_us;
    uint64_t live_us; /* start of the interval in which live_lines are counted */
    unsigned live_lines;
};

struct transcript {
    uint64_t begun_ns;
    const struct time_server *server;
    uint64_t cursor;
    struct side sides[2];
    struct run_log *rows;
    size_t count;
    struct run_log live[TRANSCRIPT_LIVE_MOST];
    size_t live_count;
    struct time_log batch[SERVER_ROWS];
};

struct transcript *transcript_create(uint64_t begun_ns, const struct time_server *server, uint64_t first_total)
{
    struct transcript *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return NULL;
    }
    new->rows = calloc(ROWS_MAX, sizeof *new->rows);
    if (new->rows == NULL) {
        free(new);
        return NULL;
    }
    new->begun_ns = begun_ns;
    new->server = server;
    new->cursor = first_total;
    new->sides[RUN_SIDE_CLIENT].every_us = CLIENT_EVERY_US;
    new->sides[RUN_SIDE_SERVER].every_us = SERVER_EVERY_US;
    return new;
}

void transcript_begin(struct transcript *transcript, uint64_t begun_ns)
{
    transcript->begun_ns = begun_ns;
}

void transcript_destroy(struct transcript *transcript)
{
    if (transcript != NULL) {
        free(transcript->rows);
        free(transcript);
    }
}

static void add_row(struct transcript *transcript, const struct run_log *row)
{
    if (transcript->count < ROWS_MAX) {
        transcript->rows[transcript->count++] = *row;
    }
}

static struct line *recent(struct side *side, size_t index)
{
    return &side->recent[(side->oldest + index) % RECENT_MAX];
}

/* Removes the oldest line: it becomes final when the sample is due or a failure is near, else it is dropped. */
static void release_oldest(struct transcript *transcript, struct side *side)
{
    const struct line *const oldest = recent(side, 0);
    const bool due = oldest->row.at_us >= side->next_us;
    if (due) {
        side->next_us = oldest->row.at_us + side->every_us;
    }
    if (due || oldest->keep) {
        add_row(transcript, &oldest->row);
    }
    side->oldest = (side->oldest + 1) % RECENT_MAX;
    side->held--;
}

/* Keeps `row`, which may be one of the last lines or near a failure. */
static void add_recent(struct transcript *transcript, struct side *side, const struct run_log *row)
{
    if (side->held == RECENT_MAX) {
        release_oldest(transcript, side);
    }
    struct line *const line = recent(side, side->held++);
    *line = (struct line){.keep = side->after > 0 && row->at_us > side->after_us, .row = *row};
    side->after -= line->keep ? 1 : 0;
    while (side->held > ENDS && recent(side, 0)->row.at_us + RECENT_US <= row->at_us) {
        release_oldest(transcript, side);
    }
}

/* The search does not stop at the first line beyond, because lines may be slightly out of order (time_stats.h). */
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
        add_row(transcript, &row);
    } else {
        add_recent(transcript, side, &row);
    }
}

void transcript_client(struct transcript *transcript, uint64_t at_us, const char *text)
{
    add(transcript, RUN_SIDE_CLIENT, at_us, text);
}

void transcript_server(struct transcript *transcript)
{
    if (transcript->server == NULL || transcript->begun_ns == 0) {
        return;
    }
    const size_t count = time_server_log(transcript->server, &transcript->cursor, transcript->batch, SERVER_ROWS);
    for (size_t i = 0; i < count; i++) {
        const struct time_log *const line = &transcript->batch[i];
        const uint64_t since = line->at_ns > transcript->begun_ns ? line->at_ns - transcript->begun_ns : 0;
        char text[40];
        snprintf(text, sizeof text, "total koneksi %" PRIu64, line->number);
        add(transcript, RUN_SIDE_SERVER, since / NS_PER_US, text);
    }
}

void transcript_failure(struct transcript *transcript, uint64_t at_us, uint64_t client, const char *message)
{
    struct run_log row = {.at_us = at_us, .side = RUN_SIDE_CLIENT};
    snprintf(row.text, sizeof row.text, "[CLIENT %" PRIu64 "] failed: %.120s", client, message);
    transcript_server(transcript); /* what the server has logged so far may be near the failure */
    for (size_t which = 0; which < 2; which++) {
        keep_around(&transcript->sides[which], at_us);
    }
    add_row(transcript, &row);
    if (transcript->live_count < TRANSCRIPT_LIVE_MOST) {
        transcript->live[transcript->live_count++] = row;
    }
}

void transcript_close(struct transcript *transcript)
{
    for (size_t which = 0; which < 2; which++) {
        struct side *const side = &transcript->sides[which];
        while (side->held > ENDS) {
            release_oldest(transcript, side);
        }
        for (size_t i = 0; i < side->held; i++) {
            add_row(transcript, &recent(side, i)->row);
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
