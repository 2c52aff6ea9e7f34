/* What an experiment of each kind runs: given the results so far, the next run, or done; and what was found. Pure: what
 * was measured comes in, so that an experiment goes on after a restart where it was, and each course can be tested. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_STRATEGY_H

#include "db/experiment.h"
#include "server/lab/experiment/experiment_plan.h"

/* So far. Runs that were cancelled or interrupted are not among them. */
struct findings {
    const struct plan *plan;
    uint64_t predicted; /* the ceiling, as predicted when the experiment began; 0: none */
    const struct experiment_run *runs;
    size_t count;
};

/* What a search found. */
struct search_result {
    enum run_mode mode;
    uint64_t ceiling;              /* the largest count at which every client completed; 0: none */
    uint64_t fails_at;             /* the smallest at which some failed; 0: none */
    unsigned confirmations;        /* how often both were repeated with the same outcome */
    bool stable;                   /* no run of the two counts had another outcome */
    bool moved;                    /* of a proof: the ceiling moved with the limit, which stopped the others */
    const struct verdict *verdict; /* of a run at fails_at; NULL: none */
    char sentence[320];
};

/* A row of a table: the runs of one mode and count. */
struct table_row {
    enum run_mode mode;
    uint64_t count;
    uint64_t runs, completed, failed;
    double median, min, max;       /* clients a second */
    const struct verdict *verdict; /* of the newest run with one; NULL: none */
    const char *published;         /* what was published of it; NULL: nothing */
    bool published_works;
};

enum strategy_step { STRATEGY_RUN, STRATEGY_DONE };

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
};

/* `kind` is not EXPERIMENT_KIND_COUNT. */
const struct strategy *strategy_of(enum experiment_kind kind);

/* Completes and checks a plan. A proof has to be prepared before (proof.h). RESULT_INVALID names the field. */
enum result strategy_complete(struct plan *plan, struct err *err) MUST_CHECK;

#define KIND(NAME, name, fields) extern const struct strategy strategy_##name;
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND

#endif
