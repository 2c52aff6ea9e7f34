#include "base/cores.h"

#include <sched.h>
#include <unistd.h>

uint64_t cores_usable(void)
{
    cpu_set_t set;
    /* With over 1024 processors the fixed set is too small (EINVAL). */
    const long cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (uint64_t)cores : 1;
}
