/* Whether a socket listens at an address, on a machine that is made up and on this one. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "loadgen/limits/listener.h"
#include "tests/unit/loadgen/limits/limits_root.h"

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
/* 127.0.0.1:45000 listens, as does *:80; 127.0.0.1:9 is the local end of a connection. */
#define TCP4                                                                                                           \
    HEADING "   0: 0100007F:AFC8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 "  \
            "0 10 0\n"                                                                                                 \
            "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 "  \
            "0 10 0\n"                                                                                                 \
            "   2: 0100007F:0009 0100007F:AFC8 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 "  \
            "0 10 0\n"
#define TCP6                                                                                                           \
    HEADING                                                                                                            \
    "   0: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4 1\n"        \
    "   1: 0000000000000000FFFF00000100007F:0053 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 5 1\n"

static enum listener_state look(const char *root, const char *text)
{
    struct net_address address;
    struct err err;
    assert_int_equal(net_parse(text, &address, &err), RESULT_OK);
    return listener_look(root, &address);
}

MADE_UP(a_socket_that_listens_is_found_by_its_address_or_on_all_of_them)
{
    const char *const root = *state;
    put(root, "/proc/self/net/tcp", TCP4);
    put(root, "/proc/self/net/tcp6", TCP6);
    assert_int_equal(look(root, "127.0.0.1:45000"), LISTENER_THERE);
    assert_int_equal(look(root, "127.0.0.2:45000"), LISTENER_GONE);
    assert_int_equal(look(root, "127.0.0.2:80"), LISTENER_THERE);
    assert_int_equal(look(root, "127.0.0.1:9"), LISTENER_GONE); /* it is connected, and does not listen */
    assert_int_equal(look(root, "[::1]:81"), LISTENER_THERE);
    assert_int_equal(look(root, "[::1]:82"), LISTENER_GONE);
    assert_int_equal(look(root, "127.0.0.1:83"), LISTENER_THERE); /* by a socket of IPv6 */
}

MADE_UP(nothing_is_said_of_another_machine)
{
    const char *const root = *state;
    put(root, "/proc/self/net/tcp", TCP4);
    assert_int_equal(look(root, "192.0.2.1:80"), LISTENER_UNKNOWN);
}

/* As with /proc mounted with subset=pid. */
MADE_UP(tables_that_are_out_of_sight_are_not_empty)
{
    const char *const root = *state;
    assert_int_equal(look(root, "127.0.0.1:45000"), LISTENER_UNKNOWN);
    assert_int_equal(look(root, "[::1]:81"), LISTENER_UNKNOWN);
    put(root, "/proc/self/net/tcp", TCP4); /* a kernel without IPv6 */
    assert_int_equal(look(root, "127.0.0.1:46000"), LISTENER_GONE);
    assert_int_equal(look(root, "[::1]:81"), LISTENER_GONE);
}

TEST(a_socket_of_this_machine_is_there_until_it_is_closed)
{
    struct net_address address;
    struct err err;
    int fd = -1;
    assert_int_equal(net_parse("127.0.0.1:0", &address, &err), RESULT_OK);
    assert_int_equal(net_listen(&address, 1, &fd, &err), RESULT_OK);
    assert_int_equal(listener_look("", &address), LISTENER_THERE);
    close(fd);
    assert_int_equal(listener_look("", &address), LISTENER_GONE);
}

/* --- the listing --- */

static void put_descriptor(const char *root, const char *process, unsigned fd, const char *target)
{
    char path[512];
    snprintf(path, sizeof path, "/proc/%s/fd/x", process);
    put(root, path, "");
    snprintf(path, sizeof path, "%s/proc/%s/fd/%u", root, process, fd);
    assert_int_equal(symlink(target, path), 0);
}

static const struct listener_entry *entry_of(const struct listener_entry *entries, size_t count, const char *address)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(entries[i].address, address) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}

MADE_UP(listeners_are_listed_with_their_processes)
{
    const char *const root = *state;
    struct listener_entry entries[8];
    put(root, "/proc/self/net/tcp", TCP4);
    put(root, "/proc/self/net/tcp6", TCP6);
    put(root, "/proc/70/comm", "nginx\n");
    put_descriptor(root, "70", 3, "socket:[2]");
    put_descriptor(root, "70", 4, "socket:[2]");
    put_descriptor(root, "71", 9, "socket:[2]");
    put_descriptor(root, "72", 9, "socket:[3]");
    put_descriptor(root, "72", 10, "/dev/null");
    assert_int_equal(listeners_list(root, entries, COUNT_OF(entries)), 4);
    const struct listener_entry *const all = entry_of(entries, 4, "0.0.0.0:80");
    assert_non_null(all);
    assert_int_equal(all->inode, 2);
    assert_int_equal(all->pid, 70);
    assert_string_equal(all->program, "nginx");
    assert_int_equal(all->processes, 2);
    const struct listener_entry *const unseen = entry_of(entries, 4, "127.0.0.1:45000");
    assert_non_null(unseen);
    assert_int_equal(unseen->pid, 0);
    assert_string_equal(unseen->program, "");
    assert_int_equal(unseen->processes, 0);
    assert_non_null(entry_of(entries, 4, "[::1]:81"));
    assert_non_null(entry_of(entries, 4, "127.0.0.1:83")); /* by a socket of IPv6 */
}

MADE_UP(no_more_listeners_are_listed_than_asked_for)
{
    struct listener_entry entries[1];
    put(*state, "/proc/self/net/tcp", TCP4);
    assert_int_equal(listeners_list(*state, entries, 1), 1);
    assert_string_equal(entries[0].address, "127.0.0.1:45000");
}

