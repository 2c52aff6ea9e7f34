#include "base/cpu.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* 31 years of one core: it never expires; and the signal, were it ever sent, is one that is ignored. */
#define NEVER_S 1000000000

void cpu_clock_open(struct cpu_clock *clock)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGURG};
    const struct itimerspec never = {.it_value.tv_sec = NEVER_S};
    clock->armed = timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &clock->timer) == 0;
    if (clock->armed && timer_settime(clock->timer, 0, &never, NULL) != 0) {
        cpu_clock_close(clock);
    }
}

void cpu_clock_close(struct cpu_clock *clock)
{
    if (clock->armed) {
        (void)timer_delete(clock->timer);
        clock->armed = false;
    }
}

uint64_t cpu_clock_us(void)
{
    struct timespec used = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000U + (uint64_t)used.tv_nsec / 1000U;
}

uint64_t cpu_clock_thread_ns(void)
{
    struct timespec used;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0
               ? (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec
               : 0;
}

uint64_t cpu_clock_children_us(void)
{
    struct rusage used = {0};
    (void)getrusage(RUSAGE_CHILDREN, &used);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000U +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

bool core_set_usable(struct core_set *set)
{
    CPU_ZERO_S(sizeof set->words, set->words);
    return sched_getaffinity(0, sizeof set->words, set->words) == 0;
}

bool core_set_has(const struct core_set *set, uint64_t core)
{
    return CPU_ISSET_S(core, sizeof set->words, set->words);
}

uint64_t cores_usable(void)
{
    struct core_set set;
    const long cores = core_set_usable(&set) ? CPU_COUNT_S(sizeof set.words, set.words) : sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (uint64_t)cores : 1;
}
