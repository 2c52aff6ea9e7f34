/* How an experiment of each kind goes about it: given the results so far, which run next, or done. Pure: what was
 * measured comes in, so that an experiment goes on after a restart where it was, and each course can be tested. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H

#include "db/experiment.h"
#include "server/lab/experiment/experiment_plan.h"

/* So far. Runs that were cancelled or interrupted are not among them. */
struct findings {
    const struct plan *plan;
    uint64_t predicted; /* a ceiling's, from the prediction when it began; 0: none */
    const struct experiment_run *runs;
    size_t count;
};

enum strategy_step { STRATEGY_RUN, STRATEGY_DONE };

struct strategy {
    /* STRATEGY_RUN: `spec` is the run. */
    enum strategy_step (*next)(const struct findings *findings, struct run_spec *spec);
    /* Runs still to come, exact for a table, for a search as many as it takes without surprises; and about how long
     * they take together, by those that were, 0: not known. */
    size_t (*left)(const struct findings *findings, uint64_t *ms);
    /* Adds the members of `result`. False when memory ran out. */
    bool (*add_result)(const struct findings *findings, cJSON *result) MUST_CHECK;
};

/* For a kind of an experiment; never NULL. */
const struct strategy *strategy_of(enum experiment_kind kind);

/* One file each. */
extern const struct strategy strategy_sweep, strategy_classic; /* strategy_table.c */
extern const struct strategy strategy_ceiling;                 /* strategy_ceiling.c: also a proof's */

#endif
