/* What is in use of each limit, now. */

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loadgen/limits/usage.h"
#include "tests/unit/loadgen/limits/limits_root.h"

static void put_machine(const char *root)
{
    put_v2(root, "/a/b", "/");
    put(root, GROUPS "/a/pids.max", "100\n");
    put(root, GROUPS "/a/pids.current", "60\n");
    put(root, GROUPS "/a/b/pids.max", "500\n");
    put(root, GROUPS "/a/b/pids.current", "20\n");
    put(root, GROUPS "/a/b/memory.max", "9000\n");
    put(root, GROUPS "/a/b/memory.current", "5000\n");
    put(root, GROUPS "/a/b/memory.stat", "anon 1\ninactive_file 700\nactive_file 300\n");
    put(root, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(root, "/proc/299/status", "Uid:\t1\t1\t1\t1\nThreads:\t1\n");
    put(root, "/proc/sys/fs/file-nr", "928\t0\t9223372036854775807\n");
    put(root, "/proc/self/net/sockstat", "sockets: used 16\nTCP: inuse 2 orphan 3 tw 4 alloc 5 mem 90\nUDP: mem 7\n");
    put(root, "/proc/sys/net/netfilter/nf_conntrack_count", "12\n");
    put(root, "/proc/meminfo", "MemTotal:  1000 kB\nMemAvailable:   400 kB\nCommitted_AS: 300 kB\n");
    put(root, "/proc/self/status", "VmSize:\t200 kB\nVmData:\t120 kB\n");
    put(root, "/proc/self/maps", "a\nb\nc\n");
}

static struct usage read_once(const char *root)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    OK(usage_open(root, &reader, &err));
    usage_read(reader, &usage);
    usage_close(reader);
    return usage;
}

/* As at the start of a run: usage and the table of limits agree on what is in use. */
MADE_UP(what_is_in_use_is_what_the_limits_say)
{
    static const enum limit_id ids[] = {LIMIT_PIDS_MAX,
                                        LIMIT_MEMORY_MAX,
                                        LIMIT_THREADS_MAX,
                                        LIMIT_PID_MAX,
                                        LIMIT_OVERCOMMIT,
                                        LIMIT_MEMORY,
                                        LIMIT_TCP_MEM,
                                        LIMIT_AS,
                                        LIMIT_DATA,
                                        LIMIT_TCP_MAX_ORPHANS,
                                        LIMIT_TCP_MAX_TW_BUCKETS,
                                        LIMIT_CONNTRACK,
                                        LIMIT_FILE_MAX};
    static const uint64_t expected[] = {
        60, 4000, 95, 394, UINT64_C(300) << 10, UINT64_C(600) << 10, 90, UINT64_C(200) << 10, UINT64_C(120) << 10,
        3,  4,    12, 928};
    put_machine(*state);
    put(*state, "/proc/sys/kernel/threads-max", "192000\n");
    put(*state, "/proc/sys/kernel/pid_max", "32768\n");
    put(*state, "/proc/sys/fs/file-max", "100000\n");
    put(*state, "/proc/sys/vm/overcommit_memory", "0\n");
    put(*state, "/proc/sys/net/ipv4/tcp_max_orphans", "8192\n");
    put(*state, "/proc/sys/net/ipv4/tcp_max_tw_buckets", "8192\n");
    put(*state, "/proc/sys/net/ipv4/tcp_mem", "287901\t383868\t575802\n");
    put(*state, "/proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
    const struct usage usage = read_once(*state);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct limit_value values[LIMIT_COUNT];
        const struct limit_value *const value = find(*state, LIMIT_SIDE_CLIENT, ids[i], values);
        assert_int_equal(usage.used[ids[i]], expected[i]);
        assert_true(ids[i] == LIMIT_OVERCOMMIT || value != NULL);
        assert_true(value == NULL || value->used == expected[i]);
    }
    assert_true(usage.used[LIMIT_MAX_MAP_COUNT] == LIMIT_UNKNOWN);
    assert_true(usage.used[LIMIT_STACK] == LIMIT_UNKNOWN);
}

MADE_UP(what_has_no_file_is_unknown)
{
    const struct usage usage = read_once(*state);
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        assert_true(id == LIMIT_CPU || usage.used[id] == LIMIT_UNKNOWN);
    }
}

MADE_UP(maps_and_own_task_numbers_are_counted_when_asked_for)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    put_machine(*state);
    put(*state, "/proc/400/status", "Uid:\t1\t1\t1\t1\nThreads:\t12\n");
    put(*state, "/proc/sys/kernel/osrelease", "6.14.0\n");
    put(*state, "/proc/self/ns/x", "");
    char path[512];
    snprintf(path, sizeof path, "%s/proc/self/ns/pid", (const char *)*state);
    assert_int_equal(symlink("pid:[4026532201]", path), 0);
    OK(usage_open(*state, &reader, &err));
    usage_read(reader, &usage);
    assert_true(usage.used[LIMIT_PID_MAX] == LIMIT_UNKNOWN);
    usage_count(reader, &usage);
    assert_int_equal(usage.used[LIMIT_MAX_MAP_COUNT], 3);
    assert_int_equal(usage.used[LIMIT_PID_MAX], 300 + 12);
    usage_close(reader);
}

