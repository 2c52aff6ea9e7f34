/* The accept queue and the connections of a port, from the kernel and from a machine that is made up. */
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen/limits/socket_diag.h"
#include "tests/unit/loadgen/limits/limits_root.h"

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

static int connect_to(const struct net_address *address)
{
    const int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address->storage, address->length), 0);
    return fd;
}

/* Skips the test where the kernel does not answer. */
static struct socket_diag ask_kernel(uint16_t port, const struct listener_socket *listener)
{
    struct socket_queue queue;
    struct socket_diag diag = socket_diag_open("", port);
    if (!socket_diag_queue(&diag, listener, 1, &queue) || queue.bound == LIMIT_UNKNOWN) {
        SKIP_BECAUSE("the kernel has no sock_diag for TCP");
    }
    return diag;
}

static void watch(const char *text)
{
    struct net_address address;
    struct err err;
    struct listener_socket sockets[2];
    struct socket_queue queue;
    struct socket_counts counts;
    int fd = -1;
    OK(net_parse(text, &address, &err));
    if (net_listen(&address, 5, &fd, &err) != RESULT_OK) {
        return; /* a machine without IPv6 */
    }
    assert_int_equal(listener_sockets("", &address, sockets, 2), 1);
    struct socket_diag diag = ask_kernel(net_port(&address), sockets);
    const int first = connect_to(&address);
    const int second = connect_to(&address);
    const int accepted = accept(fd, NULL, NULL);
    assert_true(accepted >= 0);
    assert_true(socket_diag_queue(&diag, sockets, 1, &queue));
    assert_int_equal(queue.sockets, 1);
    assert_int_equal(queue.waiting, 1);
    assert_int_equal(queue.fullest, 1);
    assert_int_equal(queue.bound, 5);
    assert_int_equal(queue.drops, 0);
    assert_true(socket_diag_connections(&diag, &counts));
    assert_int_equal(counts.states[1], 2);
    assert_int_equal(counts.held, 1);
    close(first);
    close(second);
    close(accepted);
    close(fd);
    assert_true(socket_diag_queue(&diag, sockets, 1, &queue));
    assert_int_equal(queue.sockets, 0); /* it listens no more */
    assert_true(queue.drops == LIMIT_UNKNOWN);
    socket_diag_close(&diag);
}

TEST(connections_of_several_ports_add_up)
{
    struct net_address addresses[3];
    struct listener_socket socket;
    struct socket_counts counts;
    struct err err;
    int listeners[3];
    int clients[3];
    for (size_t i = 0; i < 3; i++) {
        OK(net_parse("127.0.0.1:0", &addresses[i], &err));
        OK(net_listen(&addresses[i], 5, &listeners[i], &err));
        clients[i] = connect_to(&addresses[i]);
    }
    assert_int_equal(listener_sockets("", &addresses[0], &socket, 1), 1);
    struct socket_diag diag = ask_kernel(net_port(&addresses[0]), &socket);
    assert_true(socket_diag_connections(&diag, &counts));
    assert_int_equal(counts.states[1], 1);
    socket_diag_add_port(&diag, net_port(&addresses[2]));
    socket_diag_add_port(&diag, net_port(&addresses[2])); /* is there already */
    assert_int_equal(diag.port_count, 2);
    assert_true(socket_diag_connections(&diag, &counts));
    assert_int_equal(counts.states[1], 2);
    for (size_t i = 0; i < 3; i++) {
        close(clients[i]);
        close(listeners[i]);
    }
    socket_diag_close(&diag);
}

TEST(the_queue_and_the_connections_of_a_listener_are_read_from_the_kernel)
{
    watch("127.0.0.1:0");
    watch("[::1]:0");
}

TEST(an_answer_to_an_earlier_question_is_none_and_a_broken_socket_is_replaced)
{
    const struct nlmsghdr stray = {.nlmsg_len = sizeof stray, .nlmsg_type = 0xfff, .nlmsg_flags = NLM_F_REQUEST};
    struct net_address address;
    struct err err;
    struct listener_socket listener;
    struct socket_queue queue;
    struct rlimit limit;
    int fd = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 5, &fd, &err));
    assert_int_equal(listener_sockets("", &address, &listener, 1), 1);
    struct socket_diag diag = ask_kernel(net_port(&address), &listener);
    assert_int_equal(send(diag.kernel.fd, &stray, sizeof stray, 0),
                     sizeof stray); /* the kernel answers with an error */
    assert_true(socket_diag_queue(&diag, &listener, 1, &queue));
    assert_int_equal(queue.bound, 5);

    const int none = open("/dev/null", O_RDWR | O_CLOEXEC);
    assert_true(none >= 0 && dup2(none, diag.kernel.fd) == diag.kernel.fd);
    close(none);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, limit.rlim_max}), 0);
    const bool known = socket_diag_queue(&diag, &listener, 1, &queue);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_false(known);
    assert_true(queue.drops == LIMIT_UNKNOWN);
    (void)socket_diag_queue(&diag, &listener, 1, &queue);
    assert_true(socket_diag_queue(&diag, &listener, 1, &queue));
    assert_int_equal(queue.bound, 5);
    socket_diag_close(&diag);
    close(fd);
}

MADE_UP(the_tables_of_proc_say_the_same_but_for_the_bound)
{
    const struct listener_socket sockets[] = {{.inode = 900}, {.inode = 901}};
    struct socket_queue queue;
    struct socket_counts counts;
    struct socket_diag diag = socket_diag_open(*state, 80);
    put(*state, "/proc/self/net/tcp",
        HEADING
        "   0: 0100007F:0050 00000000:0000 0A 00000000:00000006 00:00000000 00000000 33 0 900 1 0 100 0 0 10 0\n"
        "   1: 0100007F:0050 00000000:0000 0A 00000000:00000002 00:00000000 00000000 33 0 901 1 0 100 0 0 10 0\n"
        "   2: 0100007F:0050 0100007F:AFC8 01 00000000:00000000 00:00000000 00000000 33 0 902 1 0 100 0 0 10 0\n"
        "   3: 0100007F:0050 0100007F:AFC9 01 00000000:00000000 00:00000000 00000000 0 0 0 1 0 100 0 0 10 0\n"
        "   4: 0100007F:0050 0100007F:AFCA 06 00000000:00000000 00:00000000 00000000 0 0 0 1 0 100 0 0 10 0\n"
        "   5: 0100007F:AFC8 0100007F:0050 01 00000000:00000000 00:00000000 00000000 33 0 903 1 0 100 0 0 10 0\n");
    put(*state, "/proc/self/net/tcp6", HEADING);
    assert_true(socket_diag_queue(&diag, sockets, 2, &queue));
    assert_int_equal(queue.sockets, 2);
    assert_int_equal(queue.waiting, 8);
    assert_int_equal(queue.fullest, 6);
    assert_true(queue.bound == LIMIT_UNKNOWN && queue.drops == LIMIT_UNKNOWN);
    assert_true(socket_diag_connections(&diag, &counts));
    assert_int_equal(counts.states[1], 2);
    assert_int_equal(counts.states[6], 1);
    assert_int_equal(counts.held, 1);
    socket_diag_close(&diag);
}

TEST(states_have_the_kernels_names)
{
    assert_string_equal(socket_state_name(1), "ESTABLISHED");
    assert_string_equal(socket_state_name(8), "CLOSE_WAIT");
    assert_null(socket_state_name(0));
    assert_null(socket_state_name(SOCKET_STATES));
}
