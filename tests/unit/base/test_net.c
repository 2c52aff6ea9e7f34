#include <fcntl.h>
#include <unistd.h>

#include "base/net.h"
#include "tests/unit/test.h"

static void expect_address(const char *text, const char *formatted, uint16_t port, bool loopback)
{
    struct net_address address;
    struct err err;
    char again[NET_TEXT_SIZE];
    OK(net_parse(text, &address, &err));
    net_format(&address, again);
    assert_string_equal(again, formatted);
    assert_int_equal(net_port(&address), port);
    assert_int_equal(net_is_loopback(&address), loopback);
}

TEST(numeric_addresses_are_read_and_written)
{
    expect_address("127.0.0.1:45000", "127.0.0.1:45000", 45000, true);
    expect_address("127.255.1.2:0", "127.255.1.2:0", 0, true);
    expect_address("128.0.0.1:80", "128.0.0.1:80", 80, false);
    expect_address("0.0.0.0:65535", "0.0.0.0:65535", 65535, false);
    expect_address("[::1]:8080", "[::1]:8080", 8080, true);
    expect_address("[::]:8080", "[::]:8080", 8080, false);
    expect_address("[::ffff:127.0.0.1]:1", "127.0.0.1:1", 1, true);
    expect_address("[::ffff:10.0.0.1]:1", "10.0.0.1:1", 1, false);
    expect_address("[2001:db8::7]:1", "[2001:db8::7]:1", 1, false);
}

TEST(the_loopback_of_ipv4_is_told_from_that_of_ipv6)
{
    static const struct {
        const char *text;
        bool expected;
    } rows[] = {{"127.0.0.1:1", true},
                {"127.255.1.2:1", true},
                {"128.0.0.1:1", false},
                {"[::1]:1", false},
                {"[::ffff:127.0.0.1]:1", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct net_address address;
        struct err err;
        OK(net_parse(rows[i].text, &address, &err));
        assert_int_equal(net_is_ipv4_loopback(&address), rows[i].expected);
    }
}

TEST(a_numeric_address_is_told_from_a_name_without_looking_it_up)
{
    struct net_address address;
    char text[NET_TEXT_SIZE];
    assert_true(net_parse_numeric("[::ffff:10.0.0.1]:45000", &address));
    net_format(&address, text);
    assert_string_equal(text, "10.0.0.1:45000");
    assert_false(net_parse_numeric("localhost:45000", &address));
    assert_false(net_parse_numeric("10.0.0.1:1-3", &address));
    assert_false(net_parse_numeric("10.0.0.1:1,10.0.0.2:1", &address));
}

TEST(what_is_not_host_and_port_is_refused)
{
    static const char *const texts[] = {"",     "127.0.0.1", "127.0.0.1:",    "127.0.0.1:65536", "127.0.0.1:-1",
                                        ":80",  "::1:80",    "[::1]",         "[]:80",           "[::1:80",
                                        "x:8o", "x:080000",  "127.0.0.1:80 ", "127.0.0.1:+80"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct net_address address;
        struct err err;
        char shown[64];
        assert_int_equal(net_parse(texts[i], &address, &err), RESULT_INVALID);
        snprintf(shown, sizeof shown, "\"%s\" is not HOST:PORT", texts[i]);
        assert_memory_equal(err.message, shown, strlen(shown));
    }
}

TEST(a_listener_reports_its_port)
{
    struct net_address address;
    struct err err;
    int fd = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 8, &fd, &err));
    assert_int_not_equal(net_port(&address), 0);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address.storage, address.length), 0);
    close(client);
    close(fd);
}

TEST(a_taken_port_is_named)
{
    struct net_address address;
    struct err err;
    char text[NET_TEXT_SIZE];
    char message[200];
    int fd = -1;
    int second = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 8, &fd, &err));
    net_format(&address, text);
    assert_int_equal(net_listen(&address, 8, &second, &err), RESULT_SYSTEM);
    snprintf(message, sizeof message, "cannot listen on %s: EADDRINUSE (Address already in use)", text);
    assert_memory_equal(err.message, message, strlen(message)); /* who has it: test_port_holder.c */
    assert_int_equal(second, -1);
    close(fd);
}
