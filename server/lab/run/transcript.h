/* The transcript of a run: the log lines of both sides on one time line, kept within bounds: of each side the first
 * ones, the last ones, those around the first failure of each group, and a sample in between. Rows come out as they are
 * settled, to be stored in batches; the last ones are known only at the end. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_TRANSCRIPT_H
#define KONEKSI_SERVER_LAB_RUN_TRANSCRIPT_H

#include "db/run.h"
#include "server/time/time_server.h"

struct transcript;

/* For a run started at `started_ns` (CLOCK_MONOTONIC). `server` is NULL for a foreign target; else its log is followed
 * behind connection `first_total`. NULL when memory ran out. */
struct transcript *transcript_create(uint64_t started_ns, const struct time_server *server,
                                     uint64_t first_total) MUST_CHECK;
void transcript_destroy(struct transcript *transcript);

/* A line of the load generator, at `at_us` since the run was started. */
void transcript_client(struct transcript *transcript, uint64_t at_us, const char *text);

/* The first failure of its group, at `at_us` since the run was started: gets a line, and the lines of both sides near
 * it are kept. */
void transcript_failure(struct transcript *transcript, uint64_t at_us, uint64_t client, const char *message);

/* Takes what the server has logged since the last call; to be called ten times a second. */
void transcript_server(struct transcript *transcript);

/* No line follows: what was kept back as possibly the last ones is settled. */
void transcript_close(struct transcript *transcript);

/* The settled rows that transcript_stored has not yet taken; valid until the next call of another function. */
const struct run_log *transcript_rows(const struct transcript *transcript, size_t *count);

/* Forgets the first `count` rows: they are stored. */
void transcript_stored(struct transcript *transcript, size_t count);

#define TRANSCRIPT_LIVE_MOST 8
/* Copies the lines to show live since the last call and returns how many: about ten a second of each side, so that
 * watching stays light. To be called ten times a second. */
size_t transcript_take_live(struct transcript *transcript, struct run_log rows[TRANSCRIPT_LIVE_MOST]);

#endif
