/* What the kernel counts, on machines that are made up and on this one. */

#include <unistd.h>

#include "loadgen/limits/counters.h"
#include "tests/unit/loadgen/limits/limits_root.h"

/* --- control groups --- */

/* Those that are not named stayed as they were. */
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

MADE_UP(v2_counters_of_an_ancestor_are_not_added_to_the_groups_own)
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
    expect_risen(&before, root,
                 (const uint64_t[COUNTER_COUNT]){[COUNTER_PIDS_REFUSED] = 4,
                                                 [COUNTER_MEMORY_REFUSED] = 2,
                                                 [COUNTER_MEMORY_AT_MAX] = 90,
                                                 [COUNTER_GROUP_KILLED] = 1,
                                                 [COUNTER_MACHINE_KILLED] = 6});
}

MADE_UP(v1_counters_are_in_files_of_their_own)
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
    expect_risen(&before, root,
                 (const uint64_t[COUNTER_COUNT]){[COUNTER_MEMORY_REFUSED] = 12, [COUNTER_GROUP_KILLED] = 3});
}

/* --- what is counted for the machine, the network and the processors --- */

static uint64_t risen_of(const struct counters *before, const struct counters *after, enum counter_id id)
{
    uint64_t risen[COUNTER_COUNT];
    counters_risen(before, after, risen);
    return risen[id];
}

MADE_UP(network_counters_are_found_by_their_names)
{
    const char *const root = *state;
    struct counters before, after;
    put(root, "/proc/self/net/netstat",
        "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPReqQFullDrop\nTcpExt: 1 100 200 0\n"
        "IpExt: InNoRoutes ListenOverflows\nIpExt: 1 7\n");
    put(root, "/proc/self/net/snmp",
        "Tcp: RtoAlgorithm AttemptFails EstabResets\nTcp: 1 5 6\nUdp: AttemptFails\nUdp: 3\n");
    counters_read(root, &before);
    put(root, "/proc/self/net/netstat",
        "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPReqQFullDrop\nTcpExt: 1 103 209 2\n"
        "IpExt: InNoRoutes ListenOverflows\nIpExt: 1 70\n");
    put(root, "/proc/self/net/snmp",
        "Tcp: RtoAlgorithm AttemptFails EstabResets\nTcp: 1 9 7\nUdp: AttemptFails\nUdp: 3\n");
    counters_read(root, &after);
    assert_true(before.known[COUNTER_LISTEN_OVERFLOWS]);
    assert_false(before.known[COUNTER_SYN_RETRANSMITS]); /* an older kernel's table */
    assert_int_equal(risen_of(&before, &after, COUNTER_LISTEN_OVERFLOWS), 3);
    assert_int_equal(risen_of(&before, &after, COUNTER_LISTEN_DROPS), 9);
    assert_int_equal(risen_of(&before, &after, COUNTER_SYN_QUEUE_DROPS), 2);
    assert_int_equal(risen_of(&before, &after, COUNTER_SYN_RETRANSMITS), 0);
    assert_int_equal(risen_of(&before, &after, COUNTER_ATTEMPT_FAILS), 4);
    assert_int_equal(risen_of(&before, &after, COUNTER_ESTABLISHED_RESETS), 1);
}

MADE_UP(conntrack_counters_of_all_processors_are_added_up)
{
    const char *const root = *state;
    struct counters before, after;
    put(root, "/proc/self/net/stat/nf_conntrack",
        "entries  clashres found insert_failed drop early_drop icmp_error\n"
        "000000ff  00000000 00000000 00000001 0000000a 00000000 00000000\n"
        "000000ff  00000000 00000000 00000000 00000010 00000002 00000000\n");
    counters_read(root, &before);
    assert_int_equal(before.counts[COUNTER_CONNTRACK_DROPS][0], 26);
    put(root, "/proc/self/net/stat/nf_conntrack",
        "entries  clashres found insert_failed drop early_drop icmp_error\n"
        "000000ff  00000000 00000000 00000001 0000001a 00000000 00000000\n"
        "000000ff  00000000 00000000 00000003 00000011 00000002 00000000\n");
    counters_read(root, &after);
    assert_int_equal(risen_of(&before, &after, COUNTER_CONNTRACK_DROPS), 17);
    assert_int_equal(risen_of(&before, &after, COUNTER_CONNTRACK_INSERT_FAILS), 3);
    assert_int_equal(risen_of(&before, &after, COUNTER_CONNTRACK_EARLY_DROPS), 0);
}

MADE_UP(damaged_tables_count_nothing)
{
    static const char *const texts[] = {"",
                                        "\n",
                                        "TcpExt:",
                                        "TcpExt: ListenOverflows\n",
                                        "TcpExt: ListenDrops ListenOverflows\nTcpExt: 5\n",
                                        "entries drop\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct counters counters;
        put(*state, "/proc/self/net/netstat", texts[i]);
        put(*state, "/proc/self/net/stat/nf_conntrack", texts[i]);
        counters_read(*state, &counters);
        assert_false(counters.known[COUNTER_LISTEN_OVERFLOWS]);
        assert_int_equal(counters.counts[COUNTER_LISTEN_OVERFLOWS][0], 0);
        assert_int_equal(counters.counts[COUNTER_CONNTRACK_DROPS][0], 0);
    }
}

