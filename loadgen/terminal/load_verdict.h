/* Why clients of a run failed, as far as the load generator alone can tell: the server's side is not known to it. */
#ifndef KONEKSI_LOADGEN_TERMINAL_LOAD_VERDICT_H
#define KONEKSI_LOADGEN_TERMINAL_LOAD_VERDICT_H

#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/listener.h"
#include "loadgen/verdict/verdict.h"

struct load_facts {
    const struct run_spec *spec;
    const struct load_result *result;
    const struct limit_value *limits; /* the load generator's */
    size_t limit_count;
    const struct group_usage *usages; /* of the load generator */
    size_t usage_count;
    bool spread_sources;           /* as in predict.h */
    enum listener_state listener;  /* at the target, after the run */
    struct listeners_gone gone;    /* of LISTENER_SOME_GONE */
    uint64_t risen[COUNTER_COUNT]; /* the kernel's counters, during the run */
};

struct verdict load_verdict(const struct load_facts *facts);

#endif
