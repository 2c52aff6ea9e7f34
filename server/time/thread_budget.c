#include "server/time/thread_budget.h"

#include <stdbool.h>
#include <sys/resource.h>

#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

uint64_t thread_budget_in(uint64_t bound, uint64_t taken, uint64_t each)
{
    return bound > taken ? (bound - taken) / each : 0;
}

static uint64_t by_resource(__rlimit_resource_t resource, const char *used, uint64_t reserved, uint64_t each)
{
    struct rlimit limit;
    uint64_t kib = 0;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return THREAD_BUDGET_NONE;
    }
    (void)source_read_named("", "/proc/self/status", used, &kib); /* else 0 */
    return thread_budget_in(limit.rlim_cur, kib * 1024 + reserved, each);
}

uint64_t thread_budget_addresses(uint64_t reserved, uint64_t each)
{
    return by_resource(RLIMIT_AS, "VmSize", reserved, each);
}

uint64_t thread_budget_data(uint64_t reserved, uint64_t each)
{
    return by_resource(RLIMIT_DATA, "VmData", reserved, each);
}

uint64_t thread_budget_maps(uint64_t reserved, uint64_t each)
{
    uint64_t bound = 0;
    if (!source_read_uint("", "/proc/sys/vm/max_map_count", &bound) || bound == LIMIT_UNLIMITED) {
        return THREAD_BUDGET_NONE;
    }
    const uint64_t maps = source_count_lines("", "/proc/self/maps");
    return thread_budget_in(bound, (maps == LIMIT_UNKNOWN ? 0 : maps) + reserved, each);
}
