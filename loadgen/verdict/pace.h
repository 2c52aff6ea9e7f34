/* Whether clients began as fast as the run's `rate` says, and which side was late. Pure: what was measured comes in. */
#ifndef KONEKSI_LOADGEN_VERDICT_PACE_H
#define KONEKSI_LOADGEN_VERDICT_PACE_H

#include "loadgen/contract/load_result.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/verdict/fact.h"

/* FACT_SIDE_NONE: the run has no rate, it was reached, or nothing is known of the start. `wait_ns` is how long a client
 * waited for its connection and replies on average; `slow`: the side that was busy or held up (bottleneck_side). */
enum fact_side pace_late_side(const struct run_spec *spec, const struct load_start *start, uint64_t started,
                              uint64_t wait_ns, enum fact_side slow);

#endif
