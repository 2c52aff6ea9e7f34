/* The bounds of control groups, of version 1, version 2 and both at once. */

#include "tests/unit/loadgen/limits/limits_root.h"

/* --- control groups, version 2 --- */

MADE_UP(v2_reads_the_own_group)
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
MADE_UP(the_group_with_the_least_room_binds)
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
MADE_UP(a_group_over_its_bound_binds)
{
    put_v2(*state, "/a/b", "/");
    put(*state, GROUPS "/a/b/pids.max", "20\n");
    put(*state, GROUPS "/a/b/pids.current", "19\n");
    put(*state, GROUPS "/a/pids.max", "10\n");
    put(*state, GROUPS "/a/pids.current", "19\n");
    expect(*state, LIMIT_PIDS_MAX, 10, 19, GROUPS "/a/pids.max");
}

MADE_UP(no_bound_anywhere_is_unlimited)
{
    put_v2(*state, "/a", "/");
    put(*state, GROUPS "/a/pids.max", "max\n");
    put(*state, GROUPS "/a/pids.current", "7\n");
    expect(*state, LIMIT_PIDS_MAX, LIMIT_UNLIMITED, 7, GROUPS "/a/pids.max");
    /* no memory controller in that group: unlimited, and the source says which group was looked at */
    expect(*state, LIMIT_MEMORY_MAX, LIMIT_UNLIMITED, LIMIT_UNKNOWN, GROUPS "/a");
}

MADE_UP(the_top_group_has_no_bound)
{
    put_v2(*state, "/", "/");
    put(*state, GROUPS "/cgroup.procs", "1\n");
    expect(*state, LIMIT_PIDS_MAX, LIMIT_UNLIMITED, LIMIT_UNKNOWN, GROUPS);
}

/* A container without a namespace of its own sees the host's path and a mount of its group alone. */
MADE_UP(a_mount_may_begin_inside_the_hierarchy)
{
    put_v2(*state, "/docker/abc/deep", "/docker/abc");
    put(*state, GROUPS "/pids.max", "50\n");
    put(*state, GROUPS "/pids.current", "5\n");
    put(*state, GROUPS "/deep/pids.max", "100\n");
    put(*state, GROUPS "/deep/pids.current", "5\n");
    expect(*state, LIMIT_PIDS_MAX, 50, 5, GROUPS "/pids.max");
}

MADE_UP(a_group_out_of_sight_is_read_from_the_mount_up)
{
    put_v2(*state, "/../other", "/");
    put(*state, GROUPS "/pids.max", "70\n");
    put(*state, GROUPS "/../other/pids.max", "1\n");
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
}

