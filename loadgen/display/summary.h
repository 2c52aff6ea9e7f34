/* What a run came to, for people to read: the verdict, totals, latencies, a histogram, the failures. */
#ifndef KONEKSI_LOADGEN_DISPLAY_SUMMARY_H
#define KONEKSI_LOADGEN_DISPLAY_SUMMARY_H

#include "base/buf.h"
#include "base/language.h"
#include "loadgen/contract/load_rank.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/verdict/verdict.h"

struct summary {
    const struct run_spec *spec;
    uint64_t duration_us;
    const struct load_totals *totals;
    const struct load_peaks *peaks;
    const struct load_start *start;
    const struct load_cost *cost;
    const struct latency *latency; /* LATENCY_COUNT of them */
    const struct hist *histogram;  /* of LATENCY_CLIENT; NULL: not known */
    const struct error_group *groups;
    uint32_t group_count;
    const struct verdict *verdict;
    uint64_t source_addresses; /* that the clients came from; 0: not known */
    uint64_t server_threads;   /* the most that the server had; 0: not known, as of the next one */
    uint64_t server_connections;
    enum fact_side late_side;      /* that kept clients from beginning at the rate of the spec; FACT_SIDE_NONE: none */
    const struct load_rank *ranks; /* several generators that carried the run; NULL: it was one */
    size_t rank_count;
    bool utf8; /* bars of block characters */
    enum language language;
};

/* Of a result, whose latencies go to `latency`; the sources, the server, the ranks, `utf8` and the language are not
 * set. All must outlive it. */
struct summary summary_of(const struct run_spec *spec, const struct load_result *result, const struct verdict *verdict,
                          struct latency latency[LATENCY_COUNT]);

void summary_format(const struct summary *summary, struct buf *text);

/* The sentences of a verdict, and how to raise what stopped the clients; nothing for VERDICT_NONE. */
void summary_add_verdict(const struct verdict *verdict, enum language language, struct buf *text);

#endif