/* The group above ran for twice as many periods and was never throttled. */
MADE_UP(cpu_counters_are_of_the_group_that_was_throttled)
{
    const char *const root = *state;
    struct counters before, after;
    put_v2(root, "/a/b", "/");
    counters_read(root, &before);
    put(root, GROUPS "/a/cpu.stat", "usage_usec 9\nnr_periods 80\nnr_throttled 1\nthrottled_usec 4\n");
    put(root, GROUPS "/a/b/cpu.stat", "usage_usec 9\nnr_periods 40\nnr_throttled 39\nthrottled_usec 3000\n");
    counters_read(root, &after);
    assert_int_equal(risen_of(&before, &after, COUNTER_CPU_PERIODS), 40);
    assert_int_equal(risen_of(&before, &after, COUNTER_CPU_THROTTLED), 39);
    assert_int_equal(risen_of(&before, &after, COUNTER_CPU_THROTTLED_US), 3000);
}

/* The group above has others in it, which wait as well. */
MADE_UP(what_waited_for_memory_is_of_the_groups_own_tasks)
{
    const char *const root = *state;
    struct counters before, after;
    put_v2(root, "/a/b", "/");
    put(root, GROUPS "/a/b/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
    counters_read(root, &before);
    assert_true(before.known[COUNTER_MEMORY_WAIT_US]);
    assert_false(before.known[COUNTER_MEMORY_STALL_US]);
    put(root, GROUPS "/a/memory.events", "low 0\nhigh 786\nmax 0\n");
    put(root, GROUPS "/a/memory.pressure",
        "some avg10=70.26 avg60=28.91 avg300=7.10 total=90000\nfull avg10=65.06 avg60=26.05 avg300=6.37 total=80000\n");
    put(root, GROUPS "/a/b/memory.pressure",
        "some avg10=70.26 avg60=28.91 avg300=7.10 total=1005\nfull avg10=65.06 avg60=26.05 avg300=6.37 total=900\n");
    counters_read(root, &after);
    assert_int_equal(risen_of(&before, &after, COUNTER_MEMORY_AT_HIGH), 786);
    assert_int_equal(risen_of(&before, &after, COUNTER_MEMORY_WAIT_US), 1000);
    assert_int_equal(risen_of(&before, &after, COUNTER_MEMORY_STALL_US), 900);
}

MADE_UP(v1_counts_throttled_time_in_nanoseconds)
{
    struct counters counters;
    put(*state, "/proc/self/cgroup", "4:cpu,cpuacct:/g\n3:memory:/m\n0::/\n");
    put(*state, "/proc/self/mountinfo",
        "31 23 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 23 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    put(*state, GROUPS "/cpu/g/cpu.stat", "nr_periods 10\nnr_throttled 7\nthrottled_time 5000000\n");
    put(*state, GROUPS "/memory/m/memory.oom_control", "oom_kill_disable 1\nunder_oom 1\noom_kill 0\n");
    counters_read(*state, &counters);
    assert_int_equal(counters.counts[COUNTER_CPU_THROTTLED_US][0], 5000);
    assert_true(counters.known[COUNTER_GROUP_KILLED]);
    assert_false(counters.known[COUNTER_MEMORY_AT_HIGH]); /* version 1 has none */
}

static bool is_frozen(const char *root)
{
    struct counter_groups groups;
    counter_groups_find(root, "self", &groups);
    return counter_groups_are_frozen(root, &groups);
}

MADE_UP(a_frozen_group_is_known_in_both_versions)
{
    const char *const root = *state;
    put(root, "/proc/self/cgroup", "4:freezer:/g\n0::/\n");
    put(root, "/proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n");
    assert_false(is_frozen(root)); /* the topmost group has no such file */
    put(root, GROUPS "/freezer/g/freezer.state", "THAWED\n");
    assert_false(is_frozen(root));
    put(root, GROUPS "/freezer/g/freezer.state", "FROZEN\n");
    assert_true(is_frozen(root));
    put_v2(root, "/a/b", "/");
    put(root, GROUPS "/a/b/cgroup.events", "populated 1\nfrozen 0\n");
    assert_false(is_frozen(root));
    put(root, GROUPS "/a/b/cgroup.events", "populated 1\nfrozen 1\n");
    assert_true(is_frozen(root));
}

TEST(counters_have_names)
{
    for (enum counter_id id = 0; id < COUNTER_COUNT; id++) {
        assert_int_equal(counter_from_name(counter_name(id)), id);
    }
    assert_int_equal(counter_from_name("no such counter"), COUNTER_COUNT);
    assert_int_equal(counter_from_name(NULL), COUNTER_COUNT);
}

/* The kernel's own tables have these columns, on every kernel that Koneksi supports. */
TEST(this_kernels_tables_can_be_read)
{
    struct counters counters;
    uint64_t value = 0;
    counters_read("", &counters);
    for (enum counter_id id = COUNTER_LISTEN_OVERFLOWS; id <= COUNTER_ESTABLISHED_RESETS; id++) {
        assert_true(counters.known[id]);
    }
    const int fd = counter_open(COUNTER_LISTEN_OVERFLOWS);
    assert_true(fd >= 0);
    assert_true(counter_read(fd, COUNTER_LISTEN_OVERFLOWS, &value));
    assert_true(value >= counters.counts[COUNTER_LISTEN_OVERFLOWS][0]);
    assert_true(counter_read(fd, COUNTER_LISTEN_OVERFLOWS, &value)); /* the same file again */
    close(fd);
}
