/* What an experiment of each kind runs: given the results so far, the next run, or done; and what was found. Pure: what
 * was measured comes in, so that an experiment goes on after a restart where it was, and each course can be tested. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H

#include "server/lab/experiment/findings.h"

enum strategy_step { STRATEGY_RUN, STRATEGY_DONE };

/* One of the experiments that a survey consists of, with its own runs. Not to be copied. */
struct strategy_part {
    struct plan plan;
    struct findings findings; /* points into the part */
    bool done;                /* nothing more is to be run for it */
};

struct strategy {
    /* Fills in the defaults of a plan and checks what holds between its fields. */
    enum result (*complete)(struct plan *plan, struct err *err) MUST_CHECK;
    /* STRATEGY_RUN: `spec` is the run. */
    enum strategy_step (*next)(const struct findings *findings, struct run_spec *spec);
    /* Runs still to come, exact for a table, for a search as many as it takes without surprises; and about how long
     * they take together, judged by those that were, 0: not known. */
    size_t (*left)(const struct findings *findings, uint64_t *ms);
    /* The result of a search; NULL for a table. */
    void (*found)(const struct findings *findings, struct search_result *result);
    /* The result of a table, mode by mode; NULL for a search. */
    size_t (*row_count)(const struct plan *plan);
    void (*row)(const struct findings *findings, size_t index, struct table_row *row);
    /* The parts of a survey, in their order, each of which has a result of its own; NULL for the others. `first`: how
     * many runs the parts before it took. */
    size_t (*part_count)(const struct plan *plan);
    void (*part)(const struct findings *findings, size_t index, size_t first, struct strategy_part *part);
};

/* What is to be expected of an experiment that goes on from its findings, on a machine that is as predicted: its
 * further runs, and about how long all of them take, judged by the pace of those that were. Both 0 when memory ran out.
 */
struct strategy_outlook {
    size_t runs;
    uint64_t ms;
};
struct strategy_outlook strategy_look_ahead(const struct strategy *strategy, const struct findings *findings);

/* A classic load that is larger than the plan's `max` allows: its mode and count. False beyond the last. */
bool strategy_classic_left_out(const struct plan *plan, size_t index, struct table_row *row);

/* The part of a survey that its next run belongs to; part_count when none is left. */
size_t strategy_survey_now(const struct findings *findings, struct strategy_part *now);

/* `kind` is not EXPERIMENT_KIND_COUNT. */
const struct strategy *strategy_of(enum experiment_kind kind);

/* Completes and checks a plan. A proof has to be prepared before (proof.h). RESULT_INVALID names the field. */
enum result strategy_complete(struct plan *plan, struct err *err) MUST_CHECK;

#define KIND(NAME, name, fields) extern const struct strategy strategy_##name;
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND

#endif
