#include "server/time/thread_budget.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bounded_file.h"

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

uint64_t thread_budget_find(uint64_t reserved, uint64_t each)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return THREAD_BUDGET_NONE;
    }
    const uint64_t taken = address_space() + reserved;
    return limit.rlim_cur > taken ? (limit.rlim_cur - taken) / each : 0;
}
