/* A run on the terminal of the person who started it: progress while it goes on, then the summary. */
#ifndef KONEKSI_LOADGEN_TERMINAL_SINK_TERMINAL_H
#define KONEKSI_LOADGEN_TERMINAL_SINK_TERMINAL_H

#include "loadgen/contract/run_spec.h"
#include "loadgen/display/progress.h"
#include "loadgen/engine/sink.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/listener.h"
#include "loadgen/limits/reach.h"
#include "loadgen/verdict/verdict.h"
#include "loadgen/watch/run_usage.h"

/* A progress bar on standard error if that is a terminal, at the end the summary on standard output. */
struct sink_terminal {
    struct sink sink;
    const struct run_spec *spec;
    const struct reach_list *reach;
    struct counters before; /* the kernel's, when the run began */
    enum listener_state listener_before;
    bool bar;
    struct progress progress;
    uint64_t dropped;          /* notes that standard error did not take */
    uint64_t source_addresses; /* that the clients come from; known from the start on */
    size_t limit_count;        /* of a server that is watched, from the start on also the generator's */
    struct limit_value limits[2 * LIMIT_COUNT];
    struct predict_server server;  /* as it was before the run */
    struct run_usage usage;        /* with the server that is watched */
    const struct verdict *verdict; /* of a run that several ranks carried, as the next; NULL: it is found here */
    const struct load_rank *ranks;
    size_t rank_count;
    bool json;
    struct buf object; /* of the summary, from the result on to the end */
    int64_t started_ms;
};
/* Keeps both pointers. `json`: the summary is one JSON object, of the shape of GET /runs/N; what only the panel knows
 * is null in it. */
void sink_terminal_init(struct sink_terminal *terminal, const struct run_spec *spec, const struct reach_list *reach,
                        bool json);

/* Before the run: finds the server if it is on this machine, and from then on watches it. RESULT_NO_MEMORY. */
enum result sink_terminal_watch(struct sink_terminal *terminal, struct err *err) MUST_CHECK;

#endif
