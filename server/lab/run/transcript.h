/* The transcript of a run: the log lines of both sides on one time line, bounded. Of each side it keeps the first
 * lines, the last lines, those around the first failure of each group, and a sample in between. Rows become final
 * during the run, to be stored in batches; which lines are the last is known only at the end. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_TRANSCRIPT_H
#define KONEKSI_SERVER_LAB_RUN_TRANSCRIPT_H

#include "db/run_parts.h"
#include "server/time/time_server.h"

struct transcript;

/* For a run whose clients began at `begun_ns` (CLOCK_MONOTONIC), 0: transcript_begin will say. `server` is NULL for a
 * foreign target; else its log is followed, once they have begun, from the connection after `first_total`. NULL when
 * memory ran out. */
struct transcript *transcript_create(uint64_t begun_ns, const struct time_server *server,
                                     uint64_t first_total) MUST_CHECK;
void transcript_begin(struct transcript *transcript, uint64_t begun_ns);
void transcript_destroy(struct transcript *transcript);

/* Adds a line of the load generator, `at_us` after the clients began. */
void transcript_client(struct transcript *transcript, uint64_t at_us, const char *text);

/* Adds a line for the first failure of a group, `at_us` after the clients began, and keeps the lines of both sides
 * near it. */
void transcript_failure(struct transcript *transcript, uint64_t at_us, uint64_t client, const char *message);

/* Adds what the server has logged since the last call. Call ten times a second. */
void transcript_server(struct transcript *transcript);

/* Ends the transcript: the last lines become final. */
void transcript_close(struct transcript *transcript);

/* The final rows not yet passed to transcript_stored; valid until the next call of another function. */
const struct run_log *transcript_rows(const struct transcript *transcript, size_t *count);

/* Drops the first `count` rows, which are stored. */
void transcript_stored(struct transcript *transcript, size_t count);

#define TRANSCRIPT_LIVE_MOST 8
/* Copies the lines to show live since the last call and returns their number: about ten a second of each side, so that
 * watching costs little. Call ten times a second. */
size_t transcript_take_live(struct transcript *transcript, struct run_log rows[TRANSCRIPT_LIVE_MOST]);

#endif
