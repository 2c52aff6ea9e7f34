/* The limits as the kernel reports them, on machines that are made up and on this one. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/ports.h"
#include "tests/unit/loadgen/limits/limits_root.h"

/* --- the machine --- */

/* The first 300 are given out once only: they are in use whether a task has one or not. */
MADE_UP(low_task_numbers_take_nothing_of_pid_max)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(*state, "/proc/sys/kernel/pid_max", "32768\n");
    put(*state, "/proc/1/status", "Threads:\t1\n");
    put(*state, "/proc/299/status", "Threads:\t1\n");
    put(*state, "/proc/300/status", "Threads:\t1\n");
    expect(*state, LIMIT_PID_MAX, 32768, 393, "/proc/sys/kernel/pid_max");
}

/* Soon after the start of the machine few of the first 300 have been given out. */
MADE_UP(no_more_task_numbers_are_in_use_than_there_are)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/650 700\n");
    put(*state, "/proc/sys/kernel/pid_max", "700\n");
    expect(*state, LIMIT_PID_MAX, 700, 700, "/proc/sys/kernel/pid_max");
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

#define OWN_PID_MAX "/proc/sys/kernel/pid_max (of this namespace; those around it have their own, out of sight)"

/* Since Linux 6.14: inside, only the tasks inside count. */
MADE_UP(a_namespace_of_task_numbers_has_its_own_pid_max)
{
    put(*state, "/proc/loadavg", "0.00 0.01 0.00 1/95 5745\n");
    put(*state, "/proc/sys/kernel/pid_max", "700\n");
    put(*state, "/proc/400/status", "Uid:\t1\t1\t1\t1\nThreads:\t12\n");
    put(*state, "/proc/401/status", "Uid:\t2\t2\t2\t2\nThreads:\t3\n");
    put_namespace(*state, "pid:[4026532201]", "6.14.0-x\n");
    expect(*state, LIMIT_PID_MAX, 700, 315, OWN_PID_MAX);
    put_namespace(*state, "pid:[4026532201]", "7.0.1\n");
    expect(*state, LIMIT_PID_MAX, 700, 315, OWN_PID_MAX);
    put_namespace(*state, "pid:[4026532201]", "6.13.12\n");
    expect(*state, LIMIT_PID_MAX, 700, 395, "/proc/sys/kernel/pid_max");
    put_namespace(*state, "pid:[4026531836]", "6.18.0\n");
    expect(*state, LIMIT_PID_MAX, 700, 395, "/proc/sys/kernel/pid_max");
}

MADE_UP(the_machine_is_read_from_proc)
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
    expect(*state, LIMIT_PID_MAX, 32768, 395, "/proc/sys/kernel/pid_max");
    expect(*state, LIMIT_MAX_MAP_COUNT, 65530, 3, "/proc/sys/vm/max_map_count");
    expect(*state, LIMIT_FILE_MAX, LIMIT_UNLIMITED, 928, "/proc/sys/fs/file-max");
    expect(*state, LIMIT_PORT_RANGE, 28232, LIMIT_UNKNOWN, "/proc/sys/net/ipv4/ip_local_port_range");
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    expect(*state, LIMIT_NOFILE, limit.rlim_cur, 2, "getrlimit"); /* the third is the one that counts */
}

MADE_UP(memory_and_the_network_are_read_from_proc)
{
    put(*state, "/proc/sys/vm/overcommit_memory", "2\n");
    put(*state, "/proc/meminfo",
        "MemTotal:        1000 kB\nMemFree: 1 kB\nMemAvailable:     400 kB\nCommitLimit:  700 kB\nCommitted_AS: 300 "
        "kB\n");
    put(*state, "/proc/self/net/sockstat", "sockets: used 16\nTCP: inuse 2 orphan 3 tw 4 alloc 5 mem 90\nUDP: mem 7\n");
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
    put(*state, "/proc/sys/net/ipv4/tcp_max_tw_buckets", "131072\n");
    expect(*state, LIMIT_TCP_MAX_TW_BUCKETS, 131072, 4, "/proc/sys/net/ipv4/tcp_max_tw_buckets");
    expect(*state, LIMIT_TCP_MEM, 575802, 90, "/proc/sys/net/ipv4/tcp_mem");
    expect(*state, LIMIT_CONNTRACK, 65536, 12, "/proc/sys/net/netfilter/nf_conntrack_max");
    expect(*state, LIMIT_NR_OPEN, 1048576, 1, "/proc/sys/fs/nr_open");
}

