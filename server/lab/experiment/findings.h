/* What an experiment has measured, and what is found in it: the result of a search, the rows of a table. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_FINDINGS_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_FINDINGS_H

#include "db/experiment.h"
#include "server/lab/experiment/experiment_plan.h"

/* An experiment so far. Runs that were cancelled or interrupted are not among them. */
struct findings {
    const struct plan *plan;
    uint64_t predicted;                     /* the ceiling, as predicted when the experiment began; 0: none */
    uint64_t predicted_by_mode[MODE_COUNT]; /* of a survey the same for each mode */
    bool waits_by_mode[MODE_COUNT];         /* clients beyond it wait for their timeout: the server's side stops them */
    uint64_t elapsed_ms;                    /* that it took so far */
    const struct experiment_run *runs;
    size_t count;
};

/* What a search found. */
struct search_result {
    enum run_mode mode;
    uint64_t ceiling;       /* the largest count at which every client completed; 0: none */
    uint64_t fails_at;      /* the smallest at which some failed; 0: none */
    unsigned confirmations; /* how often both were repeated with the same outcome */
    bool stable;            /* no run of the two counts had another outcome */
    uint64_t low, high;     /* between them lies the ceiling; both are it unless runs disagreed */
    int64_t served_until;   /* the run after which the server served nobody, so that the search ended; 0: it did not */
    bool moved;             /* of a proof: the ceiling moved with the limit, which stopped the others */
    struct verdict verdict; /* of a run at fails_at; VERDICT_NONE: there is none */
    char sentence[480];     /* in English; search_describe has others */
};

/* A row of a table: the runs of one mode and count. */
struct table_row {
    enum run_mode mode;
    uint64_t count;
    uint64_t runs, completed, failed;
    double median, min, max;       /* clients a second */
    const struct verdict *verdict; /* of the newest run with one; NULL: none */
    const char *const *published;  /* what was published of it, in each language; NULL: nothing */
    bool published_works;
};

#endif
