/* The limits that a run can lower for its own load generator, and by which field (run_fields.def). */
#ifndef KONEKSI_LOADGEN_CONTRACT_LIMIT_FIELDS_H
#define KONEKSI_LOADGEN_CONTRACT_LIMIT_FIELDS_H

#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit.h"

struct limit_field {
    enum limit_id limit;
    int resource;      /* of setrlimit(2) */
    const char *field; /* "limits.nofile" */
    uint64_t unit;     /* what the field counts in */
    size_t offset;     /* of its member in struct run_spec */
};

/* NULL for a limit that no field lowers. */
const struct limit_field *limit_field_find(enum limit_id limit);

/* What the run sets the field to; 0: the limit is left as it is. */
uint64_t limit_field_set(const struct limit_field *row, const struct run_spec *spec);

#endif
