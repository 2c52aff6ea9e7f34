/* Private to loadgen/verdict: what a server of somebody else, whose processes are watched, had in use of its limit on
 * descriptors. */
#ifndef KONEKSI_LOADGEN_VERDICT_EXPLAIN_DESCRIPTORS_H
#define KONEKSI_LOADGEN_VERDICT_EXPLAIN_DESCRIPTORS_H

#include "loadgen/verdict/explain.h"

/* The most descriptors that one of its processes was seen to use; FACT_UNKNOWN. */
uint64_t explain_most_descriptors(const struct diagnose_case *facts, const struct failure *failure,
                                  const struct limit_value *value);
/* Adds what was in use of that limit, as it was seen or as those that were served make it, where one was left at most;
 * returns whether that was so. */
bool explain_add_descriptors(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict);

#endif
