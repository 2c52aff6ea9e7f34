#include "loadgen/verdict/bottleneck.h"

#include <math.h>
#include <stdio.h>

#define US_PER_S 1e6
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

enum bottleneck bottleneck_find(const struct cpu_use *use)
{
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

static const char *name_of(enum bottleneck bottleneck)
{
    switch (bottleneck) {
    case BOTTLENECK_CLIENT:
        return "client";
    case BOTTLENECK_SERVER:
        return "server";
    case BOTTLENECK_MACHINE:
        return "machine";
    case BOTTLENECK_NONE:
    case BOTTLENECK_UNKNOWN:
        break;
    }
    return NULL;
}

static double runnable_mean(const struct cpu_use *use)
{
    return use->looks > 0 ? (double)use->runnable_sum / (double)use->looks : 0;
}

static void describe(const struct cpu_use *use, enum bottleneck bottleneck, char *text, size_t size)
{
    if (bottleneck == BOTTLENECK_UNKNOWN) {
        snprintf(text, size, "the run was too short to tell, the kernel counts in steps of 10 ms");
        return;
    }
    const uint64_t busy = busy_percent(use);
    if (bottleneck == BOTTLENECK_NONE) {
        snprintf(text, size, "the %u cores were busy for %u %% of the run: they did not bound its pace",
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
             runnable_mean(use));
}

static double rounded(double value, double decimals)
{
    return round(value * decimals) / decimals;
}

static bool add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) != NULL;
}

static bool add_busy(cJSON *object, const struct cpu_use *use, enum bottleneck bottleneck)
{
    if (bottleneck == BOTTLENECK_UNKNOWN) {
        return cJSON_AddNullToObject(object, "busy") != NULL;
    }
    return add_number(object, "busy", rounded((double)use->busy_us / (double)(use->busy_us + use->idle_us), 1000));
}

static bool add_runnable(cJSON *object, const struct cpu_use *use)
{
    cJSON *const runnable = cJSON_AddObjectToObject(object, "runnable");
    return runnable != NULL && add_number(runnable, "mean", rounded(runnable_mean(use), 10)) &&
           add_number(runnable, "max", (double)use->runnable_most);
}

cJSON *bottleneck_to_json(const struct cpu_use *use)
{
    char evidence[256];
    const enum bottleneck bottleneck = bottleneck_find(use);
    const char *const name = name_of(bottleneck);
    cJSON *const object = cJSON_CreateObject();
    describe(use, bottleneck, evidence, sizeof evidence);
    if (object != NULL && add_number(object, "client_s", rounded((double)use->client_us / US_PER_S, 1000)) &&
        add_number(object, "server_s", rounded((double)use->server_us / US_PER_S, 1000)) &&
        add_number(object, "cores", (double)use->cores) && add_busy(object, use, bottleneck) &&
        add_runnable(object, use) &&
        (name != NULL ? cJSON_AddStringToObject(object, "bottleneck", name)
                      : cJSON_AddNullToObject(object, "bottleneck")) != NULL &&
        cJSON_AddStringToObject(object, "evidence", evidence) != NULL) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}
