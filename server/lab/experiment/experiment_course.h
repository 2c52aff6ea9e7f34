/* The steps of an experiment that touch the store or the machine, but not the thread that takes them. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_COURSE_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_COURSE_H

#include "server/lab/experiment/experiment_view.h"
#include "server/lab/run/event.h"
#include "server/time/time_server.h"

#define EXPERIMENTS_MOST 100 /* queued; one more is RESULT_FULL */

/* Stores a queued experiment of a completed plan. RESULT_FULL, RESULT_NO_MEMORY, RESULT_STORE. */
enum result experiment_create(struct store *store, const struct plan *plan, struct experiment *experiment,
                              struct err *err) MUST_CHECK;

/* Predicts the ceiling of a search; none is predicted for a table, nor when the limits cannot be read. RESULT_STORE
 * when the plan that was stored is none, RESULT_NO_MEMORY. */
enum result experiment_predict(const struct time_server *server, struct experiment *experiment,
                               struct err *err) MUST_CHECK;

/* After a proof that went as expected, stores that in the run that it is about, and reports that run. Not an error when
 * the run was deleted: the proof holds all the same. */
enum result experiment_keep_proof(struct store *store, const struct observer *observer, int64_t experiment,
                                  const struct experiment_view *view, struct err *err) MUST_CHECK;

#endif
