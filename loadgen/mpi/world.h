/* The ranks of an MPI job before and after their clients run: who they are, how far their clocks differ, whether all of
 * them can begin, and when. Every function is for all ranks, in the same order, from the main thread. While one waits
 * for another it sleeps: a rank that spins takes the processor from clients. */
#ifndef KONEKSI_LOADGEN_MPI_WORLD_H
#define KONEKSI_LOADGEN_MPI_WORLD_H

#include <mpi.h>
#include <stdbool.h>

#include "base/err.h"
#include "loadgen/contract/load_rank.h"

struct world {
    int rank;
    int ranks;
    struct load_rank line;   /* of this rank; its clock is known once they have met */
    struct load_rank *lines; /* of all: rank 0 has them */
};

/* Tags of the messages between two ranks. */
enum world_tag { TAG_CLOCK, TAG_HELLO, TAG_EVENT, TAG_CANCEL, TAG_REPORT };

/* MPI_Init, and who they are. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result world_open(struct world *world, struct err *err) MUST_CHECK;

/* Measures how far each rank's clock is from rank 0's, and by that makes the connections that the run needs, which a
 * low RLIMIT_NOFILE would not permit later. */
void world_greet(struct world *world);

/* Whether all are `mine` RESULT_OK; else the result and the error of the lowest rank that is not. */
enum result world_agree(const struct world *world, enum result mine, struct err *err) MUST_CHECK;

/* Waits for all; returns the moment on which they agreed, by the clock of this rank. `world` is a struct world. */
uint64_t world_meet(void *world);

/* Sleeps for so long: whoever waits for MPI must not take a processor from the clients. */
void world_nap(uint64_t ns);

/* Begins to add up the histograms (LATENCY_COUNT) of all ranks; `sums` is that of rank 0. Both must stay until the
 * request is complete. */
void world_begin_sum(const struct hist *mine, struct hist *sums, MPI_Request *request);

/* Waits for all and ends MPI. False in a run that was cancelled when not all have come after a second: one of them may
 * be lost, and MPI cannot be ended. */
bool world_close(struct world *world, bool cancelled) MUST_CHECK;

#endif
