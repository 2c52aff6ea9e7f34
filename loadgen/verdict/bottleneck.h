/* What limited the pace of a run without refusing anything: the processors, and whose work kept them busy, or a control
 * group that held up its processes. Then the figures are not the server's but those of the processors or the group.
 * Pure: what was measured comes in. */
#ifndef KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H
#define KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/limits/counters.h"
#include "loadgen/verdict/fact.h"

struct cpu_use {
    uint64_t duration_us;
    uint64_t cores;        /* that the panel may use */
    uint64_t client_us;    /* CPU time of the load generator with all its client processes */
    uint64_t server_us;    /* of the panel's process, in which the TIME server is; 0 for another server */
    uint64_t busy_us;      /* of these cores together, whoever used them */
    uint64_t idle_us;      /* the same, unused; both 0: not known */
    uint64_t looks;        /* how often the run queue was looked at */
    uint64_t runnable_sum; /* tasks running or waiting for a core, of all looks */
    uint64_t runnable_most;
    bool apart; /* the server is not the panel's: it has control groups of its own */
    uint64_t risen[LIMIT_SIDE_COUNT][COUNTER_COUNT]; /* the counters of each side's groups; the server's: if apart */
};

enum bottleneck {
    BOTTLENECK_NONE,    /* processors were free */
    BOTTLENECK_CLIENT,  /* all were busy, mostly with the load generator */
    BOTTLENECK_SERVER,  /* mostly with the TIME server */
    BOTTLENECK_MACHINE, /* with both, or with something else */
    BOTTLENECK_QUOTA,   /* a control group had used up its share of them in half of all periods or more */
    BOTTLENECK_HIGH,    /* all that could run in a group over memory.high waited for memory, half of the time or more */
    BOTTLENECK_UNKNOWN, /* the run was too short for the kernel's clock of 10 ms */
};
/* Whether a control group, by its counters, had used up its share in half of all periods or more. */
bool bottleneck_is_throttled(const uint64_t risen[COUNTER_COUNT]);

enum bottleneck bottleneck_find(const struct cpu_use *use);

/* "client", "server", "machine", "cpu.max", "memory.high"; NULL for others */
const char *bottleneck_name(enum bottleneck bottleneck);

/* Whose processes were busy or held up: FACT_SIDE_CLIENT, _SERVER, _BOTH; _NONE where nothing limited the pace. */
enum fact_side bottleneck_side(const struct cpu_use *use);

/* Tasks that ran or waited for a core, on average. */
double bottleneck_runnable_mean(const struct cpu_use *use);

/* Writes a sentence without its full stop. */
void bottleneck_describe(const struct cpu_use *use, char *text, size_t size);

#endif
