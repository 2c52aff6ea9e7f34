/* How a run ended, from what the load generator left: pure, so that every way of dying can be tested.
 * Whatever happened, the run's totals add up afterwards: started + not_started = count, completed + failed = started,
 * and the error groups sum to failed. */
#ifndef KONEKSI_SERVER_LAB_RUN_OUTCOME_H
#define KONEKSI_SERVER_LAB_RUN_OUTCOME_H

#include "db/run.h"

struct outcome_evidence {
    const struct load_result *result; /* NULL: the generator gave none */
    struct load_totals last;          /* of its newest sample */
    struct load_peaks peaks;          /* as the samples saw them */
    const struct error_group *seen;   /* from the traces that arrived, for a generator without a result */
    uint32_t seen_count;
    bool end_seen;
    enum load_end end;
    const char *end_message;
    const char *how;     /* launcher_end_describe, or why it was not started; follows "the load generator " */
    bool lost;           /* a rank or its host, says mpirun, which then had the others cancel */
    bool cancelled;      /* a person asked for it */
    bool interrupted;    /* the panel is stopped */
    uint64_t elapsed_us; /* from the clients' begin, without one from the generator's start, to its end */
};

/* Sets status, message, totals, client peaks, groups, latency and duration of `run`, whose spec it reads. */
void outcome_of(const struct outcome_evidence *evidence, struct run *run);

#endif
