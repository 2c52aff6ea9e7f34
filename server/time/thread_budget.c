#include "server/time/thread_budget.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

/* The first number of the line, in pages (proc(5)); 0 when it cannot be read. */
static uint64_t address_space(void)
{
    char text[64] = "";
    FILE *const file = bounded_file_open("/proc/self/statm");
    const bool read = file != NULL && fgets(text, sizeof text, file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return read ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

uint64_t thread_budget_in(uint64_t bound, uint64_t taken, uint64_t each)
{
    return bound > taken ? (bound - taken) / each : 0;
}

uint64_t thread_budget_addresses(uint64_t reserved, uint64_t each)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return THREAD_BUDGET_NONE;
    }
    return thread_budget_in(limit.rlim_cur, address_space() + reserved, each);
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
