/* One of the generators (ranks) that carried a run together. */
#ifndef KONEKSI_LOADGEN_CONTRACT_LOAD_RANK_H
#define KONEKSI_LOADGEN_CONTRACT_LOAD_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "loadgen/contract/load_result.h"

enum load_end { LOAD_END_COMPLETED, LOAD_END_CANCELLED, LOAD_END_FAILED, LOAD_END_COUNT };

/* Descriptors that mpirun opens on its own machine, for itself and for each rank there (Open MPI 4.1.4). */
#define MPIRUN_FDS 30ULL
#define MPIRUN_RANK_FDS 6ULL

#define LOAD_RANK_HOST_SIZE 65 /* HOST_NAME_MAX and the end */

struct load_rank {
    uint64_t rank; /* 0 is the one that reports */
    char host[LOAD_RANK_HOST_SIZE];
    uint64_t pid;
    enum load_end status;    /* LOAD_END_FAILED: also a rank that was lost, whose totals are those of its last sample */
    int64_t clock_offset_ns; /* of rank 0's CLOCK_MONOTONIC against its own, which its times are corrected by */
    uint64_t clock_error_ns; /* the true offset is at most so far from that: half the shortest round trip */
    uint64_t late_ns;        /* from the agreed begin of the run to its first client */
    struct load_totals totals; /* of its own clients, as are the peaks */
    struct load_peaks peaks;
    char verdict[48]; /* the name of what stopped its clients; empty: nothing is known to have */
    char side[8];     /* on which side that is; empty: not known */
    size_t limit_count;
    struct limit_value limits[LIMIT_COUNT]; /* as they are there */
};

/* Whether all of them are on one host. */
static inline bool load_ranks_share_host(const struct load_rank *ranks, size_t count)
{
    size_t i = 0;
    while (i < count && strcmp(ranks[i].host, ranks[0].host) == 0) {
        i++;
    }
    return i == count;
}

#endif
