/* The sockets that listen are the same whether the kernel is asked for them or its tables are read. */
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/net.h"
#include "loadgen/limits/tcp_table.h"
#include "tests/unit/test.h"

struct found {
    unsigned port;
    size_t count;
    struct tcp_row rows[4];
};

static bool take(void *context, const struct tcp_row *row)
{
    struct found *const found = context;
    if (row->port == found->port && found->count < 4) {
        found->rows[found->count++] = *row;
    }
    return true;
}

static void expect_the_same(const char *text)
{
    struct net_address address;
    struct err err;
    int fd = -1;
    OK(net_parse(text, &address, &err));
    if (net_listen(&address, 5, &fd, &err) != RESULT_OK) {
        return; /* a machine without IPv6 */
    }
    struct found asked = {.port = net_port(&address)};
    struct found read = {.port = net_port(&address)};
    assert_true(tcp_listeners_read("", take, &asked));
    assert_true(tcp_tables_read("", true, take, &read));
    close(fd);
    assert_int_equal(asked.count, 1);
    assert_int_equal(read.count, 1);
    assert_memory_equal(asked.rows[0].address, read.rows[0].address, sizeof read.rows[0].address);
    assert_int_equal(asked.rows[0].is_ip6, read.rows[0].is_ip6);
    assert_int_equal(asked.rows[0].state, read.rows[0].state);
    assert_int_equal(asked.rows[0].waiting, read.rows[0].waiting);
    assert_int_equal(asked.rows[0].uid, read.rows[0].uid);
    assert_int_equal(asked.rows[0].inode, read.rows[0].inode);
}

TEST(a_listener_is_the_same_from_the_kernel_and_from_its_tables)
{
    expect_the_same("127.0.0.1:0");
    expect_the_same("0.0.0.0:0");
    expect_the_same("[::1]:0");
    expect_the_same("[::]:0");
    expect_the_same("[::ffff:127.0.0.1]:0");
}

static bool take_one(void *context, const struct tcp_row *row)
{
    size_t *const count = context;
    (void)row;
    (*count)++;
    return false;
}

TEST(no_more_is_taken_than_wanted)
{
    struct net_address address;
    struct err err;
    int listeners[2] = {-1, -1};
    size_t asked = 0;
    size_t read = 0;
    for (size_t i = 0; i < 2; i++) {
        OK(net_parse("127.0.0.1:0", &address, &err));
        OK(net_listen(&address, 5, &listeners[i], &err));
    }
    assert_true(tcp_listeners_read("", take_one, &asked));
    assert_true(tcp_tables_read("", true, take_one, &read));
    assert_int_equal(asked, 1);
    assert_int_equal(read, 1);
    close(listeners[0]);
    close(listeners[1]);
}
