/* Whether the processors bounded the pace of a run, and whose work it was: else the figures are not the server's but
 * those of whatever ran out first. Pure: what was measured comes in. */
#ifndef KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H
#define KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct cpu_use {
    uint64_t duration_us;
    uint64_t cores;
    uint64_t client_us;    /* CPU time of the load generator with all its client processes */
    uint64_t server_us;    /* of the panel's process, in which the TIME server is; 0 for another server */
    uint64_t busy_us;      /* of all cores together, whoever used them */
    uint64_t idle_us;      /* the same, unused; both 0: not known */
    uint64_t looks;        /* how often the run queue was looked at */
    uint64_t runnable_sum; /* tasks running or waiting for a core, of all looks */
    uint64_t runnable_most;
};

enum bottleneck {
    BOTTLENECK_NONE,    /* processors were free */
    BOTTLENECK_CLIENT,  /* all were busy, mostly with the load generator */
    BOTTLENECK_SERVER,  /* mostly with the TIME server */
    BOTTLENECK_MACHINE, /* with both, or with something else */
    BOTTLENECK_UNKNOWN, /* the run was too short for the kernel's clock of 10 ms */
};
enum bottleneck bottleneck_find(const struct cpu_use *use);

/* {"client_s","server_s","cores","busy","runnable":{"mean","max"},"bottleneck","evidence"}: busy is the share of all
 * cores, 0..1, null when it is not known; bottleneck null when there is none or it is not known. NULL when memory ran
 * out. */
cJSON *bottleneck_to_json(const struct cpu_use *use) MUST_CHECK;

#endif
