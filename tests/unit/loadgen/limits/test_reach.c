/* Which address of a name answers. */
#include "loadgen/limits/reach.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/test.h"

static struct net_address address_of(const char *text)
{
    struct net_address address;
    struct err err;
    OK(net_parse(text, &address, &err));
    return address;
}

/* The descriptor; `address` gets the port. */
static int listen_at(struct net_address *address)
{
    struct err err;
    int fd = -1;
    OK(net_listen(address, 8, &fd, &err));
    return fd;
}

/* Of an address that was free a moment ago. */
static struct net_address nobody_at(const char *text)
{
    struct net_address address = address_of(text);
    close(listen_at(&address));
    return address;
}

static void expect_no_connection(int fd)
{
    assert_int_equal(accept(fd, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
}

static void expect_port(const struct net_address *address, const struct net_address *expected)
{
    assert_int_equal(net_port(address), net_port(expected));
}

TEST(the_first_address_that_answers_is_taken)
{
    struct net_address second = address_of("127.0.0.1:0");
    struct net_address third = address_of("127.0.0.1:0");
    const int fds[] = {listen_at(&second), listen_at(&third)};
    const struct net_addresses addresses = {.count = 3, .list = {nobody_at("127.0.0.1:0"), second, third}};
    struct reach reach;
    reach_first(&addresses, 1000, &reach);
    expect_port(&reach.address, &second);
    assert_true(reach.answered);
    assert_int_equal(reach.refused_count, 1);
    expect_port(&reach.refused[0].address, &addresses.list[0]);
    assert_int_equal(reach.refused[0].error_number, ECONNREFUSED);
    close(fds[0]);
    close(fds[1]);
}

/* It may be a server that counts its connections. */
TEST(the_only_address_with_a_listener_gets_no_connection)
{
    struct net_address second = address_of("127.0.0.1:0");
    const int fd = listen_at(&second);
    const struct net_addresses addresses = {.count = 3,
                                            .list = {nobody_at("127.0.0.1:0"), second, nobody_at("127.0.0.1:0")}};
    struct reach reach;
    reach_first(&addresses, 1000, &reach);
    expect_port(&reach.address, &second);
    assert_true(reach.answered);
    expect_no_connection(fd);
    close(fd);
}

TEST(the_first_address_with_a_listener_is_found_without_a_connection)
{
    struct net_address second = address_of("127.0.0.1:0");
    struct net_address third = address_of("127.0.0.1:0");
    const int fds[] = {listen_at(&second), listen_at(&third)};
    const struct net_addresses addresses = {.count = 3, .list = {nobody_at("127.0.0.1:0"), second, third}};
    expect_port(reach_listed(&addresses), &second);
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        expect_no_connection(fds[i]);
        close(fds[i]);
    }
    const struct net_addresses nobody = {.count = 2, .list = {address_of("[::1]:1"), nobody_at("127.0.0.1:0")}};
    expect_port(reach_listed(&nobody), &nobody.list[1]);
}

TEST(where_none_answers_the_first_of_ipv4_is_taken)
{
    const struct net_addresses addresses = {.count = 2, .list = {address_of("[::1]:1"), nobody_at("127.0.0.1:0")}};
    struct reach reach;
    reach_first(&addresses, 1000, &reach);
    expect_port(&reach.address, &addresses.list[1]);
    assert_false(reach.answered);
    assert_int_equal(reach.refused_count, 2);
}

/* The kernel's list says nothing of an address that is not on loopback; TCP has no route to this one. */
TEST(the_last_address_answers_only_when_it_is_known_to)
{
    const struct net_addresses addresses = {.count = 2,
                                            .list = {nobody_at("127.0.0.1:0"), address_of("255.255.255.255:1")}};
    struct reach reach;
    reach_first(&addresses, 1000, &reach);
    assert_false(reach.answered);
    assert_int_equal(reach.refused_count, 2);
    assert_int_equal(reach.refused[1].error_number, ENETUNREACH);
}

#define FILLERS 16

/* The handshakes of a listener whose queue is full are not answered. */
static void fill(const struct net_address *silent, int clients[FILLERS])
{
    for (size_t i = 0; i < FILLERS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(clients[i], (const struct sockaddr *)&silent->storage, silent->length);
    }
}

TEST(an_address_that_does_not_answer_is_given_up_while_the_others_have_time)
{
    struct net_address silent = address_of("127.0.0.1:0");
    struct net_address second = address_of("127.0.0.1:0");
    struct net_address third = address_of("127.0.0.1:0");
    const int fds[] = {listen_at(&silent), listen_at(&second), listen_at(&third)};
    int clients[FILLERS];
    fill(&silent, clients);
    const struct net_addresses addresses = {.count = 3, .list = {silent, second, third}};
    struct reach reach;
    const uint64_t start_ns = clock_now_ns();
    reach_first(&addresses, 1500, &reach);
    assert_in_range(clock_now_ns() - start_ns, 500 * NS_PER_MS, 1400 * NS_PER_MS);
    expect_port(&reach.address, &second);
    assert_int_equal(reach.refused_count, 1);
    assert_int_equal(reach.refused[0].error_number, ETIMEDOUT);
    for (size_t i = 0; i < FILLERS; i++) {
        close(clients[i]);
    }
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        close(fds[i]);
    }
}

TEST(a_list_has_what_each_entry_came_to)
{
    const struct net_range range = {.host = "time.example", .first = 7, .last = 9};
    const struct net_range single = {.host = "[::1]", .first = 5, .last = 5};
    struct reach_list list = {.answered = true};
    struct reach reach = {.address = address_of("[::1]:5")};
    struct err err;
    OK(reach_list_add(&list, &reach, &single, &err));
    assert_false(list.had_choice);
    reach = (struct reach){.address = address_of("192.0.2.1:7"), .answered = true, .refused_count = 1};
    reach.refused[0].address = address_of("192.0.2.2:7");
    reach.refused[0].error_number = ECONNREFUSED;
    OK(reach_list_add(&list, &reach, &range, &err));
    assert_string_equal(list.addresses, "[::1]:5,192.0.2.1:7-9");
    assert_true(list.had_choice && list.answered);
    reach.answered = false; /* one name of which no address answered */
    OK(reach_list_add(&list, &reach, &range, &err));
    assert_false(list.answered);
    assert_int_equal(list.refused_count, 2);
    assert_int_equal(list.refused[0].error_number, ECONNREFUSED);
    while (strlen(list.addresses) + strlen(",192.0.2.1:7-9") < sizeof list.addresses) {
        OK(reach_list_add(&list, &reach, &range, &err));
    }
    assert_int_equal(list.refused_count, NET_ADDRESSES_MOST);
    assert_int_equal(reach_list_add(&list, &reach, &range, &err), RESULT_INVALID);
    assert_string_equal(err.field, "target");
}
