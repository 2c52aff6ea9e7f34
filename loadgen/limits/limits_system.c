/* How the limits of a process, of its groups and of the machine are read: see limit_readers.h. */
#include "loadgen/limits/limit_readers.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/json_text.h"
#include "base/table.h"
#include "loadgen/limits/cgroup.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/tasks.h"

#define USER_PROCESSES_MOST 4096 /* beyond this, counting a user's tasks takes over 100 ms and is left out */

static bool is_self(const struct limit_reading *reading)
{
    return strcmp(reading->process, "self") == 0;
}

static uint64_t user_of(const struct limit_reading *reading)
{
    return is_self(reading) ? getuid() : source_user_of(reading->root, reading->process);
}

/* "/proc/self/maps" */
static const char *path_of(const struct limit_reading *reading, const char *name, char path[64])
{
    snprintf(path, 64, "/proc/%.20s/%s", reading->process, name);
    return path;
}

void limit_set_source(struct limit_value *value, const char *source)
{
    snprintf(value->source, sizeof value->source, "%s", source);
}

/* --- one function a row --- */

static const struct resource {
    __rlimit_resource_t id;
    enum limit_scope scope;
    const char *name; /* in /proc/PID/limits */
} resource_nofile = {RLIMIT_NOFILE, LIMIT_SCOPE_PROCESS, "Max open files"},
  resource_nproc = {RLIMIT_NPROC, LIMIT_SCOPE_USER, "Max processes"},
  resource_as = {RLIMIT_AS, LIMIT_SCOPE_PROCESS, "Max address space"},
  resource_data = {RLIMIT_DATA, LIMIT_SCOPE_PROCESS, "Max data size"},
  resource_memlock = {RLIMIT_MEMLOCK, LIMIT_SCOPE_USER, "Max locked memory"},
  resource_stack = {RLIMIT_STACK, LIMIT_SCOPE_PROCESS, "Max stack size"},
  resource_cpu = {RLIMIT_CPU, LIMIT_SCOPE_PROCESS, "Max cpu time"},
  resource_fsize = {RLIMIT_FSIZE, LIMIT_SCOPE_PROCESS, "Max file size"};

static bool read_resource(const struct limit_reading *reading, const struct resource *resource,
                          struct limit_value *value)
{
    struct rlimit limit;
    char path[64];
    value->scope = resource->scope;
    value->used = LIMIT_UNKNOWN;
    if (!is_self(reading)) {
        limit_set_source(value, path_of(reading, "limits", path));
        return source_read_rlimit(reading->root, reading->process, resource->name, &value->value);
    }
    if (getrlimit(resource->id, &limit) != 0) {
        return false;
    }
    value->value = limit.rlim_cur > JSON_EXACT_MOST ? LIMIT_UNLIMITED : limit.rlim_cur;
    limit_set_source(value, "getrlimit");
    return true;
}

static uint64_t descriptors_of(const struct limit_reading *reading)
{
    return is_self(reading) ? source_open_fds(reading->root) : source_fds_of(reading->root, reading->process);
}

bool limit_read_machine(const char *root, const char *path, struct limit_value *value)
{
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = LIMIT_UNKNOWN;
    limit_set_source(value, path);
    return source_read_uint(root, path, &value->value);
}

bool limit_read_NOFILE(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_nofile, value);
    value->used = descriptors_of(reading);
    return found;
}

static void note_exempt(struct limit_value *value, const char *exempt)
{
    const size_t length = strlen(value->source);
    if (exempt != NULL) {
        snprintf(value->source + length, sizeof value->source - length, " (%s)", exempt);
    }
}

bool limit_read_NPROC(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_nproc, value);
    value->used = tasks_of_user(reading->root, user_of(reading), USER_PROCESSES_MOST);
    note_exempt(value, limit_terms_nproc_exempt(reading->root, reading->process));
    return found;
}

/* `name`: of what the process has of it, in /proc/PID/status. */
static bool read_size(const struct limit_reading *reading, const struct resource *resource, const char *name,
                      struct limit_value *value)
{
    uint64_t kib = 0;
    char path[64];
    const bool found = read_resource(reading, resource, value);
    if (source_read_named(reading->root, path_of(reading, "status", path), name, &kib)) {
        value->used = kib * 1024;
    }
    return found;
}

bool limit_read_AS(const struct limit_reading *reading, struct limit_value *value)
{
    return read_size(reading, &resource_as, "VmSize", value);
}

bool limit_read_DATA(const struct limit_reading *reading, struct limit_value *value)
{
    return read_size(reading, &resource_data, "VmData", value);
}

bool limit_read_MEMLOCK(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_memlock, value);
    note_exempt(value, limit_terms_memlock_exempt(reading->root, reading->process));
    return found;
}

bool limit_read_STACK(const struct limit_reading *reading, struct limit_value *value)
{
    return read_resource(reading, &resource_stack, value);
}

