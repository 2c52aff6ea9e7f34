/* A limit is one row of limits.def and one read_NAME function below. */
#include "loadgen/limits/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/json_text.h"
#include "loadgen/limits/cgroup.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/ports.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/tasks.h"

#define USER_PROCESSES_MOST 4096 /* beyond this, counting a user's tasks takes over 100 ms and is left out */
#define SOCKETS_MOST 16384       /* likewise, over 20 ms */

struct reading {
    const char *root;
    const char *process; /* "self", or another's number */
    enum limit_side side;
    uint64_t backlog;
};

static bool is_self(const struct reading *reading)
{
    return strcmp(reading->process, "self") == 0;
}

static uint64_t user_of(const struct reading *reading)
{
    return is_self(reading) ? getuid() : source_user_of(reading->root, reading->process);
}

/* "/proc/self/maps" */
static const char *path_of(const struct reading *reading, const char *name, char path[64])
{
    snprintf(path, 64, "/proc/%.20s/%s", reading->process, name);
    return path;
}

static void set_source(struct limit_value *value, const char *source)
{
    snprintf(value->source, sizeof value->source, "%s", source);
}

/* --- one function a row: fills scope, value, used and source; false when this side or kernel has no such limit --- */

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

static bool read_resource(const struct reading *reading, const struct resource *resource, struct limit_value *value)
{
    struct rlimit limit;
    char path[64];
    value->scope = resource->scope;
    value->used = LIMIT_UNKNOWN;
    if (!is_self(reading)) {
        set_source(value, path_of(reading, "limits", path));
        return source_read_rlimit(reading->root, reading->process, resource->name, &value->value);
    }
    if (getrlimit(resource->id, &limit) != 0) {
        return false;
    }
    value->value = limit.rlim_cur > JSON_EXACT_MOST ? LIMIT_UNLIMITED : limit.rlim_cur;
    set_source(value, "getrlimit");
    return true;
}

static uint64_t descriptors_of(const struct reading *reading)
{
    return is_self(reading) ? source_open_fds(reading->root) : source_fds_of(reading->root, reading->process);
}

static bool read_machine(const char *root, const char *path, struct limit_value *value)
{
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = LIMIT_UNKNOWN;
    set_source(value, path);
    return source_read_uint(root, path, &value->value);
}

static bool read_NOFILE(const struct reading *reading, struct limit_value *value)
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

static bool read_NPROC(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_nproc, value);
    value->used = tasks_of_user(reading->root, user_of(reading), USER_PROCESSES_MOST);
    note_exempt(value, limit_terms_nproc_exempt(reading->root, reading->process));
    return found;
}

/* `name`: of what the process has of it, in /proc/PID/status. */
static bool read_size(const struct reading *reading, const struct resource *resource, const char *name,
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

static bool read_AS(const struct reading *reading, struct limit_value *value)
{
    return read_size(reading, &resource_as, "VmSize", value);
}

static bool read_DATA(const struct reading *reading, struct limit_value *value)
{
    return read_size(reading, &resource_data, "VmData", value);
}

static bool read_MEMLOCK(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_memlock, value);
    note_exempt(value, limit_terms_memlock_exempt(reading->root, reading->process));
    return found;
}

static bool read_STACK(const struct reading *reading, struct limit_value *value)
{
    return read_resource(reading, &resource_stack, value);
}

static bool read_CPU(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_resource(reading, &resource_cpu, value);
    value->used = is_self(reading) ? cpu_clock_us() / 1000000 : LIMIT_UNKNOWN;
    return found;
}

static bool read_FSIZE(const struct reading *reading, struct limit_value *value)
{
    return read_resource(reading, &resource_fsize, value);
}

static bool read_PIDS_MAX(const struct reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_pids_max, value);
}

static bool read_MEMORY_MAX(const struct reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_memory_max, value);
}

static bool read_MEMORY_HIGH(const struct reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_memory_high, value);
}

