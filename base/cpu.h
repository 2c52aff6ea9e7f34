/* The processors: how many there are, and the CPU time of this process at a price that does not grow with its threads.
 *
 * getrusage(RUSAGE_SELF), times() and CLOCK_PROCESS_CPUTIME_ID add up all living threads at each call
 * (kernel/sched/cputime.c, thread_group_cputime): measured on kernel 6.18, 1 us with one thread, 13 to 25 us with 1,000
 * and 0.5 to 0.9 ms of CPU (1 to 3 ms of time) with 10,000; 100 calls a second would take more than 5 % of a core.
 * While a timer runs on that clock the kernel keeps the sum itself (kernel/time/posix-cpu-timers.c, timers_active):
 * then a call takes 0.4 us however many threads there are. A timer without a signal (SIGEV_NONE) does not count. */
#ifndef KONEKSI_BASE_CPU_H
#define KONEKSI_BASE_CPU_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CORES_MOST 8192 /* the most that a kernel is built for (NR_CPUS) */

struct cpu_clock {
    timer_t timer;
    bool armed; /* else each look costs what it costs */
};

/* Once, before there are many threads. A process forked later has the price of its own threads. */
void cpu_clock_open(struct cpu_clock *clock);
void cpu_clock_close(struct cpu_clock *clock);

/* CPU time used by all threads of this process since it began, ended ones included, in microseconds. Any thread. */
uint64_t cpu_clock_us(void);

/* Of the calling thread, in nanoseconds. */
uint64_t cpu_clock_thread_ns(void);

/* Of the children that were waited for, and of theirs, in microseconds. */
uint64_t cpu_clock_children_us(void);

/* Processors that the calling thread may use: those of its affinity mask that its cpuset, and each one above it, allows
 * (sched_getaffinity(2) gives what is left after all of them, in control groups of both versions). Threads and
 * processes that it creates may use the same. */
struct core_set {
    cpu_set_t words[CORES_MOST / CPU_SETSIZE];
};
/* False, and no core in the set, when the kernel does not say. */
bool core_set_usable(struct core_set *set);
bool core_set_has(const struct core_set *set, uint64_t core);

/* How many that are, at least 1; those that are online when the kernel does not say. */
uint64_t cores_usable(void);

#endif
