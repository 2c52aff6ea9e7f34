/* Deletes old runs, so that a database does not grow without end. */
#ifndef KONEKSI_DB_STORE_PRUNE_H
#define KONEKSI_DB_STORE_PRUNE_H

#include "db/store.h"

/* Runs that one call deletes at most, in one transaction, so that other writers do not wait long. */
#define STORE_PRUNE_BATCH 10

/* Ids of runs. */
struct store_ids {
    int64_t of[STORE_PRUNE_BATCH];
    size_t count;
};

struct pruning {
    uint64_t keep;
    int64_t newest; /* of the runs to delete, kept between the batches; 0: not known, or none is to be deleted */
};

/* Sets `newest` to the first run that is one too many when `keep` runs that are over are kept. The time that this takes
 * grows with `keep`; it uses a reader, so that writers do not wait. */
enum result store_prune_find(struct store *store, struct pruning *pruning, struct err *err) MUST_CHECK;

/* Deletes the oldest runs that are over, up to `newest`, with their parts. It deletes a batch: call it again until
 * `deleted->count` is 0; `newest` is 0 then, and store_prune_find finds the runs that have ended meanwhile. On failure
 * it deletes none. It keeps the runs of an experiment that is not over, and a run that a proof under way examines. The
 * runs of an experiment go only when the newest of them is too old. The first batch detaches them all from it, because
 * its findings would no longer follow from the rest; then they are deleted like any others. */
enum result store_prune_batch(struct store *store, struct pruning *pruning, struct store_ids *deleted,
                              struct err *err) MUST_CHECK;

#endif