static bool read_CPU_MAX(const struct reading *reading, struct limit_value *value)
{
    return cgroup_tightest(reading->root, reading->process, &cgroup_cpu_max, value);
}

static bool read_THREADS_MAX(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/kernel/threads-max", value);
    value->used = tasks_count(reading->root);
    return found;
}

/* Each task takes one number, so the number of tasks is what is in use (zombies, groups and sessions may hold a few
 * more). The first ones are not given out again: none of them is left. */
static bool read_PID_MAX(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/kernel/pid_max", value);
    value->used = tasks_numbers(reading->root, tasks_low_numbers(reading->root), value->value, USER_PROCESSES_MOST);
    if (tasks_have_own_numbers(reading->root)) {
        set_source(value, "/proc/sys/kernel/pid_max (of this namespace; those around it have their own, out of sight)");
    }
    return found;
}

static bool read_MAX_MAP_COUNT(const struct reading *reading, struct limit_value *value)
{
    char path[64];
    const bool found = read_machine(reading->root, "/proc/sys/vm/max_map_count", value);
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
static bool read_OVERCOMMIT(const struct reading *reading, struct limit_value *value)
{
    uint64_t bound = LIMIT_UNLIMITED;
    const bool found = read_machine(reading->root, "/proc/sys/vm/overcommit_memory", value) &&
                       read_kilobytes(reading->root, "CommitLimit", &bound);
    const bool bounds = found && value->value == 2;
    if (found) {
        set_source(value, bounds ? "/proc/meminfo CommitLimit" : "/proc/sys/vm/overcommit_memory");
        value->value = bounds ? bound : LIMIT_UNLIMITED;
        (void)read_kilobytes(reading->root, "Committed_AS", &value->used);
    }
    return found;
}

/* What is not available is in use; caches that can be reclaimed are available. */
static bool read_MEMORY(const struct reading *reading, struct limit_value *value)
{
    uint64_t available = 0;
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = LIMIT_UNKNOWN;
    set_source(value, "/proc/meminfo MemTotal");
    if (!read_kilobytes(reading->root, "MemTotal", &value->value)) {
        return false;
    }
    if (read_kilobytes(reading->root, "MemAvailable", &available) && available <= value->value) {
        value->used = value->value - available;
    }
    return true;
}

static bool read_TCP_MAX_ORPHANS(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/net/ipv4/tcp_max_orphans", value);
    value->used = source_tcp_sockets(reading->root, " orphan ");
    return found;
}

/* Beyond this the kernel closes a connection without TIME_WAIT. */
static bool read_TCP_MAX_TW_BUCKETS(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/net/ipv4/tcp_max_tw_buckets", value);
    value->used = source_tcp_sockets(reading->root, " tw ");
    return found;
}

/* The third number is the bound: above it the kernel gives no buffer (tcp(7)). */
static bool read_TCP_MEM(const struct reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/tcp_mem";
    char line[128] = "";
    FILE *const file = source_open(reading->root, path);
    if (file == NULL) {
        return false;
    }
    const bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    char *rest = line;
    (void)strtoull(rest, &rest, 10);
    (void)strtoull(rest, &rest, 10);
    value->value = strtoull(rest, NULL, 10);
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = source_tcp_sockets(reading->root, " mem ");
    set_source(value, path);
    return read && value->value > 0;
}

/* Not there unless the module is loaded. */
static bool read_CONNTRACK(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/net/netfilter/nf_conntrack_max", value);
    (void)source_read_uint(reading->root, "/proc/sys/net/netfilter/nf_conntrack_count",
                           &value->used); /* else it stays unknown */
    return found;
}

static bool read_NR_OPEN(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/fs/nr_open", value);
    value->scope = LIMIT_SCOPE_PROCESS;
    value->used = descriptors_of(reading);
    return found;
}

/* Ports count for each pair of addresses alone: of those in use, what connections of other pairs hold is free. Closed
 * connections hold theirs for a minute unless tcp_tw_reuse lets connect(2) have them. */
static bool read_PORT_RANGE(const struct reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/ip_local_port_range";
    struct port_range range;
    uint64_t reuse = 0;
    if (reading->side != LIMIT_SIDE_CLIENT || !port_range_read(reading->root, &range)) {
        return false;
    }
    const bool known = source_read_uint(reading->root, "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    const uint64_t reserved = port_range_reserved(reading->root, &range);
    value->scope = LIMIT_SCOPE_MACHINE;
    value->value = range.last - range.first + 1 - reserved;
    value->used = port_range_taken(reading->root, &range, known && reuse == 0, SOCKETS_MOST);
    if (known && reserved > 0) {
        snprintf(value->source, sizeof value->source, "%s (tcp_tw_reuse %u, %u ports reserved)", path, (unsigned)reuse,
                 (unsigned)reserved);
    } else if (known) {
        snprintf(value->source, sizeof value->source, "%s (tcp_tw_reuse %u)", path, (unsigned)reuse);
    } else {
        set_source(value, path);
    }
    return true;
}

static bool read_SOMAXCONN(const struct reading *reading, struct limit_value *value)
{
    return reading->side == LIMIT_SIDE_SERVER && read_machine(reading->root, "/proc/sys/net/core/somaxconn", value);
}

/* With cookies the kernel drops no SYN at it: then only the backlog bounds the queue (net/ipv4/tcp_input.c,
 * tcp_conn_request). */
static bool read_TCP_MAX_SYN_BACKLOG(const struct reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/tcp_max_syn_backlog";
    uint64_t cookies = 0;
    if (reading->side != LIMIT_SIDE_SERVER || !read_machine(reading->root, path, value)) {
        return false;
    }
    if (source_read_uint(reading->root, "/proc/sys/net/ipv4/tcp_syncookies", &cookies)) {
        snprintf(value->source, sizeof value->source, "%s (tcp_syncookies %u)", path, (unsigned)cookies);
    }
    return true;
}

static bool read_BACKLOG(const struct reading *reading, struct limit_value *value)
{
    value->scope = LIMIT_SCOPE_SOCKET;
    value->value = reading->backlog;
    value->used = LIMIT_UNKNOWN;
    set_source(value, "listen");
    return reading->side == LIMIT_SIDE_SERVER && reading->backlog != LIMIT_UNKNOWN;
}

static bool read_FILE_MAX(const struct reading *reading, struct limit_value *value)
{
    const bool found = read_machine(reading->root, "/proc/sys/fs/file-max", value);
    (void)source_read_uint(reading->root, "/proc/sys/fs/file-nr", &value->used); /* else it stays unknown */
    return found;
}

/* --- the table --- */

static bool (*const readers[LIMIT_COUNT])(const struct reading *reading, struct limit_value *value) = {
#define LIMIT(NAME, ...) read_##NAME,
#include "loadgen/limits/limits.def"
#undef LIMIT
};

static size_t read_all(const struct reading *reading, struct limit_value values[LIMIT_COUNT])
{
    size_t count = 0;
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        struct limit_value *const value = &values[count];
        memset(value, 0, sizeof *value);
        value->id = id;
        value->side = reading->side;
        count += readers[id](reading, value);
    }
    return count;
}

size_t limits_read_below(const char *root, enum limit_side side, uint64_t backlog,
                         struct limit_value values[LIMIT_COUNT])
{
    return read_all(&(struct reading){root, "self", side, backlog}, values);
}

size_t limits_read_server(const char *root, pid_t process, uint64_t backlog, struct limit_value values[LIMIT_COUNT])
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)process);
    return read_all(&(struct reading){root, name, LIMIT_SIDE_SERVER, backlog}, values);
}

size_t limits_read(enum limit_side side, uint64_t backlog, struct limit_value values[LIMIT_COUNT])
{
    return limits_read_below("", side, backlog, values);
}

bool limits_waits_for_memory(pid_t process)
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)process);
    return cgroup_waits_for_memory("", name);
}
