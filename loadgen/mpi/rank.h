/* One rank's own engine: the sink that it writes into, and what the rank then has to say about its clients. Nothing
 * here talks to the other ranks. */
#ifndef KONEKSI_LOADGEN_MPI_RANK_H
#define KONEKSI_LOADGEN_MPI_RANK_H

#include "base/client_share.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/sink.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/reach.h"
#include "loadgen/mpi/rank_report.h"
#include "loadgen/watch/run_usage.h"

struct rank {
    struct sink sink; /* first: the engine's */
    const struct run_spec *spec;
    const struct reach_list *reach;
    struct client_share share;
    /* Passes on what is written before the result; as struct sink's write. */
    bool (*post)(void *argument, const struct report_event *event, int *error_number);
    void *argument;
    struct counters before; /* the kernel's, when the run began */
    enum listener_state listener_before;
    uint64_t source_addresses; /* of all ranks' clients */
    struct run_usage usage;
    struct rank_report report;
    struct load_result result; /* once its clients have ended; all-zero before */
};

/* `spec` (of the whole run) and `reach` must outlive it, `line` introduces the rank. `post` is the caller's to set. */
void rank_init(struct rank *rank, const struct run_spec *spec, const struct reach_list *reach,
               const struct client_share *share, const struct load_rank *line, bool wants_details);

/* After its engine has run: fills in the rest of the report, with the verdict on its clients. `failed`: why the engine
 * could not do its work; NULL: it could. */
void rank_conclude(struct rank *rank, uint64_t late_ns, const struct err *failed);

#endif
