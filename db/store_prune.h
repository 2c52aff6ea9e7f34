/* Deletes old runs, so that a database does not grow without end. */
#ifndef KONEKSI_DB_STORE_PRUNE_H
#define KONEKSI_DB_STORE_PRUNE_H

#include "db/store.h"

/* One call deletes at most as many runs, in one transaction, so that whoever writes meanwhile does not wait long. */
#define STORE_PRUNE_BATCH 10

/* Ids of runs. free(ids.of). */
struct store_ids {
    int64_t *of;
    size_t count;
};

struct pruning {
    uint64_t keep;
    int64_t newest; /* of the runs to delete, kept between the batches; 0: it is looked up */
};

/* Deletes the oldest runs that are over, with their parts, while there are more than `keep` of them. It deletes a
 * batch: call it again until `deleted->count` is 0. It keeps the runs of an experiment that is not over, and the run
 * that such a proof examines. An experiment that is over loses its runs at once, because its findings follow from them,
 * and only when the last of them is too old; they are deleted as any others then. */
enum result store_prune(struct store *store, struct pruning *pruning, struct store_ids *deleted,
                        struct err *err) MUST_CHECK;

#endif