/* The group of a namespace whose hierarchy was mounted outside it; and a file system that covers the groups. */
MADE_UP(the_bound_of_a_group_that_cannot_be_seen_is_not_known)
{
    put_v2(*state, "/", "/../..");
    put(*state, GROUPS "/cgroup.procs", "1\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
    put(*state, GROUPS "/pids.max", "70\n"); /* above it, and so for it as well */
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
    put_v2(*state, "/covered", "/");
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
    put(*state, GROUPS "/pids.max", "max\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
}

/* "/docker/abcdef" is no part of "/docker/abc". */
MADE_UP(a_group_with_a_longer_name_is_another_group)
{
    put_v2(*state, "/docker/abcdef", "/docker/abc");
    put(*state, GROUPS "/pids.max", "70\n");
    put(*state, GROUPS "/def/pids.max", "1\n");
    expect(*state, LIMIT_PIDS_MAX, 70, LIMIT_UNKNOWN, GROUPS "/pids.max");
}

MADE_UP(a_mount_point_may_have_a_space)
{
    put(*state, "/proc/self/cgroup", "0::/a\n");
    put(*state, "/proc/self/mountinfo", "31 23 0:28 / /my\\040groups rw - cgroup2 none rw\n");
    put(*state, "/my groups/a/pids.max", "9\n");
    expect(*state, LIMIT_PIDS_MAX, 9, LIMIT_UNKNOWN, "/my groups/a/pids.max");
}

MADE_UP(a_long_path_keeps_its_end)
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

MADE_UP(v1_reads_each_controller_in_its_own_hierarchy)
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

MADE_UP(the_largest_number_of_v1_is_unlimited)
{
    put(*state, "/proc/self/cgroup", "4:memory:/\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/memory/memory.limit_in_bytes", "9223372036854771712\n"); /* 0x7ffffffffffff000 */
    put(*state, GROUPS "/memory/memory.usage_in_bytes", "123\n");
    expect(*state, LIMIT_MEMORY_MAX, LIMIT_UNLIMITED, 123, GROUPS "/memory/memory.limit_in_bytes");
}

MADE_UP(hybrid_takes_a_controller_from_where_it_is)
{
    put(*state, "/proc/self/cgroup", "4:memory:/m\n0::/u\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/memory/m/memory.limit_in_bytes", "777\n");
    put(*state, GROUPS "/unified/u/pids.max", "88\n");
    put(*state, GROUPS "/unified/u/memory.max", "1\n");
    expect(*state, LIMIT_MEMORY_MAX, 777, LIMIT_UNKNOWN, GROUPS "/memory/m/memory.limit_in_bytes");
    expect(*state, LIMIT_PIDS_MAX, 88, LIMIT_UNKNOWN, GROUPS "/unified/u/pids.max");
}

MADE_UP(a_hierarchy_that_is_not_mounted_is_not_listed)
{
    put(*state, "/proc/self/cgroup", "8:pids:/p\n0::/u\n");
    put(*state, "/proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMORY_MAX);
}

MADE_UP(damaged_files_are_passed_over)
{
    put(*state, "/proc/self/cgroup", "\n:\nnonsense\n0::/a\n");
    put(*state, "/proc/self/mountinfo", "\n - \n1 2 3\n1 2 3 4 5 - cgroup2\n31 23 0:28 / /g rw - cgroup2 none rw\n");
    put(*state, "/g/a/pids.max", "soon\n");
    put(*state, "/g/pids.max", "5\n");
    expect(*state, LIMIT_PIDS_MAX, 5, LIMIT_UNKNOWN, "/g/pids.max");
}

/* The kernel gives up cached pages before it refuses memory. */
MADE_UP(the_page_cache_is_not_in_use)
{
    put_v2(*state, "/app", "/");
    put(*state, GROUPS "/app/memory.max", "1000000\n");
    put(*state, GROUPS "/app/memory.current", "900000\n");
    put(*state, GROUPS "/app/memory.stat", "anon 100000\ninactive_file 500000\nactive_file 200000\nfile 700000\n");
    expect(*state, LIMIT_MEMORY_MAX, 1000000, 200000, GROUPS "/app/memory.max");
}

/* --- processor time --- */

MADE_UP(v2_takes_the_smallest_quota_of_all_ancestors)
{
    put_v2(*state, "/a/b", "/");
    put(*state, GROUPS "/a/b/cpu.max", "max 100000\n");
    put(*state, GROUPS "/a/cpu.max", "20000 100000\n");
    expect(*state, LIMIT_CPU_MAX, 200, LIMIT_UNKNOWN, GROUPS "/a/cpu.max");
    put(*state, GROUPS "/a/b/cpu.max", "9000 50000\n");
    expect(*state, LIMIT_CPU_MAX, 180, LIMIT_UNKNOWN, GROUPS "/a/b/cpu.max");
}

MADE_UP(v1_has_its_quota_in_two_files)
{
    put(*state, "/proc/self/cgroup", "8:cpu,pids:/p/q\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/cpu,pids/cpu.cfs_quota_us", "-1\n");
    put(*state, GROUPS "/cpu,pids/cpu.cfs_period_us", "100000\n");
    put(*state, GROUPS "/cpu,pids/p/cpu.cfs_quota_us", "150000\n");
    put(*state, GROUPS "/cpu,pids/p/cpu.cfs_period_us", "100000\n");
    put(*state, GROUPS "/cpu,pids/p/q/cpu.cfs_quota_us", "-1\n");
    put(*state, GROUPS "/cpu,pids/p/q/cpu.cfs_period_us", "100000\n");
    expect(*state, LIMIT_CPU_MAX, 1500, LIMIT_UNKNOWN, GROUPS "/cpu,pids/p/cpu.cfs_quota_us");
}

MADE_UP(damaged_quotas_are_none)
{
    put_v2(*state, "/a", "/");
    static const char *const texts[] = {"", "\n", "5", "5 0\n", "-5 5\n", "18446744073709551615 1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct limit_value values[LIMIT_COUNT];
        put(*state, GROUPS "/a/cpu.max", texts[i]);
        assert_true(find(*state, LIMIT_SIDE_CLIENT, LIMIT_CPU_MAX, values)->value == LIMIT_UNLIMITED);
    }
}

/* --- memory.high --- */

MADE_UP(memory_high_is_a_bound_of_its_own)
{
    put_v2(*state, "/a/b", "/");
    put(*state, GROUPS "/a/b/memory.current", "5000\n");
    put(*state, GROUPS "/a/memory.current", "6000\n");
    put(*state, GROUPS "/a/memory.high", "8000\n");
    put(*state, GROUPS "/a/b/memory.high", "max\n");
    expect(*state, LIMIT_MEMORY_HIGH, 8000, 6000, GROUPS "/a/memory.high");
}

MADE_UP(v1_has_no_memory_high)
{
    put(*state, "/proc/self/cgroup", "4:memory:/m\n0::/u\n");
    put_v1_mounts(*state);
    put(*state, GROUPS "/memory/m/memory.high", "5\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMORY_HIGH);
}
