/* The experiments: one at a time, oldest first, on a thread of its own, which takes the next run from the strategy
 * and hands it to the run queue. Other runs take their turn in between. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENTS_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENTS_H

#include "server/lab/experiment/experiment_outlook.h"
#include "server/lab/experiment/experiment_view.h"
#include "server/lab/queue/run_queue.h"

struct experiments_config {
    struct observer observer;
    struct store *store; /* these and the server outlive the experiments */
    struct run_queue *queue;
    struct limit_sides sides;
};

struct experiments;

/* Starts the thread, which goes on with the experiment that was under way when the panel ended. */
enum result experiments_start(const struct experiments_config *config, struct experiments **experiments,
                              struct err *err) MUST_CHECK;

/* Joins the thread and frees it. The experiment under way goes on at the next start. To be called before
 * run_queue_stop, which interrupts its run. */
void experiments_stop(struct experiments *experiments);

/* Completes and checks the plan, and stores a queued experiment. RESULT_INVALID names the field; RESULT_FORBIDDEN for a
 * target, RESULT_NOT_FOUND for a proof's run, RESULT_FULL. */
enum result experiments_submit(struct experiments *experiments, struct plan *plan, struct experiment *experiment,
                               struct err *err) MUST_CHECK;

/* Completes and checks the plan in the same way, and says what it would do; nothing is started. RESULT_SYSTEM too. */
enum result experiments_look_ahead(struct experiments *experiments, struct plan *plan,
                                   struct experiment_outlook *outlook, struct err *err) MUST_CHECK;

/* Ends it and its run. RESULT_NOT_FOUND; RESULT_CONFLICT when it is over. `experiment` is the one after the call. */
enum result experiments_cancel(struct experiments *experiments, int64_t id, struct experiment *experiment,
                               struct err *err) MUST_CHECK;

/* Changes the label of one that is over, and of its runs that have the same; `experiment` is the one after the call.
 * RESULT_INVALID names the field "label"; RESULT_NOT_FOUND; RESULT_CONFLICT while it goes on, or when another version
 * wrote its plan. */
enum result experiments_rename(struct experiments *experiments, int64_t id, const char *label,
                               struct experiment *experiment, struct err *err) MUST_CHECK;

/* Deletes one with its runs. RESULT_NOT_FOUND; RESULT_CONFLICT while it or a run of it goes on. */
enum result experiments_delete(struct experiments *experiments, int64_t id, struct err *err) MUST_CHECK;

/* Changes the TIME server between two runs: run_queue_configure_server, but RESULT_CONFLICT also while an experiment is
 * under way, whose runs are to be comparable. */
enum result experiments_configure_server(struct experiments *experiments, const struct time_server_change *change,
                                         struct err *err) MUST_CHECK;

#endif