MADE_UP(bounds_are_those_of_now_and_of_the_group_with_the_least_room)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    put_machine(*state);
    put(*state, "/proc/400/limits", "Max open files            200                  200                  files\n");
    put(*state, "/proc/400/cgroup", "0::/pod/one\n");
    put(*state, "/proc/400/mountinfo", "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    put(*state, "/sys/fs/cgroup/pod/one/pids.max", "150\n");
    put(*state, "/sys/fs/cgroup/pod/one/pids.current", "30\n");
    put(*state, "/sys/fs/cgroup/pod/pids.max", "max\n");
    put(*state, "/sys/fs/cgroup/pod/pids.current", "40\n");
    OK(usage_open_process(*state, 400, &reader, &err));
    put(*state, "/proc/400/limits", "Max open files            60                   200                  files\n");
    put(*state, "/sys/fs/cgroup/pod/pids.max", "300\n");
    put(*state, "/sys/fs/cgroup/pod/pids.current", "299\n");
    usage_read(reader, &usage);
    assert_int_equal(usage.used[LIMIT_PIDS_MAX], 30);
    assert_true(usage.bounds[LIMIT_PIDS_MAX] == LIMIT_UNKNOWN);
    usage_read_bounds(reader, &usage);
    assert_int_equal(usage.bounds[LIMIT_NOFILE], 60);
    assert_int_equal(usage.bounds[LIMIT_PIDS_MAX], 300);
    assert_int_equal(usage.used[LIMIT_PIDS_MAX], 299);
    assert_true(usage.bounds[LIMIT_THREADS_MAX] == LIMIT_UNKNOWN);
    usage_close(reader);
}

MADE_UP(nothing_is_counted_of_a_process_that_has_ended)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    put_machine(*state);
    put(*state, "/proc/400/status", "Uid:\t4242\t0\t0\t0\nThreads:\t12\n");
    OK(usage_open_process(*state, 400, &reader, &err));
    usage_init(&usage);
    usage_count(reader, &usage);
    assert_int_equal(usage.used[LIMIT_NPROC], 12);
    char path[512];
    snprintf(path, sizeof path, "%s/proc/400/status", (const char *)*state);
    assert_int_equal(unlink(path), 0);
    usage_init(&usage);
    usage_count(reader, &usage);
    assert_true(usage.used[LIMIT_NPROC] == LIMIT_UNKNOWN);
    usage_close(reader);
}

MADE_UP(more_task_numbers_than_there_are_are_never_in_use)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    put_machine(*state);
    put(*state, "/proc/sys/kernel/pid_max", "350\n");
    OK(usage_open(*state, &reader, &err));
    usage_read(reader, &usage);
    assert_int_equal(usage.used[LIMIT_PID_MAX], 350);
    for (int number = 1; number <= 60; number++) { /* since then other tasks took low numbers */
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/status", number);
        put(*state, path, "Uid:\t1\t1\t1\t1\nThreads:\t1\n");
    }
    usage_count(reader, &usage);
    assert_int_equal(usage.used[LIMIT_PID_MAX], 300 + 95 - 61);
    usage_close(reader);
}

TEST(a_peak_keeps_the_most_of_each)
{
    struct usage peak, now;
    usage_init(&peak);
    usage_init(&now);
    now.used[LIMIT_PIDS_MAX] = 7;
    usage_raise(&peak, &now);
    assert_int_equal(peak.used[LIMIT_PIDS_MAX], 7);
    now.used[LIMIT_PIDS_MAX] = 5;
    now.used[LIMIT_MEMORY] = 3;
    usage_raise(&peak, &now);
    assert_int_equal(peak.used[LIMIT_PIDS_MAX], 7);
    assert_int_equal(peak.used[LIMIT_MEMORY], 3);
    usage_init(&now);
    usage_raise(&peak, &now);
    assert_int_equal(peak.used[LIMIT_PIDS_MAX], 7);
    assert_true(peak.used[LIMIT_NPROC] == LIMIT_UNKNOWN);
}

/* The moment at which it is wanted most. */
TEST(held_files_are_read_without_a_free_descriptor)
{
    struct usage_reader *reader = NULL;
    struct usage usage;
    struct err err;
    struct rlimit before, none;
    OK(usage_open("", &reader, &err));
    usage_hold(reader);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_int_equal(open("/dev/null", O_RDONLY | O_CLOEXEC), -1);
    usage_read(reader, &usage);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_in_range(usage.used[LIMIT_THREADS_MAX], 1, 1 << 22);
    assert_in_range(usage.used[LIMIT_FILE_MAX], 1, LIMIT_UNKNOWN - 1);
    assert_in_range(usage.used[LIMIT_MEMORY], 1, LIMIT_UNKNOWN - 1);
    usage_release(reader);
    usage_read(reader, &usage);
    assert_in_range(usage.used[LIMIT_THREADS_MAX], 1, 1 << 22);
    usage_close(reader);
}
