#include "base/net_list.h"
#include "tests/unit/test.h"

static void expect_refused(const char *list, const char *words)
{
    struct err err = {0};
    assert_int_equal(net_list_check(list, &err), RESULT_INVALID);
    if (strstr(err.message, words) == NULL) {
        fail_msg("expected \"%s\" for %s, got \"%s\"", words, list, err.message);
    }
}

TEST(each_address_of_a_list_has_its_turn)
{
    static const char *const expected[] = {"127.0.0.1:45001", "127.0.0.1:45002", "127.0.0.1:45003", "[::1]:7",
                                           "127.9.0.2:65535"};
    struct net_list_walk walk = {.rest = "127.0.0.1:45001-45003,[::1]:7,127.9.0.2:65535-65535"};
    size_t count = 0;
    while (net_list_step(&walk)) {
        char text[NET_TEXT_SIZE];
        net_format(&walk.address, text);
        assert_in_range(count, 0, sizeof expected / sizeof *expected - 1);
        assert_string_equal(text, expected[count++]);
    }
    assert_int_equal(count, sizeof expected / sizeof *expected);
}

TEST(what_is_wrong_with_a_list_is_named)
{
    static const struct {
        const char *list;
        const char *words;
    } rows[] = {
        {"", "an entry of the list is empty"},
        {"a:1,", "an entry of the list is empty"},
        {",a:1", "an entry of the list is empty"},
        {"a:1,,b:1", "an entry of the list is empty"},
        {"a:1, b:1", "\" b:1\" is not HOST:PORT"},
        {"a:1,b", "\"b\" is not HOST:PORT"},
        {"a:1,builtin", "\"builtin\" is not HOST:PORT"},
        {"a:0,b:1", "\"a:0\" is not HOST:PORT"},
        {"a:0-4", "\"a:0-4\" is not HOST:PORT"},
        {"a:65535-65536", "\"a:65535-65536\" is not HOST:PORT"},
        {"a:1-", "\"a:1-\" is not HOST:PORT"},
        {"a:1-2-3", "\"a:1-2-3\" is not HOST:PORT"},
        {"::1:1-2", "\"::1:1-2\" is not HOST:PORT"},
        {"a:4-1", "the range a:4-1 ends before it begins"},
        {"a:1,a:1", "a:1 is in the list twice"},
        {"a:1-4,b:1-4,a:4-8", "a:4 is in the list twice"},
        {"a:3-9,a:1-5", "a:3 is in the list twice"},
        {"a:1-257", "a list has at most 256 addresses, this one has more"},
        {"a:1-200,b:1-57", "a list has at most 256 addresses, this one has more"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_refused(rows[i].list, rows[i].words);
    }
    char list[400] = "a:1,";
    memset(list + 4, 'b', 300);
    expect_refused(list, "is not HOST:PORT");
}

TEST(a_list_may_have_so_many_addresses_and_no_more)
{
    struct err err;
    OK(net_list_check("a:1-256", &err));
    OK(net_list_check("a:1-128,b:1-128", &err));
    OK(net_list_check("127.0.0.1:1,127.0.0.2:1,[::1]:1-2,a-b.example:1-1", &err));
    assert_int_equal(net_list_count("a:1-128,b:1-128"), 256);
    assert_int_equal(net_list_count("a:1"), 1);
    assert_int_equal(net_list_count("builtin"), 1);
}

TEST(one_address_is_no_list)
{
    static const char *const single[] = {"builtin", "a:1", "[fe80::1-2]:1", "a-b.example:80", "x:-1", "nowhere"};
    static const char *const several[] = {"a:1-2", "a:1,b:2", "[::1]:1-2", "a,b", "a:9-1"};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
        assert_false(net_list_is_several(single[i]));
    }
    for (size_t i = 0; i < sizeof several / sizeof *several; i++) {
        assert_true(net_list_is_several(several[i]));
    }
}

TEST(an_address_is_looked_for_as_it_is_written)
{
    const char *const list = "10.9.0.2:45001-45004,time.example:1,[::1]:7";
    assert_true(net_list_has(list, "10.9.0.2", 45001));
    assert_true(net_list_has(list, "10.9.0.2", 45004));
    assert_true(net_list_has(list, "[::1]", 7));
    assert_false(net_list_has(list, "10.9.0.2", 45005));
    assert_false(net_list_has(list, "10.9.0.2", 45000));
    assert_false(net_list_has(list, "10.9.0.20", 45001));
    assert_false(net_list_has(list, "time.example", 2));
}

TEST(all_of_a_list_are_on_loopback_or_not)
{
    assert_int_equal(net_list_loopback("127.0.0.1:1-4,127.3.0.1:9"), NET_LOOPBACK_IPV4);
    assert_int_equal(net_list_loopback("127.0.0.1:1,[::1]:1"), NET_LOOPBACK_ANY);
    assert_int_equal(net_list_loopback("[::1]:1"), NET_LOOPBACK_ANY);
    assert_int_equal(net_list_loopback("127.0.0.1:1,10.0.0.1:1"), NET_LOOPBACK_NOT);
    assert_int_equal(net_list_loopback("[::1]:1,[fe80::1]:1"), NET_LOOPBACK_NOT);
    assert_int_equal(net_list_loopback(""), NET_LOOPBACK_NOT);
}
