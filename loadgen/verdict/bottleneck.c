#include "loadgen/verdict/bottleneck.h"

#include <stdio.h>

#define SHORT_US 200000 /* twenty ticks of the kernel's clock */
#define BUSY_PERCENT 90
#define MOSTLY_PERCENT 60 /* of what was used */

/* 0..100; `whole` is not 0. */
static uint64_t percent(uint64_t part, uint64_t whole)
{
    return (uint64_t)((double)part * 100 / (double)whole + 0.5);
}

static uint64_t busy_percent(const struct cpu_use *use)
{
    const uint64_t all = use->busy_us + use->idle_us;
    return all > 0 ? percent(use->busy_us, all) : 0;
}

#define THROTTLED_LEAST 2 /* periods: one alone may be an accident */

enum bottleneck bottleneck_find(const struct cpu_use *use)
{
    if (use->throttled >= THROTTLED_LEAST && use->throttled * 2 >= use->periods) {
        return BOTTLENECK_QUOTA;
    }
    if (use->duration_us < SHORT_US || use->busy_us + use->idle_us == 0) {
        return BOTTLENECK_UNKNOWN;
    }
    if (busy_percent(use) < BUSY_PERCENT) {
        return BOTTLENECK_NONE;
    }
    if (percent(use->client_us, use->busy_us) >= MOSTLY_PERCENT) {
        return BOTTLENECK_CLIENT;
    }
    return percent(use->server_us, use->busy_us) >= MOSTLY_PERCENT ? BOTTLENECK_SERVER : BOTTLENECK_MACHINE;
}

const char *bottleneck_name(enum bottleneck bottleneck)
{
    switch (bottleneck) {
    case BOTTLENECK_CLIENT:
        return "client";
    case BOTTLENECK_SERVER:
        return "server";
    case BOTTLENECK_MACHINE:
        return "machine";
    case BOTTLENECK_QUOTA:
        return "cpu.max";
    case BOTTLENECK_NONE:
    case BOTTLENECK_UNKNOWN:
        break;
    }
    return NULL;
}

double bottleneck_runnable_mean(const struct cpu_use *use)
{
    return use->looks > 0 ? (double)use->runnable_sum / (double)use->looks : 0;
}

void bottleneck_describe(const struct cpu_use *use, char *text, size_t size)
{
    const enum bottleneck bottleneck = bottleneck_find(use);
    if (bottleneck == BOTTLENECK_QUOTA) {
        snprintf(text, size, "the control group had used up its CPU quota (cpu.max) in %llu of %llu periods",
                 (unsigned long long)use->throttled, (unsigned long long)use->periods);
        return;
    }
    if (bottleneck == BOTTLENECK_UNKNOWN) {
        snprintf(text, size, "the run was too short to tell: the kernel counts CPU time in steps of 10 ms");
        return;
    }
    const uint64_t busy = busy_percent(use);
    if (bottleneck == BOTTLENECK_NONE) {
        snprintf(text, size, "the %u cores were busy for %u %% of the run: they did not limit its pace",
                 (unsigned)use->cores, (unsigned)busy);
        return;
    }
    const uint64_t client = percent(use->client_us, use->busy_us);
    const uint64_t server = percent(use->server_us, use->busy_us);
    const uint64_t both = client + server < 100 ? client + server : 100;
    snprintf(text, size,
             "the %u cores were busy for %u %% of the run: the client side used %u %% of that, the server side %u %%, "
             "others %u %%; %.1f tasks ran or waited for a core",
             (unsigned)use->cores, (unsigned)busy, (unsigned)client, (unsigned)server, (unsigned)(100 - both),
             bottleneck_runnable_mean(use));
}
