#include "loadgen/watch/foreign_processes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/usage.h"

#define HELD_MOST 16 /* two descriptors each */
#define STAT_SIZE 1024

static int open_of(pid_t pid, const char *name, int flags)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    return open(path, flags | O_CLOEXEC);
}

static void start(struct foreign_process *process, pid_t pid, bool hold)
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)pid);
    *process = (struct foreign_process){.pid = pid, .stat = -1, .descriptors = -1, .nofile = LIMIT_UNKNOWN};
    (void)source_read_rlimit("", name, "Max open files", &process->nofile);
    if (hold) {
        process->stat = open_of(pid, "stat", O_RDONLY);
        process->descriptors = open_of(pid, "fd", O_PATH | O_DIRECTORY);
    }
}

static void end(struct foreign_process *process)
{
    if (process->stat >= 0) {
        close(process->stat);
    }
    if (process->descriptors >= 0) {
        close(process->descriptors);
    }
}

static void drop(struct foreign_processes *processes, struct foreign_process *process)
{
    processes->ended += process->was_alive;
    processes->replaced += process->was_there;
    end(process);
}

static bool is_among(const pid_t *pids, size_t count, pid_t pid)
{
    size_t i = 0;
    while (i < count && pids[i] != pid) {
        i++;
    }
    return i < count;
}

static bool is_watched(const struct foreign_processes *processes, pid_t pid)
{
    size_t i = 0;
    while (i < processes->count && processes->each[i].pid != pid) {
        i++;
    }
    return i < processes->count;
}

void foreign_processes_begin(struct foreign_processes *processes)
{
    processes->ended = processes->replaced = 0;
    for (size_t i = 0; i < processes->count; i++) {
        processes->each[i].was_there = true;
    }
}

/* Who accepts may change: a child that is new may have the sockets as well. */
static void assign_parts(struct foreign_processes *processes)
{
    const struct server_processes *const found = &processes->found;
    for (size_t i = 0; i < found->count; i++) {
        for (size_t j = 0; j < processes->count; j++) {
            struct foreign_process *const process = &processes->each[j];
            if (process->pid == found->pids[i]) {
                process->accepts = found->accepts[i];
                process->is_master = found->has[i] != 0 && !found->accepts[i];
            }
        }
    }
}

void foreign_processes_open(struct foreign_processes *processes)
{
    const struct server_processes *const found = &processes->found;
    size_t kept = 0;
    for (size_t i = 0; i < processes->count; i++) {
        if (is_among(found->pids, found->count, processes->each[i].pid)) {
            processes->each[kept++] = processes->each[i];
        } else {
            drop(processes, &processes->each[i]);
        }
    }
    processes->count = kept;
    for (size_t i = 0; i < found->count && processes->count < SERVER_PROCESSES_MOST; i++) {
        if (!is_watched(processes, found->pids[i])) {
            start(&processes->each[processes->count], found->pids[i], processes->hold && processes->count < HELD_MOST);
            processes->count++;
        }
    }
    assign_parts(processes);
}

void foreign_processes_close(struct foreign_processes *processes)
{
    for (size_t i = 0; i < processes->count; i++) {
        end(&processes->each[i]);
    }
    processes->count = 0;
}

/* --- one reading --- */

/* False: it has ended. Where it cannot be read, for want of a descriptor for instance, it uses what it did. A file that
 * is held open is that of this process, whoever has its number later. */
static bool read_use(struct foreign_process *process)
{
    char text[STAT_SIZE];
    const int fd = process->stat >= 0 ? process->stat : open_of(process->pid, "stat", O_RDONLY);
    const ssize_t length = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : -1;
    const int failure = errno;
    if (fd >= 0 && fd != process->stat) {
        close(fd);
    }
    if (length < 0) {
        return failure != ENOENT && failure != ESRCH;
    }
    text[length] = '\0';
    return process_use_read(text, &process->use) && !process->use.has_ended;
}

/* The size of the directory is their number since Linux 6.2 (proc_pid_fd(5)). */
static uint64_t count_fds(const struct foreign_process *process)
{
    char name[24];
    struct stat directory;
    if (process->descriptors >= 0 && fstat(process->descriptors, &directory) == 0 && directory.st_size > 0) {
        return (uint64_t)directory.st_size;
    }
    snprintf(name, sizeof name, "%ld", (long)process->pid);
    return source_fds_of("", name);
}

static uint64_t room(const struct foreign_process *process)
{
    if (process->nofile == LIMIT_UNKNOWN || process->nofile == LIMIT_UNLIMITED || process->fds == LIMIT_UNKNOWN) {
        return UINT64_MAX;
    }
    return process->nofile > process->fds ? process->nofile - process->fds : 0;
}

/* A master may have few descriptors, and those that accept for it more. Where the kernel does not say who accepts, any
 * may. */
static void choose_measured(struct foreign_processes *processes)
{
    const struct foreign_process *tightest = NULL;
    for (size_t i = 0; i < processes->count; i++) {
        const struct foreign_process *const process = &processes->each[i];
        const bool is_closer = tightest == NULL || process->accepts > tightest->accepts ||
                               (process->accepts == tightest->accepts && room(process) <= room(tightest));
        tightest = is_closer ? process : tightest;
    }
    if (tightest != NULL) {
        processes->measured = tightest->pid;
        processes->nofile = tightest->nofile;
    }
}

void foreign_processes_read(struct foreign_processes *processes, struct foreign_totals *totals)
{
    size_t kept = 0;
    *totals = (struct foreign_totals){.fds = LIMIT_UNKNOWN, .most_fds = LIMIT_UNKNOWN};
    for (size_t i = 0; i < processes->count; i++) {
        struct foreign_process *const process = &processes->each[i];
        if (!read_use(process)) {
            drop(processes, process);
            continue;
        }
        process->was_alive = true;
        process->fds = count_fds(process);
        totals->processes++;
        totals->threads += process->use.threads;
        totals->stopped += process->use.is_stopped;
        totals->rss_bytes += process->use.rss_bytes;
        totals->cpu_us += process->use.cpu_us;
        if (process->fds != LIMIT_UNKNOWN) {
            totals->fds = process->fds + (totals->fds == LIMIT_UNKNOWN ? 0 : totals->fds);
        }
        processes->each[kept++] = *process;
    }
    processes->count = kept;
    if (processes->measured == 0) {
        choose_measured(processes);
    }
    for (size_t i = 0; i < processes->count; i++) {
        const struct foreign_process *const process = &processes->each[i];
        if (!process->is_master && process->nofile == processes->nofile) {
            totals->most_fds = usage_more(totals->most_fds, process->fds);
        }
    }
    processes->was_full |= totals->most_fds != LIMIT_UNKNOWN && totals->most_fds >= processes->nofile;
}
