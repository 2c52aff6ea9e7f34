/* Whether a socket listens at an address, on a machine that is made up and on this one. */
#include <sys/socket.h>

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
    put(root, "/proc/net/tcp", TCP4);
    put(root, "/proc/net/tcp6", TCP6);
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
    put(root, "/proc/net/tcp", TCP4);
    assert_int_equal(look(root, "192.0.2.1:80"), LISTENER_UNKNOWN);
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
