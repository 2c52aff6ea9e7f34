/* A run on the terminal of the person who started it: progress while it goes on, then the summary. */
#ifndef KONEKSI_LOADGEN_TERMINAL_SINK_TERMINAL_H
#define KONEKSI_LOADGEN_TERMINAL_SINK_TERMINAL_H

#include "base/net.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/sink.h"
#include "loadgen/limits/counters.h"
#include "loadgen/terminal/progress.h"

/* A progress bar on standard error if that is a terminal, at the end the summary on standard output. */
struct sink_terminal {
    struct sink sink;
    const struct run_spec *spec;
    const struct net_address *target;
    struct counters before; /* the kernel's, when the run began */
    bool bar;
    struct progress progress;
    uint64_t dropped;   /* notes that standard error did not take */
    size_t limit_count; /* the generator's own, from its start on */
    struct limit_value limits[LIMIT_COUNT];
    size_t usage_count; /* of the groups, in the order in which they failed */
    struct group_usage usages[GROUP_USAGES_MAX];
};
/* Keeps both pointers. */
void sink_terminal_init(struct sink_terminal *terminal, const struct run_spec *spec, const struct net_address *target);

#endif