MADE_UP(a_socket_bound_to_the_address_goes_before_one_on_all_addresses)
{
    const char *const root = *state;
    struct listener_socket sockets[4];
    struct net_address address;
    struct err err;
    put(root, "/proc/self/net/tcp",
        HEADING
        "   0: 00000000:AFC8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  7  0 1 1 0 100 0 0 10 0\n"
        "   1: 0100007F:AFC8 00000000:0000 0A 00000000:00000005 00:00000000 00000000  8  0 2 1 0 100 0 0 10 0\n"
        "   2: 0100007F:AFC8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  8  0 3 1 0 100 0 0 10 0\n");
    assert_int_equal(net_parse("127.0.0.1:45000", &address, &err), RESULT_OK);
    assert_int_equal(listener_sockets(root, &address, sockets, COUNT_OF(sockets)), 2);
    assert_int_equal(sockets[0].inode, 2);
    assert_int_equal(sockets[0].uid, 8);
    assert_int_equal(sockets[0].waiting, 5);
    assert_int_equal(sockets[1].inode, 3);
    assert_int_equal(net_parse("127.0.0.2:45000", &address, &err), RESULT_OK);
    assert_int_equal(listener_sockets(root, &address, sockets, COUNT_OF(sockets)), 1);
    assert_int_equal(sockets[0].inode, 1);
}

MADE_UP(of_several_addresses_those_without_a_listener_are_counted_with_their_clients)
{
    const char *const root = *state;
    struct listeners_gone gone;
    put(root, "/proc/self/net/tcp",
        HEADING
        "   0: 0100007F:0007 00000000:0000 0A 00000000:00000000 00:00000000 00000000  7  0 1 1 0 100 0 0 10 0\n"
        "   1: 0100007F:0009 00000000:0000 0A 00000000:00000000 00:00000000 00000000  7  0 2 1 0 100 0 0 10 0\n");
    put(root, "/proc/self/net/tcp6", HEADING);
    assert_int_equal(listeners_look(root, "127.0.0.1:7-10", &client_share_whole, 10, &gone), LISTENER_SOME_GONE);
    assert_int_equal(gone.count, 2);
    assert_int_equal(gone.of, 4);
    assert_int_equal(gone.clients, 3 + 2); /* 1, 5, 9 and 3, 7 */
    assert_string_equal(gone.first, "127.0.0.1:8");
    assert_int_equal(listeners_look(root, "127.0.0.1:7,127.0.0.1:9", &client_share_whole, 10, &gone), LISTENER_THERE);
    assert_int_equal(listeners_look(root, "127.0.0.1:8,127.0.0.1:10", &client_share_whole, 10, &gone), LISTENER_GONE);
    assert_int_equal(listeners_look(root, "127.0.0.1:7,192.0.2.1:1", &client_share_whole, 10, &gone), LISTENER_UNKNOWN);
    assert_int_equal(listeners_look(root, "127.0.0.1:8,192.0.2.1:1", &client_share_whole, 3, &gone),
                     LISTENER_SOME_GONE);
    assert_int_equal(gone.clients, 2);
    const struct client_share third = {.first = 1, .stride = 3}; /* 1, 4, 7, 10, 13, 16, 19 */
    assert_int_equal(listeners_look(root, "127.0.0.1:7-10", &third, 20, &gone), LISTENER_SOME_GONE);
    assert_int_equal(gone.clients, 4); /* 1, 7, 13, 19 */
    const struct client_share even = {.first = 2, .stride = 4};
    assert_int_equal(listeners_look(root, "127.0.0.1:7-10", &even, 20, &gone), LISTENER_SOME_GONE);
    assert_int_equal(gone.clients, 0); /* all of them are at 127.0.0.1:9 */
}

static pid_t start_holder(int fd_that_closes)
{
    const pid_t pid = fork_mortal();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_NAME, "holder");
        close(fd_that_closes);
        while (true) {
            pause();
        }
    }
    return pid;
}

TEST(children_of_this_process_are_listed_as_holders_of_its_socket)
{
    static struct listener_entry entries[LISTENERS_MOST];
    struct net_address address;
    struct err err;
    char text[NET_TEXT_SIZE];
    int fd = -1;
    int ends[2];
    char none = 0;
    assert_int_equal(net_parse("127.0.0.1:0", &address, &err), RESULT_OK);
    assert_int_equal(net_listen(&address, 1, &fd, &err), RESULT_OK);
    assert_int_equal(pipe(ends), 0);
    const pid_t first = start_holder(ends[1]);
    const pid_t second = start_holder(ends[1]);
    net_format(&address, text);
    close(fd); /* only the children have it now */
    close(ends[1]);
    assert_int_equal(read(ends[0], &none, 1), 0); /* both have their names */
    close(ends[0]);
    const size_t count = listeners_list("", entries, COUNT_OF(entries));
    const struct listener_entry *const entry = entry_of(entries, count, text);
    assert_non_null(entry);
    assert_int_equal(entry->processes, 2);
    assert_int_equal(entry->pid, first < second ? first : second);
    assert_string_equal(entry->program, "holder");
    assert_int_equal(entry->uid, getuid());
    assert_true(kill(first, SIGKILL) == 0 && kill(second, SIGKILL) == 0);
    assert_true(waitpid(first, NULL, 0) == first && waitpid(second, NULL, 0) == second);
}
