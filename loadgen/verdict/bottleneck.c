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

#define TIMES_LEAST 2 /* periods, or times over memory.high: one alone may be an accident */

typedef bool holds_up(const struct cpu_use *use, const uint64_t risen[COUNTER_COUNT]);

bool bottleneck_is_throttled(const uint64_t risen[COUNTER_COUNT])
{
    return risen[COUNTER_CPU_THROTTLED] >= TIMES_LEAST &&
           risen[COUNTER_CPU_THROTTLED] * 2 >= risen[COUNTER_CPU_PERIODS];
}

static bool is_throttled(const struct cpu_use *use, const uint64_t risen[COUNTER_COUNT])
{
    (void)use;
    return bottleneck_is_throttled(risen);
}

static bool is_stalled(const struct cpu_use *use, const uint64_t risen[COUNTER_COUNT])
{
    return risen[COUNTER_MEMORY_AT_HIGH] >= TIMES_LEAST && risen[COUNTER_MEMORY_STALL_US] * 2 >= use->duration_us;
}

/* The first side whose groups held it up so; LIMIT_SIDE_COUNT. */
static enum limit_side held_up(const struct cpu_use *use, holds_up *holds)
{
    enum limit_side side = LIMIT_SIDE_CLIENT;
    while (side < LIMIT_SIDE_COUNT && !holds(use, use->risen[side])) {
        side++;
    }
    return side;
}

enum bottleneck bottleneck_find(const struct cpu_use *use)
{
    if (held_up(use, is_throttled) != LIMIT_SIDE_COUNT) {
        return BOTTLENECK_QUOTA;
    }
    if (held_up(use, is_stalled) != LIMIT_SIDE_COUNT) {
        return BOTTLENECK_HIGH;
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
    case BOTTLENECK_HIGH:
        return "memory.high";
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

/* The TIME server is in the panel's groups, as is the load generator. */
static enum fact_side side_of_groups(const struct cpu_use *use, holds_up *holds)
{
    const enum limit_side side = held_up(use, holds);
    return side == LIMIT_SIDE_SERVER ? FACT_SIDE_SERVER : use->apart ? FACT_SIDE_CLIENT : FACT_SIDE_BOTH;
}

enum fact_side bottleneck_side(const struct cpu_use *use)
{
    switch (bottleneck_find(use)) {
    case BOTTLENECK_CLIENT:
        return FACT_SIDE_CLIENT;
    case BOTTLENECK_SERVER:
        return FACT_SIDE_SERVER;
    case BOTTLENECK_MACHINE:
        return FACT_SIDE_BOTH;
    case BOTTLENECK_QUOTA:
        return side_of_groups(use, is_throttled);
    case BOTTLENECK_HIGH:
        return side_of_groups(use, is_stalled);
    case BOTTLENECK_NONE:
    case BOTTLENECK_UNKNOWN:
        break;
    }
    return FACT_SIDE_NONE;
}

static void describe_quota(const struct cpu_use *use, char *text, size_t size)
{
    const enum limit_side side = held_up(use, is_throttled);
    snprintf(text, size, "%s control group had used up its CPU quota (cpu.max) in %llu of %llu periods",
             side == LIMIT_SIDE_SERVER ? "the server's" : "the",
             (unsigned long long)use->risen[side][COUNTER_CPU_THROTTLED],
             (unsigned long long)use->risen[side][COUNTER_CPU_PERIODS]);
}

static void describe_stall(const struct cpu_use *use, char *text, size_t size)
{
    const enum limit_side side = held_up(use, is_stalled);
    const uint64_t *const risen = use->risen[side];
    const uint64_t part = percent(risen[COUNTER_MEMORY_STALL_US], use->duration_us);
    snprintf(text, size,
             "for %u %% of the run, all tasks of %s control group that could run waited for memory: the group was over "
             "memory.high, and the kernel held them up %llu times",
             (unsigned)(part < 100 ? part : 100), side == LIMIT_SIDE_SERVER ? "the server's" : "the",
             (unsigned long long)risen[COUNTER_MEMORY_AT_HIGH]);
}

/* It was over memory.high, and this kernel does not count for how long its tasks waited. */
static bool may_be_stalled(const struct cpu_use *use, const uint64_t risen[COUNTER_COUNT])
{
    (void)use;
    return risen[COUNTER_MEMORY_AT_HIGH] > 0 && risen[COUNTER_MEMORY_WAIT_US] == 0;
}

static void describe_free(const struct cpu_use *use, char *text, size_t size)
{
    const enum limit_side side = held_up(use, may_be_stalled);
    const int used = snprintf(text, size, "the %u cores were busy for %u %% of the run: they did not limit its pace",
                              (unsigned)use->cores, (unsigned)busy_percent(use));
    if (side != LIMIT_SIDE_COUNT && (size_t)used < size) {
        snprintf(text + used, size - (size_t)used,
                 "; %s control group was over memory.high %llu times, and this kernel does not count for how long its "
                 "tasks then waited",
                 side == LIMIT_SIDE_SERVER ? "the server's" : "the",
                 (unsigned long long)use->risen[side][COUNTER_MEMORY_AT_HIGH]);
    }
}

static void describe_busy(const struct cpu_use *use, char *text, size_t size)
{
    const uint64_t client = percent(use->client_us, use->busy_us);
    const uint64_t server = percent(use->server_us, use->busy_us);
    const uint64_t both = client + server < 100 ? client + server : 100;
    snprintf(text, size,
             "the %u cores were busy for %u %% of the run: the client side used %u %% of that, the server side %u %%, "
             "others %u %%; %.1f tasks ran or waited for a core",
             (unsigned)use->cores, (unsigned)busy_percent(use), (unsigned)client, (unsigned)server,
             (unsigned)(100 - both), bottleneck_runnable_mean(use));
}

void bottleneck_describe(const struct cpu_use *use, char *text, size_t size)
{
    switch (bottleneck_find(use)) {
    case BOTTLENECK_QUOTA:
        describe_quota(use, text, size);
        break;
    case BOTTLENECK_HIGH:
        describe_stall(use, text, size);
        break;
    case BOTTLENECK_UNKNOWN:
        snprintf(text, size, "the run was too short to tell: the kernel counts CPU time in steps of 10 ms");
        break;
    case BOTTLENECK_NONE:
        describe_free(use, text, size);
        break;
    case BOTTLENECK_CLIENT:
    case BOTTLENECK_SERVER:
    case BOTTLENECK_MACHINE:
        describe_busy(use, text, size);
        break;
    }
}