MADE_UP(only_strict_overcommit_has_a_bound)
{
    put(*state, "/proc/sys/vm/overcommit_memory", "0\n");
    put(*state, "/proc/meminfo", "CommitLimit:  700 kB\nCommitted_AS: 900 kB\n");
    expect(*state, LIMIT_OVERCOMMIT, LIMIT_UNLIMITED, 900 * 1024ULL, "/proc/sys/vm/overcommit_memory");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMORY);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_CONNTRACK);
}

MADE_UP(the_source_of_the_port_range_shows_tcp_tw_reuse)
{
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    put(*state, "/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    expect(*state, LIMIT_PORT_RANGE, 28232, LIMIT_UNKNOWN, "/proc/sys/net/ipv4/ip_local_port_range (tcp_tw_reuse 2)");
}

#define PORT_RANGE "/proc/sys/net/ipv4/ip_local_port_range"
#define SOCKETS "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#define SOCKET(port, state) "   0: 0100007F:" port " 0200007F:0050 " state " 00000000:00000000 00:00000000 00000000 0\n"

MADE_UP(reserved_ports_are_not_in_the_range)
{
    put(*state, PORT_RANGE, "20000\t20099\n");
    put(*state, "/proc/sys/net/ipv4/ip_local_reserved_ports", "80,19990-20009,20050,20090-65535\n");
    put(*state, "/proc/sys/net/ipv4/tcp_tw_reuse", "0\n");
    expect(*state, LIMIT_PORT_RANGE, 79, LIMIT_UNKNOWN, PORT_RANGE " (tcp_tw_reuse 0, 21 ports reserved)");
    put(*state, "/proc/sys/net/ipv4/ip_local_reserved_ports", "\n");
    expect(*state, LIMIT_PORT_RANGE, 100, LIMIT_UNKNOWN, PORT_RANGE " (tcp_tw_reuse 0)");
}

/* 4E20 is 20000. A listener has its port on each address; TIME_WAIT only where it is not reused. */
MADE_UP(ports_of_listeners_and_in_time_wait_are_in_use)
{
    put(*state, PORT_RANGE, "20000\t20099\n");
    put(*state, "/proc/sys/net/ipv4/tcp_tw_reuse", "0\n");
    put(*state, "/proc/self/net/tcp",
        SOCKETS SOCKET("0050", "0A") SOCKET("4E20", "0A") SOCKET("4E21", "01") SOCKET("4E22", "06") SOCKET("4E22", "06")
            SOCKET("FFFF", "06"));
    put(*state, "/proc/self/net/tcp6", SOCKETS SOCKET("4E20", "0A") SOCKET("4E23", "06"));
    expect(*state, LIMIT_PORT_RANGE, 100, 3, PORT_RANGE " (tcp_tw_reuse 0)");
    put(*state, "/proc/sys/net/ipv4/ip_local_reserved_ports", "20000\n");
    expect(*state, LIMIT_PORT_RANGE, 99, 2, PORT_RANGE " (tcp_tw_reuse 0, 1 ports reserved)");
    put(*state, "/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    expect(*state, LIMIT_PORT_RANGE, 99, 0, PORT_RANGE " (tcp_tw_reuse 2, 1 ports reserved)");
}

#define CLOSED(peer) "   0: 0100007F:4E22 0200007F:" peer " 06 00000000:00000000 00:00000000 00000000 0\n"

MADE_UP(closed_connections_to_a_target_are_told_from_others)
{
    put(*state, "/proc/self/net/tcp",
        SOCKETS SOCKET("0050", "0A") CLOSED("0050") CLOSED("0051") CLOSED("0052") SOCKET("4E21", "01"));
    put(*state, "/proc/self/net/tcp6", SOCKETS CLOSED("0050"));
    assert_int_equal(ports_closed_to(*state, "127.0.0.2:80"), 2);
    assert_int_equal(ports_closed_to(*state, "time.example:80-81,127.0.0.3:83"), 3);
    assert_int_equal(ports_closed_to(*state, "127.0.0.2:8080"), 0);
    assert_int_equal(ports_closed_to("/proc", "127.0.0.2:80"), LIMIT_UNKNOWN); /* where no tables are */
}

MADE_UP(the_queue_of_handshakes_is_shown_with_its_cookies)
{
    struct limit_value values[LIMIT_COUNT];
    put(*state, "/proc/sys/net/ipv4/tcp_max_syn_backlog", "256\n");
    put(*state, "/proc/sys/net/ipv4/tcp_syncookies", "1\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_SYN_BACKLOG);
    const struct limit_value *const found = find(*state, LIMIT_SIDE_SERVER, LIMIT_TCP_MAX_SYN_BACKLOG, values);
    assert_non_null(found);
    assert_int_equal(found->value, 256);
    assert_string_equal(found->source, "/proc/sys/net/ipv4/tcp_max_syn_backlog (tcp_syncookies 1)");
}

MADE_UP(the_processor_time_of_the_process_is_in_use)
{
    struct limit_value values[LIMIT_COUNT];
    struct rlimit limit;
    const struct limit_value *const found = find(*state, LIMIT_SIDE_CLIENT, LIMIT_CPU, values);
    assert_int_equal(getrlimit(RLIMIT_CPU, &limit), 0);
    assert_true(found->value == (limit.rlim_cur == RLIM_INFINITY ? LIMIT_UNLIMITED : limit.rlim_cur));
    assert_in_range(found->used, 0, 60);
    assert_string_equal(found->source, "getrlimit");
}

/* To a process in a user namespace of its own, everybody outside is nobody. */
MADE_UP(only_root_of_the_first_user_namespace_is_exempt_from_nproc)
{
    struct limit_value values[LIMIT_COUNT];
    char path[512];
    put(*state, "/proc/self/uid_map", "         0       1000          1\n");
    put(*state, "/proc/sys/x", "");
    snprintf(path, sizeof path, "%s/proc/sys", (const char *)*state);
    assert_string_equal(limit_terms_nproc_exempt(*state, "self"),
                        "root is exempt"); /* /proc/sys is ours: we are that root */
    assert_string_equal(find(*state, LIMIT_SIDE_CLIENT, LIMIT_NPROC, values)->source, "getrlimit (root is exempt)");
    if (chown(path, 65534, 65534) != 0) {
        SKIP_BECAUSE("files cannot be given away here");
    }
    assert_null(limit_terms_nproc_exempt(*state, "self")); /* whatever capabilities it has in its namespace */
    assert_string_equal(find(*state, LIMIT_SIDE_CLIENT, LIMIT_NPROC, values)->source, "getrlimit");
    put(*state, "/proc/self/uid_map", "         0          0 4294967295\n");
    assert_string_equal(limit_terms_nproc_exempt(*state, "self"),
                        "exempt by capability"); /* by root's capabilities, if it is not the owner */
}

MADE_UP(rlimit_memlock_bounds_rings_where_the_kernel_counts_them)
{
    static const struct {
        const char *release;
        bool counts;
    } kernels[] = {{"5.11.22\n", true}, {"5.12.0-rc1\n", false}, {"6.13.12\n", false}, {"6.14.0-x\n", true}};
    struct limit_value values[LIMIT_COUNT];
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
    put(*state, "/proc/self/uid_map", "         0       1000          1\n"); /* there no capability counts */
    for (size_t i = 0; i < COUNT_OF(kernels); i++) {
        put(*state, "/proc/sys/kernel/osrelease", kernels[i].release);
        const struct limit_value *const found = find(*state, LIMIT_SIDE_CLIENT, LIMIT_MEMLOCK, values);
        assert_true(found->value == (limit.rlim_cur == RLIM_INFINITY ? LIMIT_UNLIMITED : limit.rlim_cur));
        assert_true(found->used == LIMIT_UNKNOWN && found->scope == LIMIT_SCOPE_USER);
        assert_string_equal(found->source, kernels[i].counts ? "getrlimit" : "getrlimit (this kernel counts no rings)");
    }
    if (geteuid() == 0) { /* with its capabilities, which count in the first namespace */
        put(*state, "/proc/self/uid_map", "         0          0 4294967295\n");
        assert_string_equal(limit_terms_memlock_exempt(*state, "self"), "exempt by capability");
    }
}

MADE_UP(another_process_has_limits_of_its_own)
{
    struct limit_value values[LIMIT_COUNT];
    put(*state, "/proc/sys/x", "");
    put(*state, "/proc/70/limits",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max cpu time              unlimited            unlimited            seconds   \n"
        "Max processes             40                   40                   processes \n"
        "Max open files            100                  200                  files     \n");
    put(*state, "/proc/70/status", "Uid:\t4242\t0\t0\t0\nThreads:\t12\n");
    put(*state, "/proc/71/status", "Uid:\t4242\t0\t0\t0\nThreads:\t3\n");
    put(*state, "/proc/72/status", "Uid:\t1\t0\t0\t0\nThreads:\t3\n");
    put(*state, "/proc/70/fd/0", "");
    put(*state, "/proc/70/fd/1", "");
    put(*state, "/proc/70/maps", "a\nb\n");
    put(*state, "/proc/sys/vm/max_map_count", "65530\n");
    put_v2(*state, "/", "/");
    put(*state, "/proc/70/cgroup", "0::/its\n");
    put(*state, GROUPS "/its/pids.max", "500\n");
    put(*state, GROUPS "/its/pids.current", "15\n");
    const size_t count = limits_read_server(*state, 70, 5, values);
    const struct {
        enum limit_id id;
        uint64_t value, used;
        const char *source;
    } wanted[] = {
        {LIMIT_NOFILE, 100, 2, "/proc/70/limits"},
        {LIMIT_CPU, LIMIT_UNLIMITED, LIMIT_UNKNOWN, "/proc/70/limits"},
        {LIMIT_PIDS_MAX, 500, 15, GROUPS "/its/pids.max"},
        {LIMIT_MAX_MAP_COUNT, 65530, 2, "/proc/sys/vm/max_map_count"},
        {LIMIT_BACKLOG, 5, LIMIT_UNKNOWN, "listen"},
    };
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const struct limit_value *const found = limit_find(values, count, wanted[i].id, LIMIT_SIDE_SERVER);
        assert_non_null(found);
        assert_true(found->value == wanted[i].value);
        assert_true(found->used == wanted[i].used);
        assert_string_equal(found->source, wanted[i].source);
    }
    const struct limit_value *const tasks = limit_find(values, count, LIMIT_NPROC, LIMIT_SIDE_SERVER);
    assert_non_null(tasks);
    assert_true(tasks->value == 40 && tasks->used == 15);
    assert_null(limit_find(values, count, LIMIT_AS, LIMIT_SIDE_SERVER)); /* its file does not say */
    const size_t without = limits_read_server(*state, 70, LIMIT_UNKNOWN, values);
    assert_null(limit_find(values, without, LIMIT_BACKLOG, LIMIT_SIDE_SERVER));
}

MADE_UP(what_the_kernel_does_not_have_is_not_listed)
{
    put(*state, "/proc/sys/net/ipv4/ip_local_port_range", "60999 32768\n");
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_THREADS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX);
    expect_none(*state, LIMIT_SIDE_CLIENT, LIMIT_PORT_RANGE);
}

MADE_UP(tasks_of_the_user_are_added_up)
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

MADE_UP(each_side_has_its_own_limits)
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

TEST(an_open_descriptor_is_counted)
{
    const uint64_t before = used_fds();
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(used_fds(), before + 1);
    close(fd);
    assert_int_equal(used_fds(), before);
}

TEST(this_machine_can_be_read)
{
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
