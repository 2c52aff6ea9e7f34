#include "loadgen/limits/tasks.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/numbered.h"
#include "base/table.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

/* Task numbers below this are given out only once after the start (kernel/pid.c). */
#define RESERVED_PIDS 300

uint64_t tasks_count(const char *root)
{
    char line[128];
    uint64_t tasks = LIMIT_UNKNOWN;
    const char *const slash = source_read_line(root, "/proc/loadavg", line, sizeof line) ? strchr(line, '/') : NULL;
    return slash != NULL && source_parse_uint(slash + 1, &tasks) ? tasks : LIMIT_UNKNOWN;
}

#define ANY_USER UINT64_MAX

/* Threads of the processes of `uid`. */
static uint64_t count_threads(const char *root, uint64_t uid, size_t most)
{
    static const char *const names[] = {"Uid", "Threads"};
    DIR *const directory = source_open_directory(root, "/proc");
    if (directory == NULL) {
        return LIMIT_UNKNOWN;
    }
    uint64_t tasks = 0;
    size_t processes = 0;
    const char *name = NULL;
    while (processes <= most && (name = numbered_next(directory)) != NULL) {
        char path[64];
        uint64_t values[COUNT_OF(names)];
        processes++;
        snprintf(path, sizeof path, "/proc/%.20s/status", name);
        /* A process that ended meanwhile has no such file and counts for nothing. */
        if (source_read_several(root, path, names, values, COUNT_OF(values)) && (uid == ANY_USER || values[0] == uid)) {
            tasks += values[1];
        }
    }
    closedir(directory);
    return processes <= most ? tasks : LIMIT_UNKNOWN;
}

uint64_t tasks_of_user(const char *root, uint64_t uid, size_t most)
{
    return uid == LIMIT_UNKNOWN ? LIMIT_UNKNOWN : count_threads(root, uid, most);
}

/* PROC_PID_INIT_INO (include/linux/proc_ns.h) */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

/* Since Linux 6.14 each namespace of task numbers has a pid_max of its own. */
bool tasks_have_own_numbers(const char *root)
{
    char path[SOURCE_PATH_SIZE];
    char link[64] = "";
    snprintf(path, sizeof path, "%s/proc/self/ns/pid", root);
    return readlink(path, link, sizeof link - 1) > 0 && strcmp(link, FIRST_PID_NAMESPACE) != 0 &&
           source_kernel_is_since(root, 6, 14);
}

/* A thread's number has a directory, too, though it is not listed. */
uint64_t tasks_low_numbers(const char *root)
{
    uint64_t count = 0;
    for (unsigned number = 1; number < RESERVED_PIDS; number++) {
        char path[SOURCE_PATH_SIZE];
        snprintf(path, sizeof path, "%s/proc/%u", root, number);
        count += access(path, F_OK) == 0;
    }
    return count;
}

uint64_t tasks_numbers_of(uint64_t tasks, uint64_t low, uint64_t numbers)
{
    const uint64_t used = RESERVED_PIDS + (tasks > low ? tasks - low : 0);
    return used < numbers ? used : numbers;
}

uint64_t tasks_numbers(const char *root, uint64_t low, uint64_t numbers, size_t most)
{
    const uint64_t tasks = tasks_have_own_numbers(root) ? count_threads(root, ANY_USER, most) : tasks_count(root);
    return tasks == LIMIT_UNKNOWN ? LIMIT_UNKNOWN : tasks_numbers_of(tasks, low, numbers);
}
