/* Why clients of a run failed, as far as the load generator alone can tell: the server's side is known where it was
 * watched. */
#ifndef KONEKSI_LOADGEN_TERMINAL_LOAD_VERDICT_H
#define KONEKSI_LOADGEN_TERMINAL_LOAD_VERDICT_H

#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/listener.h"
#include "loadgen/watch/run_usage.h"

struct load_facts {
    const struct run_spec *spec;
    const struct load_result *result;
    const struct limit_value *limits; /* the load generator's, and those of a server that was watched */
    size_t limit_count;
    const struct run_usage *usage;
    struct predict_server server; /* as it was when the run began */
    enum net_loopback loopback;   /* the target */
    uint64_t source_addresses;    /* as in diagnose.h */
    enum listener_state listener; /* at the target, after the run */
    enum listener_state listener_before;
    struct listeners_gone gone;    /* of LISTENER_SOME_GONE */
    uint64_t risen[COUNTER_COUNT]; /* the kernel's counters, during the run */
};

/* The most that the server had at the same time; 0: it was not watched. */
uint64_t load_server_threads(const struct load_facts *facts);
uint64_t load_server_connections(const struct load_facts *facts);

struct verdict load_verdict(const struct load_facts *facts);

#endif
