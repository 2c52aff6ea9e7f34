/* Loaded by LD_PRELOAD: a program believes that it may use 64 processors. */
#include <sched.h>

enum { CORES = 64 };

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    (void)pid;
    CPU_ZERO_S(size, set);
    for (size_t core = 0; core < CORES; core++) {
        CPU_SET_S(core, size, set);
    }
    return 0;
}
