#include "loadgen/limits/usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cpu.h"
#include "loadgen/limits/cgroup.h"
#include "loadgen/limits/limit_readers.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/tasks.h"

#define TEXT_SIZE 8192      /* memory.stat has 2 KiB, /proc/meminfo 1.5 */
#define PROCESSES_MOST 4096 /* they take 100 ms, see limits_system.c */

enum file {
    FILE_TASKS,
    FILE_GROUP_TASKS,
    FILE_GROUP_MEMORY,
    FILE_GROUP_STAT,
    FILE_HIGH_MEMORY,
    FILE_HIGH_STAT,
    FILE_OPEN_FILES,
    FILE_SOCKETS,
    FILE_TRACKED,
    FILE_MEMORY,
    FILE_STATUS,
    FILE_COUNT,
};

struct usage_reader {
    char root[SOURCE_PATH_SIZE];
    char process[24];        /* its name in /proc */
    char *paths[FILE_COUNT]; /* NULL: there is no such file */
    int fds[FILE_COUNT];     /* -1: not held open */
    bool memory_is_unified, high_is_unified;
    bool has_own_task_numbers;
    uint64_t low_numbers; /* tasks that have one of the first task numbers, when it was opened */
    uint64_t numbers;     /* kernel.pid_max then */
};

void usage_init(struct usage *usage)
{
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        usage->used[id] = usage->bounds[id] = LIMIT_UNKNOWN;
    }
}

uint64_t usage_more(uint64_t a, uint64_t b)
{
    return a == LIMIT_UNKNOWN || (b != LIMIT_UNKNOWN && b > a) ? b : a;
}

uint64_t usage_or_0(uint64_t used)
{
    return used != LIMIT_UNKNOWN ? used : 0;
}

void usage_raise(struct usage *peak, const struct usage *now)
{
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        peak->used[id] = usage_more(peak->used[id], now->used[id]);
    }
}

/* --- which files --- */

/* False: out of memory. */
static bool set_path(struct usage_reader *reader, enum file file, const char *path)
{
    const size_t size = strlen(reader->root) + strlen(path) + 1;
    reader->paths[file] = malloc(size);
    if (reader->paths[file] == NULL) {
        return false;
    }
    snprintf(reader->paths[file], size, "%s%s", reader->root, path);
    return true;
}

static bool set_group_path(struct usage_reader *reader, enum file file, const struct cgroup_path *group,
                           const char *name)
{
    char path[CGROUP_FILE_SIZE];
    cgroup_path_file(group, name, path);
    return set_path(reader, file, path);
}

static bool find_groups(struct usage_reader *reader)
{
    struct cgroup_path group;
    bool found = true;
    if (cgroup_tightest_path(reader->root, reader->process, &cgroup_pids_max, &group)) {
        found = set_group_path(reader, FILE_GROUP_TASKS, &group, "pids.current");
    }
    if (found && cgroup_tightest_path(reader->root, reader->process, &cgroup_memory_max, &group)) {
        const char *const name = group.unified ? cgroup_memory_max.used_v2 : cgroup_memory_max.used_v1;
        reader->memory_is_unified = group.unified;
        found = set_group_path(reader, FILE_GROUP_MEMORY, &group, name) &&
                set_group_path(reader, FILE_GROUP_STAT, &group, "memory.stat");
    }
    if (found && cgroup_tightest_path(reader->root, reader->process, &cgroup_memory_high, &group)) {
        reader->high_is_unified = group.unified;
        found = set_group_path(reader, FILE_HIGH_MEMORY, &group, cgroup_memory_high.used_v2) &&
                set_group_path(reader, FILE_HIGH_STAT, &group, "memory.stat");
    }
    return found;
}

static bool find_files(struct usage_reader *reader)
{
    char status[64];
    snprintf(status, sizeof status, "/proc/%s/status", reader->process);
    return set_path(reader, FILE_TASKS, "/proc/loadavg") && set_path(reader, FILE_OPEN_FILES, "/proc/sys/fs/file-nr") &&
           set_path(reader, FILE_SOCKETS, "/proc/self/net/sockstat") &&
           set_path(reader, FILE_TRACKED, "/proc/sys/net/netfilter/nf_conntrack_count") &&
           set_path(reader, FILE_MEMORY, "/proc/meminfo") && set_path(reader, FILE_STATUS, status) &&
           find_groups(reader);
}

