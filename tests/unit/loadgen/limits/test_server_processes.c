/* Whose a listening socket is, and what descends from them; on a machine that is made up. */
#include <sys/resource.h>
#include <unistd.h>

#include "loadgen/limits/server_processes.h"
#include "tests/unit/loadgen/limits/limits_root.h"

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

static void put_process(const char *root, pid_t pid, pid_t parent, const char *program)
{
    char path[64];
    char text[200];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    snprintf(text, sizeof text, "%d (%s) S %d 1 1 0 -1 4194560 1 0 0 0 30 20 7 3 20 0 5 0 100 1000000 250 1 1\n",
             (int)pid, program, (int)parent);
    put(root, path, text);
}

static void put_socket(const char *root, pid_t pid, unsigned long inode)
{
    char path[512];
    char target[64];
    snprintf(path, sizeof path, "/proc/%d/fd/x", (int)pid);
    put(root, path, "");
    snprintf(path, sizeof path, "%s/proc/%d/fd/%lu", root, (int)pid, inode);
    snprintf(target, sizeof target, "socket:[%lu]", inode);
    assert_int_equal(symlink(target, path), 0);
}

static void put_listeners(const char *root, const unsigned long *inodes, size_t count)
{
    char text[2048] = HEADING;
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used,
                 "   %zu: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  33  0 %lu 1 0 100 0 0 "
                 "10 0\n",
                 i, inodes[i]);
    }
    put(root, "/proc/self/net/tcp", text);
    put(root, "/proc/self/net/tcp6", HEADING);
}

static void find_at_80(const char *root, struct server_processes *found)
{
    server_processes_find(root, "127.0.0.1:80", found);
}

MADE_UP(a_socket_on_all_addresses_counts_once_in_a_list)
{
    static struct server_processes found;
    const char *const root = *state;
    put(root, "/proc/self/net/tcp",
        HEADING
        "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  33  0 7 1 0 100 0 0 10 0\n"
        "   1: 0100007F:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000  33  0 8 1 0 100 0 0 10 0\n");
    put(root, "/proc/self/net/tcp6", HEADING);
    server_processes_find(root, "127.0.0.1:80-82,127.0.0.2:80", &found);
    assert_int_equal(found.socket_count, 2);
    assert_int_equal(found.sockets[0].inode, 7);
    assert_int_equal(found.sockets[1].inode, 8);
}

MADE_UP(a_master_its_workers_and_what_they_started_are_the_server)
{
    static struct server_processes found;
    const char *const root = *state;
    put_listeners(root, (const unsigned long[]){900}, 1);
    put_process(root, 70, 1, "nginx");
    put_process(root, 71, 70, "nginx");
    put_process(root, 72, 70, "nginx");
    put_process(root, 80, 72, "cgi (odd) name");
    put_process(root, 81, 80, "helper");
    put_process(root, 90, 1, "other");
    put_socket(root, 70, 900);
    put_socket(root, 71, 900);
    put_socket(root, 72, 900);
    put_socket(root, 90, 901);
    find_at_80(root, &found);
    assert_int_equal(found.socket_count, 1);
    assert_int_equal(found.count, 5);
    static const pid_t pids[] = {70, 71, 72, 80, 81};
    static const bool accepts[] = {false, true, true, false, false};
    for (size_t i = 0; i < COUNT_OF(pids); i++) {
        assert_int_equal(found.pids[i], pids[i]);
        assert_int_equal(found.accepts[i], accepts[i]);
    }
}

MADE_UP(processes_that_share_a_port_are_one_server)
{
    static struct server_processes found;
    const char *const root = *state;
    put_listeners(root, (const unsigned long[]){900, 901}, 2);
    put_process(root, 70, 1, "a");
    put_process(root, 71, 1, "a");
    put_socket(root, 70, 900);
    put_socket(root, 71, 901);
    find_at_80(root, &found);
    assert_int_equal(found.socket_count, 2);
    assert_int_equal(found.count, 2);
    assert_true(found.accepts[0] && found.accepts[1]);
}

MADE_UP(children_are_found_later_and_those_that_ended_are_dropped)
{
    static struct server_processes found;
    const char *const root = *state;
    char path[512];
    put_listeners(root, (const unsigned long[]){900}, 1);
    put_process(root, 70, 1, "forks");
    put_socket(root, 70, 900);
    find_at_80(root, &found);
    assert_int_equal(found.count, 1);
    put_process(root, 75, 70, "forks");
    server_processes_refresh(root, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.pids[1], 75);
    assert_true(found.accepts[0]);
    snprintf(path, sizeof path, "%s/proc/70/stat", root);
    assert_int_equal(unlink(path), 0);
    server_processes_refresh(root, &found);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.pids[0], 75);
}

