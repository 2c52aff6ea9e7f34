/* Forgetting old runs, so that a database does not grow without end. */
#ifndef KONEKSI_DB_STORE_PRUNE_H
#define KONEKSI_DB_STORE_PRUNE_H

#include "db/store.h"

/* Runs that one call deletes at most, unless they are of one experiment. */
#define STORE_PRUNE_BATCH 10

/* Ids of runs. free(ids.of). */
struct store_ids {
    int64_t *of;
    size_t count;
};

/* Deletes the oldest runs that are over, with their parts, as long as more than `keep` of them are there; a few at a
 * time, so that it is to be called again until `deleted->count` is 0. Left alone are the runs of an experiment that is
 * not over and the run that such a proof is about. The runs of an experiment that is over go all at once, because what
 * it found follows from them, and not before the last of them is too old. */
enum result store_prune(struct store *store, uint64_t keep, struct store_ids *deleted, struct err *err) MUST_CHECK;

#endif
