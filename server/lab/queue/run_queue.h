/* The run queue: one run at a time, the oldest first, on a thread of its own. Other threads submit, cancel and delete.
 */
#ifndef KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_H
#define KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_H

#include "db/store.h"
#include "server/lab/run/run_watch.h"
#include "server/time/time_server.h"

#define RUN_QUEUE_MOST 1000 /* queued runs; one more is RESULT_FULL */

struct run_queue_config {
    struct run_watch_config watch; /* what it names outlives the queue */
    uint64_t keep_runs;            /* runs that are over and beyond so many are deleted, the oldest first; 0: none */
    bool held;                     /* no run begins until run_queue_release: the web's threads and files come first */
};

struct run_queue;

/* Starts the thread and goes on with the runs that are still queued in the store. */
enum result run_queue_start(const struct run_queue_config *config, struct run_queue **queue,
                            struct err *err) MUST_CHECK;

/* Lets the runs of a queue that was started `held` begin. */
void run_queue_release(struct run_queue *queue);

/* Ends the run under way (status interrupted, message "the panel was stopped"), joins the thread, frees the queue. */
void run_queue_stop(struct run_queue *queue);

/* `on_change(arg)` is called after a run was stored as over, or deleted, under a lock of the queue: it must not block
 * and not call the queue. There is one callback; after a call with NULL it is not called any more. */
void run_queue_set_on_change(struct run_queue *queue, void (*on_change)(void *arg), void *arg);

/* Checks a spec (run_spec_check) and its target (RESULT_FORBIDDEN off the allow-list, field "target"). */
enum result run_queue_check(struct run_queue *queue, const struct run_spec *spec, struct err *err) MUST_CHECK;

/* Checks the spec, stores a queued run and wakes the thread. When it returns RESULT_OK the run is on disk.
 * RESULT_FULL. */
enum result run_queue_submit(struct run_queue *queue, const struct run_spec *spec, int64_t experiment, struct run *run,
                             struct err *err) MUST_CHECK;

/* Asks for the end of a queued or running run; a queued one is cancelled at once, a running one within two seconds.
 * RESULT_NOT_FOUND; RESULT_CONFLICT when it is over. `run` is the run after the call. */
enum result run_queue_cancel(struct run_queue *queue, int64_t id, struct run *run, struct err *err) MUST_CHECK;

/* RESULT_NOT_FOUND; RESULT_CONFLICT while it runs. */
enum result run_queue_delete(struct run_queue *queue, int64_t id, struct err *err) MUST_CHECK;

/* Gives it another label, and publishes that. RESULT_INVALID about the field "label"; RESULT_NOT_FOUND; RESULT_CONFLICT
 * while it runs. `run` is the run after the call. */
enum result run_queue_rename(struct run_queue *queue, int64_t id, const char *label, struct run *run,
                             struct err *err) MUST_CHECK;

/* time_server_configure between two runs: RESULT_CONFLICT while one is under way, and none begins meanwhile. The change
 * is published. */
enum result run_queue_configure_server(struct run_queue *queue, const struct time_server_change *change,
                                       struct err *err) MUST_CHECK;

/* The id of the run under way, 0 when none. */
int64_t run_queue_active(struct run_queue *queue);

/* Id, totals and peaks of the run under way as they are now (the store has them only at the end): overlays them on
 * `run` when it is that run. */
void run_queue_overlay(struct run_queue *queue, struct run *run);

#endif