MADE_UP(what_cannot_be_read_for_want_of_descriptors_has_not_ended)
{
    static struct server_processes found;
    const char *const root = *state;
    char path[512];
    struct rlimit limit;
    put_listeners(root, (const unsigned long[]){900}, 1);
    put_process(root, 70, 1, "forks");
    put_process(root, 71, 70, "forks");
    put_socket(root, 70, 900);
    find_at_80(root, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, limit.rlim_max}), 0);
    server_processes_refresh(root, &found);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(found.count, 2);
    /* One file alone. */
    snprintf(path, sizeof path, "%s/proc/71/stat", root);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("stat", path), 0);
    server_processes_refresh(root, &found);
    assert_int_equal(found.count, 2);
    assert_true(found.accepts[0] && !found.accepts[1]);
    find_at_80(root, &found);
    assert_int_equal(found.count, 1);
    assert_true(found.accepts[0]);
}

MADE_UP(what_else_was_started_where_this_process_was_is_not_the_server)
{
    static struct server_processes found;
    const char *const root = *state;
    const pid_t self = getpid();
    put_listeners(root, (const unsigned long[]){900}, 1);
    put_process(root, self + 1, 1, "jupyter");
    put_process(root, self + 2, self + 1, "shell");
    put_process(root, self, self + 2, "panel");
    put_process(root, self + 3, self, "panel's");
    put_process(root, self + 4, self + 2, "another");
    put_process(root, self + 5, self + 1, "shell");
    put_process(root, self + 6, self + 5, "another");
    put_process(root, self + 7, self + 1, "worker");
    put_process(root, self + 8, self + 7, "worker's");
    put_socket(root, self + 1, 900);
    put_socket(root, self + 7, 900);
    find_at_80(root, &found);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.pids[0], self + 1);
    assert_int_equal(found.pids[1], self + 7);
    assert_int_equal(found.pids[2], self + 8);
}

MADE_UP(the_other_services_of_systemd_are_not_the_server)
{
    static struct server_processes found;
    const char *const root = *state;
    put_listeners(root, (const unsigned long[]){900}, 1);
    put_process(root, 1, 0, "systemd");
    put_process(root, 70, 1, "service");
    put_process(root, 71, 70, "service");
    put_process(root, 72, 1, "other");
    put_socket(root, 1, 900);
    put_socket(root, 70, 900);
    find_at_80(root, &found);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.pids[1], 70);
    assert_int_equal(found.pids[2], 71);
}

MADE_UP(where_nobody_listens_there_is_no_server)
{
    static struct server_processes found;
    put_listeners(*state, NULL, 0);
    find_at_80(*state, &found);
    assert_int_equal(found.socket_count, 0);
    assert_int_equal(found.count, 0);
}

TEST(what_a_process_uses_is_read_whatever_its_name)
{
    struct process_use use;
    assert_true(
        process_use_read("70 (a) b) S 7 1 1 0 -1 4194560 1 0 0 0 30 20 7 3 20 0 5 0 100 1000000 250 1 1\n", &use));
    assert_int_equal(use.parent, 7);
    assert_int_equal(use.threads, 5);
    assert_int_equal(use.rss_bytes, 250 * sysconf(_SC_PAGESIZE));
    assert_int_equal(use.cpu_us, 60 * (1000000 / sysconf(_SC_CLK_TCK)));
    assert_false(use.has_ended);
    assert_false(use.is_stopped);
    assert_true(process_use_read("70 (a) T 7 1 1 0 -1 4194560 1 0 0 0 30 20 7 3 20 0 5 0 100 0 0 1 1\n", &use));
    assert_true(use.is_stopped);
    assert_true(process_use_read("70 (a) Z 7 1 1 0 -1 4194560 1 0 0 0 30 20 7 3 20 0 1 0 100 0 0 1 1\n", &use));
    assert_true(use.has_ended);
    assert_false(process_use_read("", &use));
    assert_false(process_use_read("70 (a) S 7 1\n", &use));
    assert_false(process_use_read("70 (a)", &use));
}
