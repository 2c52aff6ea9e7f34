/* What the generators (ranks) of a run came to, as the first of them reports it at the end. */
#ifndef KONEKSI_SERVER_LAB_RUN_RUN_RANKS_H
#define KONEKSI_SERVER_LAB_RUN_RUN_RANKS_H

#include "db/store.h"

/* All zero: none has been reported. */
struct run_ranks {
    struct load_rank *rows;
    size_t count, stored;
};

/* Takes the next of `expected` ranks, which come in order; anything else is ignored, as is one for which there is no
 * memory. The limits are kept of the first rank of each host. */
void run_ranks_add(struct run_ranks *ranks, const struct load_rank *rank, uint64_t expected);
void run_ranks_free(struct run_ranks *ranks);

/* What fails to be stored stays for the next call. */
enum result run_ranks_flush(struct run_ranks *ranks, struct store *store, int64_t id, struct err *err) MUST_CHECK;

/* Of those whose clients something stopped, the one with the most failed; NULL: there is none. */
const struct load_rank *run_ranks_worst(const struct run_ranks *ranks);
/* The first of the same host, which has the limits. */
const struct load_rank *run_ranks_first(const struct run_ranks *ranks, const struct load_rank *rank);

/* Says in a verdict about the client side on which host it was. What this machine alone cannot explain is what the
 * worst rank found out about itself: likely, because its facts stayed there. */
void run_ranks_name(const struct run_ranks *ranks, struct verdict *verdict);

#endif