bool limit_read_CPU(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_cpu, value);
    value->used = is_self(reading) ? cpu_clock_us() / 1000000 : LIMIT_UNKNOWN;
    return found;
}

bool limit_read_FSIZE(const struct limit_reading *reading, struct limit_value *value)
{
    return read_resource(reading, &resource_fsize, value);
}

bool limit_read_PIDS_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_pids_max, value);
}

bool limit_read_MEMORY_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_memory_max, value);
}

bool limit_read_MEMORY_HIGH(const struct limit_reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_memory_high, value);
}

bool limit_read_CPU_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_cpu_max, value);
}

bool limit_read_THREADS_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/kernel/threads-max", value);
    value->used = tasks_count(reading->root);
    return found;
}

/* Each task takes one number, so the number of tasks is what is in use (zombies, groups and sessions may hold a few
 * more). The first ones are not given out again: none of them is left. */
bool limit_read_PID_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/kernel/pid_max", value);
    value->used = tasks_numbers(reading->root, tasks_low_numbers(reading->root), value->value, USER_PROCESSES_MOST);
    if (tasks_have_own_numbers(reading->root)) {
        limit_set_source(value,
                         "/proc/sys/kernel/pid_max (of this namespace; those around it have their own, out of sight)");
    }
    return found;
}

bool limit_read_MAX_MAP_COUNT(const struct limit_reading *reading, struct limit_value *value)
{
    char path[64];
    const bool found = limit_read_machine(reading->root, "/proc/sys/vm/max_map_count", value);
    value->scope = LIMIT_SCOPE_PROCESS;
    value->used = source_count_lines(reading->root, path_of(reading, "maps", path));
    return found;
}

static bool read_kilobytes(const char *root, const char *name, uint64_t *bytes)
{
    const bool found = source_read_named(root, "/proc/meminfo", name, bytes);
    *bytes = found && *bytes <= JSON_EXACT_MOST / 1024 ? *bytes * 1024 : *bytes;
    return found;
}

/* Only mode 2 has a bound; 0 and 1 hand out addresses without memory behind them (Documentation/mm/overcommit-
 * accounting.rst). */
bool limit_read_OVERCOMMIT(const struct limit_reading *reading, struct limit_value *value)
{
    uint64_t bound = LIMIT_UNLIMITED;
    const bool found = limit_read_machine(reading->root, "/proc/sys/vm/overcommit_memory", value) &&
                       read_kilobytes(reading->root, "CommitLimit", &bound);
    const bool bounds = found && value->value == 2;
    if (found) {
        limit_set_source(value, bounds ? "/proc/meminfo CommitLimit" : "/proc/sys/vm/overcommit_memory");
        value->value = bounds ? bound : LIMIT_UNLIMITED;
        (void)read_kilobytes(reading->root, "Committed_AS", &value->used);
    }
    return found;
}

/* What is not available is in use; caches that can be reclaimed are available. */
bool limit_read_MEMORY(const struct limit_reading *reading, struct limit_value *value)
{
    uint64_t available = 0;
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = LIMIT_UNKNOWN;
    limit_set_source(value, "/proc/meminfo MemTotal");
    if (!read_kilobytes(reading->root, "MemTotal", &value->value)) {
        return false;
    }
    if (read_kilobytes(reading->root, "MemAvailable", &available) && available <= value->value) {
        value->used = value->value - available;
    }
    return true;
}

bool limit_read_NR_OPEN(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/fs/nr_open", value);
    value->scope = LIMIT_SCOPE_PROCESS;
    value->used = descriptors_of(reading);
    return found;
}

bool limit_read_FILE_MAX(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/fs/file-max", value);
    (void)source_read_uint(reading->root, "/proc/sys/fs/file-nr", &value->used); /* else it stays unknown */
    return found;
}

/* --- those that can change --- */

size_t limit_read_changeable(const struct limit_reading *reading, struct limit_value values[LIMIT_CHANGEABLE_MOST])
{
    static const struct {
        enum limit_id id;
        const struct resource *resource; /* NULL: it is a control group's */
        const struct cgroup_bound *group;
    } all[] = {
        {LIMIT_NOFILE, &resource_nofile, NULL},   {LIMIT_NPROC, &resource_nproc, NULL},
        {LIMIT_AS, &resource_as, NULL},           {LIMIT_DATA, &resource_data, NULL},
        {LIMIT_PIDS_MAX, NULL, &cgroup_pids_max}, {LIMIT_MEMORY_MAX, NULL, &cgroup_memory_max},
        {LIMIT_CPU_MAX, NULL, &cgroup_cpu_max},
    };
    _Static_assert(COUNT_OF(all) <= LIMIT_CHANGEABLE_MOST, "they fit");
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct limit_value *const value = &values[count];
        *value = (struct limit_value){.id = all[i].id, .side = reading->side, .used = LIMIT_UNKNOWN};
        count += all[i].resource != NULL ? read_resource(reading, all[i].resource, value)
                                         : cgroup_tightest(reading->root, reading->process, all[i].group, value);
    }
    return count;
}
