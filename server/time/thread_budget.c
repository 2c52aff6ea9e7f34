#include "time/thread_budget.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* The first number of the line, in pages (proc(5)); 0 when it cannot be read. */
static uint64_t address_space(void)
{
    unsigned long pages = 0;
    FILE *const file = fopen("/proc/self/statm", "re");
    if (file == NULL || fscanf(file, "%lu", &pages) != 1) {
        pages = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t thread_budget_find(uint64_t reserved, uint64_t each)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return THREAD_BUDGET_NONE;
    }
    const uint64_t taken = address_space() + reserved;
    return limit.rlim_cur > taken ? (limit.rlim_cur - taken) / each : 0;
}
