/* An experiment with its runs: what its strategy judges, and what the API shows. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_VIEW_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_VIEW_H

#include "db/store_experiments.h"
#include "server/lab/experiment/strategy.h"

struct experiment_view {
    struct plan plan;
    struct experiment_run *runs; /* all, in the order in which they were asked for */
    size_t count;
    struct experiment_run *counted; /* those that are over by themselves */
    struct findings findings;       /* of these; points into the view, which is not to be copied */
};

/* RESULT_STORE, RESULT_NO_MEMORY. experiment_view_free on RESULT_OK. */
enum result experiment_view_load(struct store *store, const struct experiment *experiment, struct experiment_view *view,
                                 struct err *err) MUST_CHECK;
void experiment_view_free(struct experiment_view *view);

/* How far it is. */
struct experiment_progress {
    /* Runs; left is exact for a table, also when it was cancelled, for a search as many as it takes without surprises.
     */
    size_t done, left;
    uint64_t ms_left; /* about, judged by the runs that were */
    /* What a survey is at, until it is over: */
    enum experiment_kind part; /* EXPERIMENT_KIND_COUNT: nothing */
    size_t part_index;         /* 0: the classic loads; each mode is one more, in the order of the plan */
    enum run_mode mode;        /* of that part; MODE_COUNT: it has several */
};
void experiment_view_progress(const struct experiment_view *view, enum run_status status,
                              struct experiment_progress *progress);

/* When the first of its runs began, in milliseconds since 1970 UTC; 0: none has. */
int64_t experiment_view_started(const struct experiment_view *view);

/* Not over, 0 when none; and one that a person cancelled. */
int64_t experiment_view_pending(const struct experiment_view *view);
int64_t experiment_view_cancelled(const struct experiment_view *view);

#endif
