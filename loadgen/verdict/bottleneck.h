/* Whether the processors limited the pace of a run, and whose work kept them busy: then the figures are not the
 * server's but those of the processors. Pure: what was measured comes in. */
#ifndef KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H
#define KONEKSI_LOADGEN_VERDICT_BOTTLENECK_H

#include <stddef.h>
#include <stdint.h>

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
    uint64_t periods;   /* of a CPU quota, in which the control group wanted to run; 0: no quota */
    uint64_t throttled; /* of these, in which the quota was used up */
};

enum bottleneck {
    BOTTLENECK_NONE,    /* processors were free */
    BOTTLENECK_CLIENT,  /* all were busy, mostly with the load generator */
    BOTTLENECK_SERVER,  /* mostly with the TIME server */
    BOTTLENECK_MACHINE, /* with both, or with something else */
    BOTTLENECK_QUOTA,   /* the control group had used up its share of them in half of all periods or more */
    BOTTLENECK_UNKNOWN, /* the run was too short for the kernel's clock of 10 ms */
};
enum bottleneck bottleneck_find(const struct cpu_use *use);

const char *bottleneck_name(enum bottleneck bottleneck); /* "client", "server", "machine", "cpu.max"; NULL for others */

/* Tasks that ran or waited for a core, on average. */
double bottleneck_runnable_mean(const struct cpu_use *use);

/* Writes a sentence without its full stop. */
void bottleneck_describe(const struct cpu_use *use, char *text, size_t size);

#endif
