/* The limits that a run sets for its load generator: its fields limits.*, each a row. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_RLIMITS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_RLIMITS_H

#include "loadgen/contract/run_fields.h"
#include "loadgen/limits/limit.h"

struct run_rlimit {
    enum limit_id id;
    int resource; /* of setrlimit(2) */
    const struct run_field *field;
    uint64_t unit; /* what the field counts in */
};

/* NULL for a limit that no run sets. */
const struct run_rlimit *run_rlimit_find(enum limit_id id);

/* The limit in its own unit; 0 where the run leaves it as it is. */
uint64_t run_rlimit_value(const struct run_spec *spec, const struct run_rlimit *row);

/* Whether a child of this process could set them: RESULT_INVALID, with the field, names the hard limit in the way. */
enum result run_rlimits_check(const struct run_spec *spec, struct err *err) MUST_CHECK;

/* Sets the soft and the hard limits of this process. As run_rlimits_check, and RESULT_SYSTEM. */
enum result run_rlimits_set(const struct run_spec *spec, struct err *err) MUST_CHECK;

#endif
