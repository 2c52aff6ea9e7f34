/* The steps of an experiment that touch the store or the machine, but not the thread that takes them. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_COURSE_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_COURSE_H

#include "server/lab/experiment/experiment_view.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/run/event.h"
#include "server/time/time_server.h"

#define EXPERIMENTS_MOST 100 /* queued; one more is RESULT_FULL */

/* Completes and checks a plan, its target included: the errors of experiments_submit but RESULT_FULL. */
enum result experiment_prepare(const struct experiments_config *config, struct plan *plan, struct err *err) MUST_CHECK;

/* Writes a plan as the experiment's `asked`. RESULT_NO_MEMORY, also when it is longer than that. */
enum result experiment_write_plan(const struct plan *plan, struct experiment *experiment, struct err *err) MUST_CHECK;

/* Stores a queued experiment of a completed plan. RESULT_FULL, RESULT_NO_MEMORY, RESULT_STORE. */
enum result experiment_create(struct store *store, const struct plan *plan, struct experiment *experiment,
                              struct err *err) MUST_CHECK;

/* It is running from now on, with the predictions of what it searches; without them when the limits cannot be read.
 * RESULT_STORE when the plan that was stored is none, RESULT_NO_MEMORY. */
enum result experiment_begin(const struct limit_sides *sides, struct experiment *experiment,
                             struct err *err) MUST_CHECK;

/* After a proof that went as expected, stores that in the run that it is about, and reports that run. Not an error when
 * the run was deleted: the proof holds all the same. */
enum result experiment_keep_proof(struct store *store, const struct observer *observer, int64_t experiment,
                                  const struct experiment_view *view, struct err *err) MUST_CHECK;

#endif
