/* The link between the ranks while their clients run, and until the last has ended: events go to rank 0, which merges
 * them and writes what comes of it for the reader; the barrier of hold spans all ranks; a cancel of one is one of all.
 *
 * Nothing here waits in MPI. A thread of its own looks every few milliseconds, or, where the engine must be the only
 * thread, link_step is called often. */
#ifndef KONEKSI_LOADGEN_MPI_LINK_H
#define KONEKSI_LOADGEN_MPI_LINK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "loadgen/engine/engine.h"
#include "loadgen/mpi/merge.h"
#include "loadgen/mpi/rank.h"
#include "loadgen/mpi/world.h"

struct link;

struct link_plan {
    const struct world *world;
    struct engine *engine;
    struct rank *rank;
    struct merge *merge; /* of rank 0, as the next */
    struct sink *reader;
    const _Atomic bool *hushed; /* the job is about to be killed: the reader gets the end alone */
    bool hold;
    bool own_thread;              /* else link_step has to be called often */
    void (*tick)(void *argument); /* where it has no thread: to be called while link_finish waits; may be NULL */
    void *tick_argument;
};

/* Before engine_run; sets the rank's `post`. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result link_start(const struct link_plan *plan, struct link **link, struct err *err) MUST_CHECK;

/* Without a thread of its own: looks, if it is time to. */
void link_step(struct link *link);

/* After engine_run and rank_conclude, on every rank: waits until all ranks have reported. At rank 0 `latency` gets the
 * histograms of all. False when a rank was lost in a run that was cancelled: then nothing more can be said to the
 * others, and `latency` has what this rank measured. */
bool link_finish(struct link *link, struct hist latency[LATENCY_COUNT]) MUST_CHECK;

/* Whether the reader is gone, and why: 0 when it is not. */
int link_reader_error(const struct link *link);

void link_destroy(struct link *link);

#endif
