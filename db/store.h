/* The store: every run with its samples, traces, limits, histograms and transcript, in one SQLite file.
 *
 * WAL, synchronous=FULL: what a writing function has returned RESULT_OK for survives a kill of the process and a power
 * cut. Any thread may call any function; writers wait for one another inside. All errors are RESULT_STORE unless named.
 * Lists are passed to a callback, one row at a time, that is called under the reader's lock and must not call the
 * store; it returns false to stop. This header has the runs, store_list.h their lists, store_parts.h what belongs to
 * one. */
#ifndef KONEKSI_DB_STORE_H
#define KONEKSI_DB_STORE_H

#include <stddef.h>

#include "db/run.h"

struct store;

/* Descriptors that the store has open at most. */
uint64_t store_descriptors(void);

/* "3.40.1": of the library that is in use. Static storage. */
const char *store_sqlite_version(void);

/* Opens or creates the file, checks it and applies the migrations that it lacks. RESULT_STORE for a file that is not a
 * database, belongs to another program, is truncated, damaged, newer than this program, not writable or in use by
 * another panel; it is left as it was. A large database is checked on a thread of its own instead: once damage is
 * found, functions that write and store_ping return RESULT_STORE. All descriptors are opened here. */
enum result store_open(const char *path, struct store **store, struct err *err) MUST_CHECK;
void store_close(struct store *store);

/* RESULT_OK when the database can be read and written, and its files are where they were. Writes a page of it, at most
 * once a second. */
enum result store_ping(struct store *store, struct err *err) MUST_CHECK;

/* Marks runs that were running when the program that carried them out died as interrupted. Of their unfinished clients,
 * those that the last sample has as started count as failed, the others as not started, so that the totals add up.
 * Queued runs stay queued. */
enum result store_recover(struct store *store, int64_t now_ms, size_t *interrupted, struct err *err) MUST_CHECK;

/* What waits in the database now is left to whoever opens it next: store_run_next and store_experiment_next give only
 * what is created from now on. *left: how many runs and experiments that are. Before another thread has the store. */
enum result store_leave_waiting(struct store *store, uint64_t *left, struct err *err) MUST_CHECK;

/* --- a run's life --- */

/* Stores a queued run: takes spec, experiment and created_ms from `run`, sets its id, status and totals. */
enum result store_run_create(struct store *store, struct run *run, struct err *err) MUST_CHECK;
/* The oldest queued run; RESULT_NOT_FOUND when there is none. */
enum result store_run_next(struct store *store, struct run *run, struct err *err) MUST_CHECK;
/* Stores status running, started_ms, environment and server_*. RESULT_NOT_FOUND; RESULT_CONFLICT unless queued. */
enum result store_run_started(struct store *store, const struct run *run, struct err *err) MUST_CHECK;
/* Stores a final status and the measurements. `latency` may be NULL (nothing was measured); run->latency is ignored.
 * RESULT_NOT_FOUND; RESULT_CONFLICT when it is over already; refuses totals that do not add up to count. */
enum result store_run_finished(struct store *store, const struct run *run, const struct hist latency[LATENCY_COUNT],
                               struct err *err) MUST_CHECK;
/* RESULT_NOT_FOUND; RESULT_CONFLICT while it is running, or when the result of an experiment is made from it. */
enum result store_run_delete(struct store *store, int64_t id, struct err *err) MUST_CHECK;
/* RESULT_NOT_FOUND; RESULT_CONFLICT unless it is queued. */
enum result store_run_cancel_queued(struct store *store, int64_t id, int64_t now_ms, struct err *err) MUST_CHECK;
enum result store_queued_count(struct store *store, uint64_t *count, struct err *err) MUST_CHECK;
enum result store_status_counts(struct store *store, uint64_t counts[RUN_STATUS_COUNT], struct err *err) MUST_CHECK;

/* The newest run that is over; RESULT_NOT_FOUND when there is none. */
enum result store_run_latest(struct store *store, struct run *run, struct err *err) MUST_CHECK;
/* With its error groups. RESULT_NOT_FOUND. */
enum result store_run_get(struct store *store, int64_t id, struct run *run, struct err *err) MUST_CHECK;

#endif
