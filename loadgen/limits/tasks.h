/* Tasks of the machine, and the numbers that they take. `root`: see sources.h. Opens and closes files: not for a
 * client's path. */
#ifndef KONEKSI_LOADGEN_LIMITS_TASKS_H
#define KONEKSI_LOADGEN_LIMITS_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tasks of the machine: the number behind the '/' in /proc/loadavg; LIMIT_UNKNOWN. */
uint64_t tasks_count(const char *root);

/* Threads of every process whose real user is `uid`; LIMIT_UNKNOWN when that is LIMIT_UNKNOWN, as source_user_of says
 * of a process that has ended, and when there are more than `most` processes to look at, because each costs an open
 * file. */
uint64_t tasks_of_user(const char *root, uint64_t uid, size_t most);

/* Whether this process is in a namespace of task numbers that has a pid_max of its own beside those around it. */
bool tasks_have_own_numbers(const char *root);

/* How many tasks have one of the numbers that are given out only once after the start (RESERVED_PIDS, kernel/pid.c). */
uint64_t tasks_low_numbers(const char *root);

/* The task numbers that are not free where there are so many tasks, `low` of them with one of the first numbers. At
 * most `numbers` (kernel.pid_max): soon after the start of the machine the first ones are still given out, and `low`
 * grows. */
uint64_t tasks_numbers_of(uint64_t tasks, uint64_t low, uint64_t numbers);

/* Task numbers that are in use or are not given out again, in this process's own namespace of them where that has a
 * pid_max of its own (there LIMIT_UNKNOWN for more than `most` processes), else on the machine. `low`:
 * tasks_low_numbers; `numbers`: as above. */
uint64_t tasks_numbers(const char *root, uint64_t low, uint64_t numbers, size_t most);

#endif
