/* Experiments in the store. Threads, errors and callbacks as in store.h. */
#ifndef KONEKSI_DB_STORE_EXPERIMENTS_H
#define KONEKSI_DB_STORE_EXPERIMENTS_H

#include "db/experiment.h"
#include "db/store.h"

/* Stores a queued experiment: takes kind, asked and created_ms, sets its id and status. */
enum result store_experiment_create(struct store *store, struct experiment *experiment, struct err *err) MUST_CHECK;

/* How many are queued or running. */
enum result store_experiments_pending(struct store *store, uint64_t *count, struct err *err) MUST_CHECK;

/* The running one, else the oldest queued one; RESULT_NOT_FOUND when there is neither. */
enum result store_experiment_next(struct store *store, struct experiment *experiment, struct err *err) MUST_CHECK;

/* Stores status, started_ms, finished_ms, prediction and message. RESULT_NOT_FOUND; RESULT_CONFLICT when it is over. */
enum result store_experiment_update(struct store *store, const struct experiment *experiment,
                                    struct err *err) MUST_CHECK;

/* Deletes one that is over, with its runs and their parts. RESULT_NOT_FOUND; RESULT_CONFLICT while it or a run of it
 * goes on. */
enum result store_experiment_delete(struct store *store, int64_t id, struct err *err) MUST_CHECK;

/* Stores `asked` of one that is over, in which only the label has changed, and that label in the runs of it that have
 * the label `from`. RESULT_NOT_FOUND; RESULT_CONFLICT while it goes on. */
struct experiment_renaming {
    const struct experiment *experiment;
    const char *from, *to;
};
enum result store_experiment_rename(struct store *store, const struct experiment_renaming *renaming,
                                    struct err *err) MUST_CHECK;

/* RESULT_NOT_FOUND. */
enum result store_experiment_get(struct store *store, int64_t id, struct experiment *experiment,
                                 struct err *err) MUST_CHECK;

/* Newest first, those with ids below `before` (0: all). */
enum result store_experiments_each(struct store *store, int64_t before, uint32_t limit,
                                   bool (*each)(const struct experiment *experiment, void *arg), void *arg,
                                   struct err *err) MUST_CHECK;

/* Its runs, oldest first. */
enum result store_experiment_runs_each(struct store *store, int64_t id,
                                       bool (*each)(const struct experiment_run *run, void *arg), void *arg,
                                       struct err *err) MUST_CHECK;

#endif