static enum result open_reader(const char *root, const char *process, struct usage_reader **reader, struct err *err)
{
    struct usage_reader *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory to read what is in use");
    }
    snprintf(created->root, sizeof created->root, "%s", root);
    snprintf(created->process, sizeof created->process, "%s", process);
    for (enum file file = 0; file < FILE_COUNT; file++) {
        created->fds[file] = -1;
    }
    if (!find_files(created)) {
        usage_close(created);
        return err_set(err, RESULT_NO_MEMORY, "no memory to read what is in use");
    }
    created->has_own_task_numbers = tasks_have_own_numbers(root);
    created->low_numbers = tasks_low_numbers(root);
    created->numbers = LIMIT_UNLIMITED;
    (void)source_read_uint(root, "/proc/sys/kernel/pid_max", &created->numbers);
    *reader = created;
    return RESULT_OK;
}

enum result usage_open(const char *root, struct usage_reader **reader, struct err *err)
{
    return open_reader(root, "self", reader, err);
}

enum result usage_open_process(const char *root, pid_t process, struct usage_reader **reader, struct err *err)
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)process);
    return open_reader(root, name, reader, err);
}

void usage_close(struct usage_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    for (enum file file = 0; file < FILE_COUNT; file++) {
        free(reader->paths[file]);
    }
    free(reader);
}

static bool is_self(const struct usage_reader *reader)
{
    return strcmp(reader->process, "self") == 0;
}

static int open_file(const struct usage_reader *reader, enum file file)
{
    return reader->paths[file] != NULL ? open(reader->paths[file], O_RDONLY | O_CLOEXEC) : -1;
}

void usage_hold(struct usage_reader *reader)
{
    for (enum file file = 0; file < FILE_COUNT; file++) {
        reader->fds[file] = open_file(reader, file);
    }
}

void usage_release(struct usage_reader *reader)
{
    for (enum file file = 0; file < FILE_COUNT; file++) {
        if (reader->fds[file] >= 0) {
            close(reader->fds[file]);
            reader->fds[file] = -1;
        }
    }
}

/* --- what they say --- */

