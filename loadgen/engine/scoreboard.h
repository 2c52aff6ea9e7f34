/* What all clients of a run share, whether they are threads or processes: counters, latencies, failures, the lines for
 * the transcript, the barrier of hold mode and the request to cancel. One anonymous shared mapping, made before any
 * fork and of the same size for a hundred clients as for ten million. Only atomics: a process killed at any instruction
 * leaves nothing locked. Every function may be called from any thread or process unless it says otherwise. */
#ifndef KONEKSI_LOADGEN_ENGINE_SCOREBOARD_H
#define KONEKSI_LOADGEN_ENGINE_SCOREBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/client_share.h"
#include "loadgen/contract/client_record.h"
#include "loadgen/contract/report.h"
#include "loadgen/engine/failure.h"

struct scoreboard;

#define TRANSCRIPT_NO_SLOT UINT32_MAX

/* For `count` clients; `hold`: the barrier stays closed until each has arrived. NULL: out of memory (errno). */
struct scoreboard *scoreboard_create(uint64_t count, bool hold) MUST_CHECK;
void scoreboard_destroy(struct scoreboard *board);
/* Of `count` clients only these are here; the barrier waits for one arrival more, which stands for the others. Before
 * the first client. */
void scoreboard_share(struct scoreboard *board, const struct client_share *share);

/* Makes this moment the run's zero and returns it (CLOCK_MONOTONIC). Before the first client; create does it too. */
uint64_t scoreboard_begin(struct scoreboard *board);
/* The same with a moment that the caller chose, which may be yet to come. */
uint64_t scoreboard_begin_at(struct scoreboard *board, uint64_t moment_ns);
/* A moment as microseconds since then; 0 before it. */
uint64_t scoreboard_us(const struct scoreboard *board, uint64_t now_ns);

/* --- a client's path --- */
void scoreboard_started(struct scoreboard *board, uint64_t client);
/* A client lives: its thread or process runs, or a thread took it. */
void scoreboard_up(struct scoreboard *board, uint64_t client, struct client_record *record, uint64_t now_ns);
void scoreboard_down(struct scoreboard *board, struct client_record *record);
void scoreboard_connected(struct scoreboard *board, uint64_t client, struct client_record *record);
void scoreboard_disconnected(struct scoreboard *board, struct client_record *record);
void scoreboard_reply(struct scoreboard *board, uint64_t client, uint64_t latency_ns);
/* Returns the client's slot of the transcript, to be handed to scoreboard_received; TRANSCRIPT_NO_SLOT for most. */
uint32_t scoreboard_sent(struct scoreboard *board, uint64_t client, uint64_t now_ns) MUST_CHECK;
void scoreboard_received(struct scoreboard *board, uint32_t slot, uint64_t now_ns, const void *bytes, size_t length);

/* A client skipped an answer to an empty line; the first of a run leaves a note. */
void scoreboard_skipped(struct scoreboard *board, const void *bytes, size_t length);

/* Hold: the client has all its replies. This and barrier_state are for callers that must not wait. */
enum barrier_state { BARRIER_CLOSED, BARRIER_OPEN, BARRIER_CANCELLED };
void scoreboard_barrier_arrive(struct scoreboard *board, struct client_record *record);
enum barrier_state scoreboard_barrier_state(const struct scoreboard *board);

/* Whether each client that is here has arrived. */
bool scoreboard_barrier_is_full(const struct scoreboard *board);

/* Waits at the barrier until every client has arrived; false when the run was cancelled. Hold only. */
bool scoreboard_barrier_wait(struct scoreboard *board, struct client_record *record) MUST_CHECK;

/* Keeps the trace if it is among the first of its group, and writes the outcome into the record. Counts nothing. */
void scoreboard_failed(struct scoreboard *board, uint64_t client, struct client_record *record,
                       struct failure *failure);

/* The first failure of each group raises the alarm, for whoever looks what is in use at that moment. */
void scoreboard_alarm(struct scoreboard *board);
uint32_t scoreboard_alarms(const struct scoreboard *board); /* so far */
/* Waits until there are not `alarms` any more, at most `timeout_ms`, which is not 0. May return early. */
void scoreboard_alarm_wait(struct scoreboard *board, uint32_t alarms, uint32_t timeout_ms);

/* Counts an ended client from its record, exactly once: by its own thread, or for a process by its parent, so that a
 * killed process is never counted twice or not at all. */
void scoreboard_count_outcome(struct scoreboard *board, uint64_t client, struct client_record *record);

/* --- the threads and processes that carry clients --- */
void scoreboard_thread_began(struct scoreboard *board);
void scoreboard_thread_ended(struct scoreboard *board);
void scoreboard_process_began(struct scoreboard *board);
void scoreboard_process_ended(struct scoreboard *board);
/* Memory that one client process was found to have of its own. For the forking thread alone. */
void scoreboard_private(struct scoreboard *board, uint64_t bytes);

/* Leaves a line for the run's log (at most 4 a run). */
void scoreboard_note(struct scoreboard *board, const char *format, ...) PRINTF_LIKE(2, 3);

void scoreboard_cancel(struct scoreboard *board);
bool scoreboard_cancelled(const struct scoreboard *board);

#endif
