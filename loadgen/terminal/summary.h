/* What a run came to, for people to read: the verdict, totals, latencies, a histogram, the failures. */
#ifndef KONEKSI_LOADGEN_TERMINAL_SUMMARY_H
#define KONEKSI_LOADGEN_TERMINAL_SUMMARY_H

#include "base/buf.h"
#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/listener.h"

struct summary {
    const struct run_spec *spec;
    const struct load_result *result;
    const struct limit_value *limits; /* the load generator's */
    size_t limit_count;
    const struct group_usage *usages; /* of the load generator */
    size_t usage_count;
    bool spread_sources;           /* as in predict.h */
    enum listener_state listener;  /* at the target, after the run */
    uint64_t risen[COUNTER_COUNT]; /* the kernel's counters, during the run */
    bool utf8;                     /* bars of block characters */
};

void summary_format(const struct summary *summary, struct buf *text);

#endif
