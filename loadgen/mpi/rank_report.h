/* What a rank hands to rank 0 when its clients have ended: all but the histograms, which MPI adds up on the way. All
 * ranks are the same program, so it travels as the bytes that it is. */
#ifndef KONEKSI_LOADGEN_MPI_RANK_REPORT_H
#define KONEKSI_LOADGEN_MPI_RANK_REPORT_H

#include "base/err.h"
#include "loadgen/contract/load_rank.h"
#include "loadgen/verdict/verdict.h"

struct rank_report {
    struct load_rank line;
    struct verdict verdict; /* on its own clients */
    uint64_t dropped;       /* lines for which rank 0 had no time */
    struct err err;         /* of LOAD_END_FAILED */
    uint64_t duration_us;   /* as in struct load_result, like the rest */
    struct load_order failed;
    struct load_start start;
    struct load_cost cost;
    struct usage peak;
    uint32_t group_count;
    struct error_group groups[ERROR_GROUPS_MAX];
};

#endif
