#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits/counters.h"
#include "limits/limits.h"
#include "limits/limits_read.h"

#define ROOT_SIZE 64
#define GROUPS "/sys/fs/cgroup"

/* --- a made-up machine below a temporary directory, one for each test --- */

static int make_root(void **state)
{
    char *const root = malloc(ROOT_SIZE);
    snprintf(root, ROOT_SIZE, "/tmp/koneksi-limits-XXXXXX");
    *state = root;
    return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static int remove_root(void **state)
{
    const int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return result;
}

static void put(const char *root, const char *path, const char *text)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        assert_true(mkdir(whole, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *const file = fopen(whole, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The limit `id`, or NULL when it is not listed. */
static const struct limit_value *find(const char *root, enum limit_side side, enum limit_id id,
                                      struct limit_value values[LIMIT_COUNT])
{
    const size_t count = limits_read_below(root, side, 128, values);
    assert_true(count <= LIMIT_COUNT);
    for (size_t i = 0; i < count; i++) {
        if (values[i].id == id) {
            assert_int_equal(values[i].side, side);
            return &values[i];
        }
    }
    return NULL;
}

static void expect(const char *root, enum limit_id id, uint64_t value, uint64_t used, const char *source)
{
    struct limit_value values[LIMIT_COUNT];
    const struct limit_value *const found = find(root, LIMIT_SIDE_CLIENT, id, values);
    assert_non_null(found);
    assert_true(found->value == value);
    assert_true(found->used == used);
    assert_string_equal(found->source, source);
}

static void expect_none(const char *root, enum limit_side side, enum limit_id id)
{
    struct limit_value values[LIMIT_COUNT];
    assert_null(find(root, side, id, values));
}

/* --- control groups, version 2 --- */

static void put_v2(const char *root, const char *group, const char *inside)
{
    char text[512];
    snprintf(text, sizeof text, "0::%s\n", group);
    put(root, "/proc/self/cgroup", text);
    snprintf(text, sizeof text,
             "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
             "31 23 0:28 %s /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
             inside);
    put(root, "/proc/self/mountinfo", text);
}

static void expect_risen(const struct counters *before, const char *root, const uint64_t expected[COUNTER_COUNT])
{
    struct counters after;
    uint64_t risen[COUNTER_COUNT];
    counters_read(root, &after);
    counters_risen(before, &after, risen);
    for (size_t id = 0; id < COUNTER_COUNT; id++) {
        assert_int_equal(risen[id], expected[id]);
    }
}

static void v2_counters_of_an_ancestor_are_not_added_to_the_groups_own(void **state)
{
    const char *const root = *state;
    struct counters before;
    put_v2(root, "/a/b", "/");
    put(root, GROUPS "/a/b/pids.events", "max 5\n");
    counters_read(root, &before);
    put(root, GROUPS "/a/b/pids.events", "max 8\n");
    put(root, GROUPS "/a/pids.events", "max 4\n");
    put(root, GROUPS "/a/memory.events", "low 0\nhigh 0\nmax 90\noom 2\noom_kill 1\noom_group_kill 7\n");
    put(root, "/proc/vmstat", "pgfault 7\noom_kill 6\n");
    expect_risen(&before, root, (const uint64_t[]){4, 2, 1, 6});
}

static void v1_counters_are_in_files_of_their_own(void **state)
{
    const char *const root = *state;
    struct counters before;
    put(root, "/proc/self/cgroup", "4:memory:/g\n3:pids:/\n0::/\n");
    put(root, "/proc/self/mountinfo",
        "31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "32 23 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n");
    counters_read(root, &before);
    put(root, GROUPS "/memory/g/memory.failcnt", "12\n");
    put(root, GROUPS "/memory/g/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    expect_risen(&before, root, (const uint64_t[]){0, 12, 3, 0});
}

static void v2_reads_the_own_group(void **state)
{
    put_v2(*state, "/app", "/");
    put(*state, GROUPS "/app/pids.max", "300\n");
    put(*state, GROUPS "/app/pids.current", "12\n");
    put(*state, GROUPS "/app/memory.max", "1073741824\n");
    put(*state, GROUPS "/app/memory.current", "4096\n");
    expect(*state, LIMIT_PIDS_MAX, 300, 12, GROUPS "/app/pids.max");
    expect(*state, LIMIT_MEMORY_MAX, 1073741824, 4096, GROUPS "/app/memory.max");
}

/* 500 - 490 leaves less than 300 - 12, though 500 is the larger number. */
static void the_group_with_the_least_room_binds(void **state)
{
    put_v2(*state, "/a/b/c", "/");
    put(*state, GROUPS "/a/b/c/pids.max", "300\n");
    put(*state, GROUPS "/a/b/c/pids.current", "12\n");
    put(*state, GROUPS "/a/b/pids.max", "max\n");
    put(*state, GROUPS "/a/b/pids.current", "400\n");
    put(*state, GROUPS "/a/pids.max", "500\n");
    put(*state, GROUPS "/a/pids.current", "490\n");
    expect(*state, LIMIT_PIDS_MAX, 500, 490, GROUPS "/a/pids.max");
}

/* An overdrawn group has no room at all; the subtraction must not wrap. */
static void a_group_over_its_bound_binds(void **state)
{
    put_v2(*state, "/a/b", "/");
    put(*state, GROUPS "/a/b/pids.max", "20\n");
    put(*state, GROUPS "/a/b/pids.current", "19\n");
    put(*state, GROUPS "/a/pids.max", "10\n");
    put(*state, GROUPS "/a/pids.current", "19\n");
    expect(*state, LIMIT_PIDS_MAX, 10, 19, GROUPS "/a/pids.max");
}

static void no_bound_anywhere_is_unlimited(void **state)
{
    put_v2(*state, "/a", "/");
    put(*state, GROUPS "/a/pids.max", "max\n");
    put(*state, GROUPS "/a/pids.current", "7\n");
    expect(*state, LIMIT_PIDS_MAX, LIMIT_UNLIMITED, 7, GROUPS "/a/pids.max");
    /* no memory controller in that group: unlimited, and the source says which group was looked at */
    expect(*state, LIMIT_MEMORY_MAX, LIMIT_UNLIMITED, LIMIT_UNKNOWN, GROUPS "/a");
}

static void the_top_group_has_no_bound(void **state)
{
    put_v2(*state, "/", "/");
    put(*state, GROUPS "/cgroup.procs", "1\n");
    expect(*state, LIMIT_PIDS_MAX, LIMIT_UNLIMITED, LIMIT_UNKNOWN, GROUPS);
}

/* A container without a namespace of its own sees the host's path and a mount of its group alone. */
static void a_mount_may_begin_inside_the_hierarchy(void **state)
{
    put_v2(*state, "/docker/abc/deep", "/docker/abc");
    put(*state, GROUPS "/pids.max", "50\n");
    put(*state, GROUPS "/pids.current", "5\n");
    put(*state, GROUPS "/deep/pids.max", "100\n");
    put(*state, GROUPS "/deep/pids.current", "5\n");
    expect(*state, LIMIT_PIDS_MAX, 50, 5, GROUPS "/pids.max");
}

static void a_group_out_of_sight_is_read_from_the_mount_up(void **state)
{
    put_v2(*state, "/../other", "/");
    put(*state, GROUPS "/pids.max", "70\n");
    put(*state, GROUPS "/../other/pids.max", "1\n");
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
}

/* "/docker/abcdef" is no part of "/docker/abc". */
static void a_group_with_a_longer_name_is_another_group(void **state)
{
    put_v2(*state, "/docker/abcdef", "/docker/abc");
    put(*state, GROUPS "/pids.max", "70\n");
    put(*state, GROUPS "/def/pids.max", "1\n");
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
}

static void a_mount_point_may_have_a_space(void **state)
{
    put(*state, "/proc/self/cgroup", "0::/a\n");
    put(*state, "/proc/self/mountinfo", "31 23 0:28 / /my\\040groups rw - cgroup2 none rw\n");
    put(*state, "/my groups/a/pids.max", "9\n");
    expect(*state, LIMIT_PIDS_MAX, 9, LIMIT_UNKNOWN, "/my groups/a/pids.max");
}

static void a_long_path_keeps_its_end(void **state)
{
    char group[200] = "/";
    memset(group + 1, 'g', 180);
    put_v2(*state, group, "/");
    char path[300];
    snprintf(path, sizeof path, "%s%s/pids.max", GROUPS, group);
    put(*state, path, "9\n");
    struct limit_value values[LIMIT_COUNT];
    const struct limit_value *const found = find(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, values);
    assert_non_null(found);
    assert_int_equal(strlen(found->source), sizeof found->source - 1);
    assert_memory_equal(found->source, "...ggg", 6);
    assert_string_equal(found->source + strlen(found->source) - 9, "/pids.max");
}

/* --- version 1 and both --- */

static void put_v1_mounts(const char *root)
{
    put(root, "/proc/self/mountinfo",
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
        "37 31 0:34 / /sys/fs/cgroup/cpu,pids rw,relatime shared:9 master:2 - cgroup cgroup rw,cpu,pids\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
}

static void v1_reads_each_controller_in_its_own_hierarchy(void **state)
{
    put(*state, "/proc/self/cgroup", "9:name=systemd:/x\n8:cpu,pids:/p\n4:memory:/m/n\n0::/u\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/cpu,pids/p/pids.max", "64\n");
    put(*state, GROUPS "/cpu,pids/p/pids.current", "3\n");
    put(*state, GROUPS "/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put(*state, GROUPS "/memory/memory.usage_in_bytes", "5000000\n");
    put(*state, GROUPS "/memory/m/memory.limit_in_bytes", "1000000\n");
    put(*state, GROUPS "/memory/m/memory.usage_in_bytes", "900000\n");
    put(*state, GROUPS "/memory/m/n/memory.limit_in_bytes", "9223372036854771712\n");
    put(*state, GROUPS "/memory/m/n/memory.usage_in_bytes", "900000\n");
    put(*state, GROUPS "/unified/u/pids.max", "1\n"); /* the controller is in version 1: this binds nothing */
    expect(*state, LIMIT_PIDS_MAX, 64, 3, GROUPS "/cpu,pids/p/pids.max");
    expect(*state, LIMIT_MEMORY_MAX, 1000000, 900000, GROUPS "/memory/m/memory.limit_in_bytes");
}

static void the_largest_number_of_v1_is_unlimited(void **state)
{
    put(*state, "/proc/self/cgroup", "4:memory:/\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/memory/memory.limit_in_bytes", "9223372036854771712\n"); /* 0x7ffffffffffff000 */
    put(*state, GROUPS "/memory/memory.usage_in_bytes", "123\n");
    expect(*state, LIMIT_MEMORY_MAX, LIMIT_UNLIMITED, 123, GROUPS "/memory/memory.limit_in_bytes");
}

static void hybrid_takes_a_controller_from_where_it_is(void **state)
{
    put(*state, "/proc/self/cgroup", "4:memory:/m\n0::/u\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/memory/m/memory.limit_in_bytes", "777\n");
    put(*state, GROUPS "/unified/u/pids.max", "88\n");
    put(*state, GROUPS "/unified/u/memory.max", "1\n");
    expect(*state, LIMIT_MEMORY_MAX, 777, LIMIT_UNKNOWN, GROUPS "/memory/m/memory.limit_in_bytes");
    expect(*state, LIMIT_PIDS_MAX, 88, LIMIT_UNKNOWN, GROUPS "/unified/u/pids.max");
}

static void a_hierarchy_that_is_not_mounted_is_not_listed(void **state)
{
    put(*state, "/proc/self/cgroup", "8:pids:/p\n0::/u\n");
    put(*state, "/proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMORY_MAX);
}

static void damaged_files_are_passed_over(void **state)
{
    put(*state, "/proc/self/cgroup", "\n:\nnonsense\n0::/a\n");
    put(*state, "/proc/self/mountinfo", "\n - \n1 2 3\n1 2 3 4 5 - cgroup2\n31 23 0:28 / /g rw - cgroup2 none rw\n");
    put(*state, "/g/a/pids.max", "soon\n");
    put(*state, "/g/pids.max", "5\n");
    expect(*state, LIMIT_PIDS_MAX, 5, LIMIT_UNKNOWN, "/g/pids.max");
}

/* --- the machine --- */

/* The first 300 are given out once only: those tasks take none of what is left. */
static void low_task_numbers_take_nothing_of_pid_max(void **state)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(*state, "/proc/sys/kernel/pid_max", "32768\n");
    put(*state, "/proc/1/status", "Threads:\t1\n");
    put(*state, "/proc/299/status", "Threads:\t1\n");
    put(*state, "/proc/300/status", "Threads:\t1\n");
    expect(*state, LIMIT_PID_MAX, 32768, 93, "/proc/sys/kernel/pid_max");
}

static void put_namespace(const char *root, const char *name, const char *release)
{
    char path[512];
    put(root, "/proc/self/ns/x", "");
    snprintf(path, sizeof path, "%s/proc/self/ns/pid", root);
    assert_true(unlink(path) == 0 || errno == ENOENT);
    assert_int_equal(symlink(name, path), 0);
    put(root, "/proc/sys/kernel/osrelease", release);
}

/* Since Linux 6.14: inside, only the tasks inside count. */
static void a_namespace_of_task_numbers_has_its_own_pid_max(void **state)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(*state, "/proc/sys/kernel/pid_max", "700\n");
    put(*state, "/proc/400/status", "Uid:\t1\t1\t1\t1\nThreads:\t12\n");
    put(*state, "/proc/401/status", "Uid:\t2\t2\t2\t2\nThreads:\t3\n");
    put_namespace(*state, "pid:[4026532201]", "6.14.0-x\n");
    expect(*state, LIMIT_PID_MAX, 700, 15, "/proc/sys/kernel/pid_max");
    put_namespace(*state, "pid:[4026532201]", "7.0.1\n");
    expect(*state, LIMIT_PID_MAX, 700, 15, "/proc/sys/kernel/pid_max");
    put_namespace(*state, "pid:[4026532201]", "6.13.12\n");
    expect(*state, LIMIT_PID_MAX, 700, 95, "/proc/sys/kernel/pid_max");
    put_namespace(*state, "pid:[4026531836]", "6.18.0\n");
    expect(*state, LIMIT_PID_MAX, 700, 95, "/proc/sys/kernel/pid_max");
}

static void the_machine_is_read_from_proc(void **state)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(*state, "/proc/sys/kernel/threads-max", "192000\n");
    put(*state, "/proc/sys/kernel/pid_max", "32768\n");
    put(*state, "/proc/sys/vm/max_map_count", "65530\n");
    put(*state, "/proc/self/maps", "a\nb\nc\n");
    put(*state, "/proc/sys/fs/file-max", "9223372036854775807\n");
    put(*state, "/proc/sys/fs/file-nr", "928\t0\t9223372036854775807\n");
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    put(*state, "/proc/self/fd/0", "");
    put(*state, "/proc/self/fd/1", "");
    put(*state, "/proc/self/fd/17", "");
    expect(*state, LIMIT_THREADS_MAX, 192000, 95, "/proc/sys/kernel/threads-max");
    expect(*state, LIMIT_PID_MAX, 32768, 95, "/proc/sys/kernel/pid_max");
    expect(*state, LIMIT_MAX_MAP_COUNT, 65530, 3, "/proc/sys/vm/max_map_count");
    expect(*state, LIMIT_FILE_MAX, LIMIT_UNLIMITED, 928, "/proc/sys/fs/file-max");
    expect(*state, LIMIT_PORT_RANGE, 28232, LIMIT_UNKNOWN, "/proc/sys/net/ipv4/ip_local_port_range");
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    expect(*state, LIMIT_NOFILE, limit.rlim_cur, 2, "getrlimit"); /* the third is the one that counts */
}

static void memory_and_the_network_are_read_from_proc(void **state)
{
    put(*state, "/proc/sys/vm/overcommit_memory", "2\n");
    put(*state, "/proc/meminfo",
        "MemTotal:        1000 kB\nMemFree: 1 kB\nMemAvailable:     400 kB\nCommitLimit:  700 kB\nCommitted_AS: 300 "
        "kB\n");
    put(*state, "/proc/net/sockstat", "sockets: used 16\nTCP: inuse 2 orphan 3 tw 4 alloc 5 mem 90\nUDP: mem 7\n");
    put(*state, "/proc/sys/net/ipv4/tcp_max_orphans", "8192\n");
    put(*state, "/proc/sys/net/ipv4/tcp_mem", "287901\t383868\t575802\n");
    put(*state, "/proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
    put(*state, "/proc/sys/net/netfilter/nf_conntrack_count", "12\n");
    put(*state, "/proc/sys/fs/nr_open", "1048576\n");
    put(*state, "/proc/self/fd/0", "");
    put(*state, "/proc/self/fd/1", "");
    expect(*state, LIMIT_OVERCOMMIT, 700 * 1024ULL, 300 * 1024ULL, "/proc/meminfo CommitLimit");
    expect(*state, LIMIT_MEMORY, 1000 * 1024ULL, 600 * 1024ULL, "/proc/meminfo MemTotal");
    expect(*state, LIMIT_TCP_MAX_ORPHANS, 8192, 3, "/proc/sys/net/ipv4/tcp_max_orphans");
    expect(*state, LIMIT_TCP_MEM, 575802, 90, "/proc/sys/net/ipv4/tcp_mem");
    expect(*state, LIMIT_CONNTRACK, 65536, 12, "/proc/sys/net/netfilter/nf_conntrack_max");
    expect(*state, LIMIT_NR_OPEN, 1048576, 1, "/proc/sys/fs/nr_open");
}

static void only_strict_overcommit_has_a_bound(void **state)
{
    put(*state, "/proc/sys/vm/overcommit_memory", "0\n");
    put(*state, "/proc/meminfo", "CommitLimit:  700 kB\nCommitted_AS: 900 kB\n");
    expect(*state, LIMIT_OVERCOMMIT, LIMIT_UNLIMITED, 900 * 1024ULL, "/proc/sys/vm/overcommit_memory");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMORY);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_CONNTRACK);
}

static void how_ports_in_time_wait_are_used_again_is_noted(void **state)
{
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    put(*state, "/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    expect(*state, LIMIT_PORT_RANGE, 28232, LIMIT_UNKNOWN, "/proc/sys/net/ipv4/ip_local_port_range (tcp_tw_reuse 2)");
}

/* The kernel gives up cached pages before it refuses memory. */
static void the_page_cache_is_not_in_use(void **state)
{
    put_v2(*state, "/app", "/");
    put(*state, GROUPS "/app/memory.max", "1000000\n");
    put(*state, GROUPS "/app/memory.current", "900000\n");
    put(*state, GROUPS "/app/memory.stat", "anon 100000\ninactive_file 500000\nactive_file 200000\nfile 700000\n");
    expect(*state, LIMIT_MEMORY_MAX, 1000000, 200000, GROUPS "/app/memory.max");
}

static void what_the_kernel_does_not_have_is_not_listed(void **state)
{
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "60999 32768\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_THREADS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PORT_RANGE);
}

static void tasks_of_the_user_are_added_up(void **state)
{
    char status[128];
    struct limit_value values[LIMIT_COUNT];
    snprintf(status, sizeof status, "Name:\tx\nUid:\t%u\t9\t9\t9\nThreads:\t40\n", (unsigned)getuid());
    put(*state, "/proc/10/status", status);
    put(*state, "/proc/11/status", status);
    snprintf(status, sizeof status, "Name:\tx\nUid:\t%u\t0\t0\t0\nThreads:\t1000\n", (unsigned)getuid() + 1);
    put(*state, "/proc/12/status", status);
    put(*state, "/proc/13/other", "");
    put(*state, "/proc/self/status", "Uid:\t0\nThreads:\t5000\n");
    const struct limit_value *const found = find(*state, LIMIT_SIDE_CLIENT, LIMIT_NPROC, values);
    assert_non_null(found);
    assert_int_equal(found->used, 80);
    assert_int_equal(found->scope, LIMIT_SCOPE_USER);
}

static void each_side_has_its_own_limits(void **state)
{
    struct limit_value values[LIMIT_COUNT];
    put(*state, "/proc/sys/net/core/somaxconn", "4096\n");
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_BACKLOG);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_SOMAXCONN);
    expect_none(*state, LIMIT_SIDE_SERVER, LIMIT_PORT_RANGE);
    assert_int_equal(find(*state, LIMIT_SIDE_SERVER, LIMIT_BACKLOG, values)->value, 128);
    assert_int_equal(find(*state, LIMIT_SIDE_SERVER, LIMIT_BACKLOG, values)->scope, LIMIT_SCOPE_SOCKET);
    assert_int_equal(find(*state, LIMIT_SIDE_SERVER, LIMIT_SOMAXCONN, values)->value, 4096);
}

/* --- the real machine --- */

static uint64_t used_fds(void)
{
    struct limit_value values[LIMIT_COUNT];
    return find("", LIMIT_SIDE_CLIENT, LIMIT_NOFILE, values)->used;
}

static void an_open_descriptor_is_counted(void **state)
{
    (void)state;
    const uint64_t before = used_fds();
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(used_fds(), before + 1);
    close(fd);
    assert_int_equal(used_fds(), before);
}

static void this_machine_can_be_read(void **state)
{
    (void)state;
    struct limit_value values[LIMIT_COUNT];
    struct rlimit limit;
    const size_t count = limits_read(LIMIT_SIDE_SERVER, 77, values);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_in_range(count, 6, LIMIT_COUNT);
    assert_int_equal(values[0].id, LIMIT_NOFILE);
    assert_int_equal(values[0].value, limit.rlim_cur);
    for (size_t i = 0; i < count; i++) {
        assert_true(values[i].source[0] != '\0');
        assert_true(i == 0 || values[i].id > values[i - 1].id);
    }
}

/* --- JSON --- */

static void json_makes_the_round_trip(void **state)
{
    (void)state;
    struct limit_value values[LIMIT_COUNT];
    const size_t count = limits_read(LIMIT_SIDE_SERVER, 77, values);
    for (size_t i = 0; i < count; i++) {
        struct limit_value again;
        struct err err;
        cJSON *const json = limit_to_json(&values[i]);
        char *const text = cJSON_PrintUnformatted(json);
        cJSON *const parsed = cJSON_Parse(text);
        assert_int_equal(limit_from_json(&again, parsed, &err), RESULT_OK);
        assert_int_equal(again.id, values[i].id);
        assert_int_equal(again.side, values[i].side);
        assert_int_equal(again.scope, values[i].scope);
        assert_true(again.value == values[i].value);
        assert_true(again.used == values[i].used);
        assert_string_equal(again.source, values[i].source);
        cJSON_Delete(parsed);
        cJSON_Delete(json);
        free(text);
    }
}

static void json_says_how_to_raise_it(void **state)
{
    (void)state;
    const struct limit_value value = {LIMIT_BACKLOG, LIMIT_SIDE_SERVER, LIMIT_SCOPE_SOCKET,
                                      128,           LIMIT_UNKNOWN,     "listen"};
    cJSON *const json = limit_to_json(&value);
    char *const text = cJSON_PrintUnformatted(json);
    assert_string_equal(text, "{\"name\":\"listen backlog\",\"side\":\"server\",\"scope\":\"socket\",\"value\":128,"
                              "\"used\":null,\"unit\":\"connections\",\"source\":\"listen\","
                              "\"raise\":\"koneksi --backlog N (cut at net.core.somaxconn)\","
                              "\"raise_by\":{\"shell\":\"koneksi --backlog N\","
                              "\"systemd\":\"ExecStart=koneksi --backlog N\","
                              "\"container\":\"docker run IMAGE koneksi --backlog N\"}}");
    cJSON_Delete(json);
    free(text);
}

static void damaged_json_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "5",
        "{}",
        "{\"name\":\"x\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"left\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":7,\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":-1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1.5,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":null}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct limit_value value;
        struct err err;
        cJSON *const json = cJSON_Parse(texts[i]);
        assert_int_equal(limit_from_json(&value, json, &err), RESULT_INVALID);
        cJSON_Delete(json);
    }
}

#define MADE_UP(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MADE_UP(v2_counters_of_an_ancestor_are_not_added_to_the_groups_own),
        MADE_UP(v1_counters_are_in_files_of_their_own),
        MADE_UP(v2_reads_the_own_group),
        MADE_UP(the_group_with_the_least_room_binds),
        MADE_UP(a_group_over_its_bound_binds),
        MADE_UP(no_bound_anywhere_is_unlimited),
        MADE_UP(the_top_group_has_no_bound),
        MADE_UP(a_mount_may_begin_inside_the_hierarchy),
        MADE_UP(a_group_out_of_sight_is_read_from_the_mount_up),
        MADE_UP(a_group_with_a_longer_name_is_another_group),
        MADE_UP(a_mount_point_may_have_a_space),
        MADE_UP(a_long_path_keeps_its_end),
        MADE_UP(v1_reads_each_controller_in_its_own_hierarchy),
        MADE_UP(the_largest_number_of_v1_is_unlimited),
        MADE_UP(hybrid_takes_a_controller_from_where_it_is),
        MADE_UP(a_hierarchy_that_is_not_mounted_is_not_listed),
        MADE_UP(damaged_files_are_passed_over),
        MADE_UP(low_task_numbers_take_nothing_of_pid_max),
        MADE_UP(a_namespace_of_task_numbers_has_its_own_pid_max),
        MADE_UP(the_machine_is_read_from_proc),
        MADE_UP(memory_and_the_network_are_read_from_proc),
        MADE_UP(only_strict_overcommit_has_a_bound),
        MADE_UP(how_ports_in_time_wait_are_used_again_is_noted),
        MADE_UP(the_page_cache_is_not_in_use),
        MADE_UP(what_the_kernel_does_not_have_is_not_listed),
        MADE_UP(tasks_of_the_user_are_added_up),
        MADE_UP(each_side_has_its_own_limits),
        cmocka_unit_test(an_open_descriptor_is_counted),
        cmocka_unit_test(this_machine_can_be_read),
        cmocka_unit_test(json_makes_the_round_trip),
        cmocka_unit_test(json_says_how_to_raise_it),
        cmocka_unit_test(damaged_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