/* Empty when it cannot be read. */
static const char *read_text(const struct usage_reader *reader, enum file file, char text[TEXT_SIZE])
{
    const int fd = reader->fds[file] >= 0 ? reader->fds[file] : open_file(reader, file);
    const ssize_t length = fd >= 0 ? pread(fd, text, TEXT_SIZE - 1, 0) : 0;
    if (fd >= 0 && fd != reader->fds[file]) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void take(const char *text, const char *before, uint64_t unit, uint64_t *value)
{
    const char *const place = strstr(text, before);
    const char *const number = place != NULL ? place + strlen(before) : "";
    const char *const digits = number + strspn(number, " \t");
    if (*digits >= '0' && *digits <= '9') {
        *value = strtoull(digits, NULL, 10) * unit;
    }
}

static void read_group_memory(const struct usage_reader *reader, enum file memory, enum file stat, bool unified,
                              uint64_t *value)
{
    char text[TEXT_SIZE];
    take(read_text(reader, memory, text), "", 1, value);
    if (*value != LIMIT_UNKNOWN) {
        const uint64_t cache = cgroup_page_cache(read_text(reader, stat, text), unified);
        *value = *value > cache ? *value - cache : 0;
    }
}

static void read_memory(const struct usage_reader *reader, struct usage *usage)
{
    char text[TEXT_SIZE];
    uint64_t total = LIMIT_UNKNOWN;
    uint64_t available = LIMIT_UNKNOWN;
    read_text(reader, FILE_MEMORY, text);
    take(text, "MemTotal:", 1024, &total);
    take(text, "MemAvailable:", 1024, &available);
    take(text, "Committed_AS:", 1024, &usage->used[LIMIT_OVERCOMMIT]);
    if (total != LIMIT_UNKNOWN && available <= total) {
        usage->used[LIMIT_MEMORY] = total - available;
    }
    read_group_memory(reader, FILE_GROUP_MEMORY, FILE_GROUP_STAT, reader->memory_is_unified,
                      &usage->used[LIMIT_MEMORY_MAX]);
    read_group_memory(reader, FILE_HIGH_MEMORY, FILE_HIGH_STAT, reader->high_is_unified,
                      &usage->used[LIMIT_MEMORY_HIGH]);
    read_text(reader, FILE_STATUS, text);
    take(text, "VmSize:", 1024, &usage->used[LIMIT_AS]);
    take(text, "VmData:", 1024, &usage->used[LIMIT_DATA]);
}

static void read_tasks(const struct usage_reader *reader, struct usage *usage)
{
    char text[TEXT_SIZE];
    uint64_t *const tasks = &usage->used[LIMIT_THREADS_MAX];
    take(read_text(reader, FILE_TASKS, text), "/", 1, tasks);
    if (*tasks != LIMIT_UNKNOWN && !reader->has_own_task_numbers) {
        usage->used[LIMIT_PID_MAX] = tasks_numbers_of(*tasks, reader->low_numbers, reader->numbers);
    }
    take(read_text(reader, FILE_GROUP_TASKS, text), "", 1, &usage->used[LIMIT_PIDS_MAX]);
}

static void read_sockets(const struct usage_reader *reader, struct usage *usage)
{
    char text[TEXT_SIZE];
    const char *const tcp = strstr(read_text(reader, FILE_SOCKETS, text), "TCP:");
    if (tcp != NULL) {
        take(tcp, " orphan ", 1, &usage->used[LIMIT_TCP_MAX_ORPHANS]);
        take(tcp, " tw ", 1, &usage->used[LIMIT_TCP_MAX_TW_BUCKETS]);
        take(tcp, " mem ", 1, &usage->used[LIMIT_TCP_MEM]);
    }
    take(read_text(reader, FILE_TRACKED, text), "", 1, &usage->used[LIMIT_CONNTRACK]);
}

/* Since Linux 6.2 the size of the directory is the number of descriptors (proc(5)); it is 0 before. */
static void read_descriptors(const struct usage_reader *reader, struct usage *usage)
{
    char text[TEXT_SIZE];
    char path[64];
    struct stat directory;
    snprintf(path, sizeof path, "/proc/%s/fd", reader->process);
    take(read_text(reader, FILE_OPEN_FILES, text), "", 1, &usage->used[LIMIT_FILE_MAX]);
    if (reader->root[0] == '\0' && stat(path, &directory) == 0 && directory.st_size > 0) {
        usage->used[LIMIT_NOFILE] = usage->used[LIMIT_NR_OPEN] = (uint64_t)directory.st_size;
    }
}

void usage_read(const struct usage_reader *reader, struct usage *usage)
{
    usage_init(usage);
    read_tasks(reader, usage);
    read_descriptors(reader, usage);
    read_sockets(reader, usage);
    read_memory(reader, usage);
    if (is_self(reader)) {
        usage->used[LIMIT_CPU] = cpu_clock_us() / 1000000;
    }
}

void usage_count(const struct usage_reader *reader, struct usage *usage)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/maps", reader->process);
    const uint64_t user = is_self(reader) ? getuid() : source_user_of(reader->root, reader->process);
    const uint64_t tasks = tasks_of_user(reader->root, user, PROCESSES_MOST);
    const uint64_t maps = source_count_lines(reader->root, path);
    usage->used[LIMIT_NPROC] = tasks != LIMIT_UNKNOWN ? tasks : usage->used[LIMIT_NPROC];
    usage->used[LIMIT_MAX_MAP_COUNT] = maps != LIMIT_UNKNOWN ? maps : usage->used[LIMIT_MAX_MAP_COUNT];
    const uint64_t low_numbers = tasks_low_numbers(reader->root);
    if (reader->has_own_task_numbers) {
        usage->used[LIMIT_PID_MAX] = tasks_numbers(reader->root, low_numbers, reader->numbers, PROCESSES_MOST);
    } else if (usage->used[LIMIT_THREADS_MAX] != LIMIT_UNKNOWN) {
        usage->used[LIMIT_PID_MAX] = tasks_numbers_of(usage->used[LIMIT_THREADS_MAX], low_numbers, reader->numbers);
    }
}

void usage_read_bounds(const struct usage_reader *reader, struct usage *usage)
{
    struct limit_value values[LIMIT_CHANGEABLE_MOST];
    const struct limit_reading reading = {.root = reader->root, .process = reader->process};
    const size_t count = limit_read_changeable(&reading, values);
    for (size_t i = 0; i < count; i++) {
        const struct limit_value *const value = &values[i];
        usage->bounds[value->id] = value->value;
        usage->used[value->id] = value->used != LIMIT_UNKNOWN ? value->used : usage->used[value->id];
    }
}
