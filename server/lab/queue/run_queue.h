/* The run queue: carries out one run at a time, oldest first, on its own thread. Other threads submit, cancel and
 * delete. */
#ifndef KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_H
#define KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_H

#include "db/store.h"
#include "db/store_experiments.h"
#include "server/lab/run/run_watch.h"
#include "server/time/time_server.h"

/* Those that the queue and a run open at most: an event and a timer, three files under /proc, the generator's pidfd and
 * both ends of its three pipes, and two files that are read for a moment. */
#define RUN_QUEUE_DESCRIPTORS 14

#define RUN_QUEUE_MAX 1000 /* queued runs; another one is RESULT_FULL */

struct run_queue_config {
    struct run_watch_config watch; /* everything that it points to outlives the queue */
    uint64_t keep_runs;            /* number of finished runs to keep; older ones are deleted. 0: keep all */
    bool held; /* no run begins until run_queue_release, so that the web server creates its threads and files first */
};

struct run_queue;

/* Starts the thread and resumes with the runs that are queued in the store. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result run_queue_start(const struct run_queue_config *config, struct run_queue **queue,
                            struct err *err) MUST_CHECK;

/* Lets the runs of a queue that was started `held` begin. */
void run_queue_release(struct run_queue *queue);

/* Ends the run under way (status interrupted, message "the panel was stopped"), joins the thread, frees the queue. */
void run_queue_stop(struct run_queue *queue);

/* `on_change(arg)` is called after a run has begun, was stored as over, or was deleted, under a lock of the queue: it
 * must not block and not call the queue. There is one callback; NULL removes it, and it is not called after that. */
void run_queue_set_on_change(struct run_queue *queue, void (*on_change)(void *arg), void *arg);

/* Checks a spec (run_spec_check), whether ranks can be started and its limits set here, and its target:
 * RESULT_FORBIDDEN, with the field "target", when it is not on the allow-list. */
enum result run_queue_check(struct run_queue *queue, const struct run_spec *spec, struct err *err) MUST_CHECK;

/* Checks the spec, stores a queued run and wakes the thread. After RESULT_OK the run is on disk. RESULT_FULL when
 * RUN_QUEUE_MAX runs are queued. */
enum result run_queue_submit(struct run_queue *queue, const struct run_spec *spec, int64_t experiment, struct run *run,
                             struct err *err) MUST_CHECK;

/* Cancels a run: a queued one at once, a running one within two seconds. RESULT_NOT_FOUND; RESULT_CONFLICT when it is
 * over. `run` is the run after the call. */
enum result run_queue_cancel(struct run_queue *queue, int64_t id, struct run *run, struct err *err) MUST_CHECK;

/* RESULT_NOT_FOUND; RESULT_CONFLICT while it runs. */
enum result run_queue_delete(struct run_queue *queue, int64_t id, struct err *err) MUST_CHECK;

/* Deletes an experiment that is over with its runs (store_experiment_delete), and publishes that each of them is gone.
 */
enum result run_queue_delete_experiment(struct run_queue *queue, int64_t id, struct err *err) MUST_CHECK;

/* Renames an experiment that is over (store_experiment_rename), and publishes its runs. */
enum result run_queue_rename_experiment(struct run_queue *queue, const struct experiment_renaming *renaming,
                                        struct err *err) MUST_CHECK;

/* Changes the label of a run and publishes the run. RESULT_INVALID names the field "label"; RESULT_NOT_FOUND;
 * RESULT_CONFLICT while it runs. `run` is the run after the call. */
enum result run_queue_rename(struct run_queue *queue, int64_t id, const char *label, struct run *run,
                             struct err *err) MUST_CHECK;

/* Calls time_server_configure and publishes the change. RESULT_CONFLICT while a run is under way; none begins during
 * the call. */
enum result run_queue_configure_server(struct run_queue *queue, const struct time_server_change *change,
                                       struct err *err) MUST_CHECK;

/* The id of the run under way, 0 when none. */
int64_t run_queue_active(struct run_queue *queue);

/* When `run` is the run under way, replaces its totals and peaks by their current values; the store has them only at
 * the end. */
void run_queue_overlay(struct run_queue *queue, struct run *run);

#endif
