/* Which targets a run may load. */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "server/lab/run/target.h"
#include "tests/unit/test.h"

static const char *const allowed[] = {"192.0.2.1:45000", NULL};

static enum result resolve(const char *own_text, const char *text, struct target *target, struct err *err)
{
    struct net_address own;
    if (net_parse(own_text, &own, err) != RESULT_OK) {
        fail_msg("%s", err->message);
    }
    return target_resolve(text, &own, allowed, target, err);
}

TEST(builtin_is_the_address_of_the_server)
{
    static const char *const cases[][2] = {{"127.0.0.1:45000", "127.0.0.1:45000"},
                                           {"0.0.0.0:45000", "127.0.0.1:45000"},
                                           {"[::]:45000", "[::1]:45000"},
                                           {"[::1]:45000", "[::1]:45000"},
                                           {"192.0.2.7:45000", "192.0.2.7:45000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct target target;
        struct err err;
        OK(resolve(cases[i][0], "builtin", &target, &err));
        assert_string_equal(target.addresses, cases[i][1]);
        assert_true(target.is_own);
    }
}

TEST(loopback_is_allowed_and_the_built_in_server_recognized)
{
    struct target target;
    struct err err;
    OK(resolve("127.0.0.1:45000", "127.0.0.1:45000", &target, &err));
    assert_true(target.is_own);
    OK(resolve("127.0.0.1:45000", "127.0.0.1:45001", &target, &err));
    assert_false(target.is_own);
    OK(resolve("127.0.0.1:45000", "127.9.9.9:45000", &target, &err));
    assert_false(target.is_own);
    OK(resolve("127.0.0.1:45000", "[::ffff:127.0.0.1]:45000", &target, &err));
    assert_true(target.is_own);
    OK(resolve("0.0.0.0:45000", "127.9.9.9:45000", &target, &err));
    assert_true(target.is_own);
    OK(resolve("127.0.0.1:45000", "[::1]:9", &target, &err));
    assert_string_equal(target.addresses, "[::1]:9");
}

TEST(a_name_becomes_the_address_that_was_checked)
{
    struct target target;
    struct err err;
    OK(resolve("127.0.0.1:45000", "localhost:45000", &target, &err));
    assert_string_equal(target.addresses, "127.0.0.1:45000");
    assert_true(target.is_own);
}

TEST(a_guess_asks_for_no_permission_and_makes_no_connection)
{
    struct net_address own;
    struct net_address there;
    struct target target;
    struct err err;
    int fd = -1;
    char text[NET_TEXT_SIZE];
    OK(net_parse("127.0.0.1:45000", &own, &err));
    OK(net_parse("127.0.0.1:0", &there, &err));
    OK(net_listen(&there, 8, &fd, &err));
    snprintf(text, sizeof text, "localhost:%u", net_port(&there));
    OK(target_guess(text, &own, &target, &err));
    assert_false(target.is_own);
    assert_string_equal(target.resolved, "");
    assert_int_equal(accept(fd, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    close(fd);
    OK(target_guess("192.0.2.2:80", &own, &target, &err));
    assert_string_equal(target.addresses, "192.0.2.2:80");
}

TEST(other_targets_must_be_on_the_list_literally)
{
    static const char *const forbidden[] = {"192.0.2.1:45001", "192.0.2.2:45000",      "0.0.0.0:45000",    "[::]:45000",
                                            "10.0.0.1:80",     "[::ffff:10.0.0.1]:80", "192.0.2.001:45000"};
    struct target target;
    struct err err;
    OK(resolve("127.0.0.1:45000", "192.0.2.1:45000", &target, &err));
    assert_string_equal(target.addresses, "192.0.2.1:45000");
    assert_false(target.is_own);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        assert_int_equal(resolve("127.0.0.1:45000", forbidden[i], &target, &err), RESULT_FORBIDDEN);
        assert_string_equal(err.field, "target");
    }
}

TEST(each_of_a_list_is_resolved_and_checked)
{
    struct target target;
    struct err err;
    OK(resolve("127.0.0.1:45000", "127.0.0.1:7-9,192.0.2.1:45000,[::ffff:127.0.0.2]:7", &target, &err));
    assert_string_equal(target.addresses, "127.0.0.1:7-9,192.0.2.1:45000,127.0.0.2:7");
    assert_false(target.is_own || target.has_own);
    assert_int_equal(net_list_loopback(target.addresses), NET_LOOPBACK_NOT);
    OK(resolve("127.0.0.1:45000", "127.0.0.1:44999-45001", &target, &err));
    assert_true(target.has_own);
    assert_int_equal(net_list_loopback(target.addresses), NET_LOOPBACK_IPV4);
    assert_false(target.is_own);
    OK(resolve("127.0.0.1:45000", "127.0.0.1:45000-45000", &target, &err)); /* a range of one is no list */
    assert_true(target.is_own);
    assert_int_equal(resolve("127.0.0.1:1", "127.0.0.1:7,192.0.2.1:44999-45000", &target, &err), RESULT_FORBIDDEN);
    assert_non_null(strstr(err.message, "target 192.0.2.1:44999 is not allowed"));
    assert_int_equal(resolve("127.0.0.1:1", "127.0.0.1:7,[::ffff:127.0.0.1]:7", &target, &err), RESULT_INVALID);
    assert_non_null(strstr(err.message, "127.0.0.1:7 is in the list twice"));
    assert_string_equal(err.field, "target");
}

TEST(an_entry_of_the_allow_list_may_be_a_list)
{
    static const char *const lists[] = {"192.0.2.1:1-4,192.0.2.2:9", "192.0.2.1:5", NULL};
    static const char *const listed[] = {"192.0.2.1:1", "192.0.2.1:2-5", "192.0.2.2:9,192.0.2.1:4"};
    static const char *const unlisted[] = {"192.0.2.1:6", "192.0.2.1:1-6", "192.0.2.2:8-9", "192.0.2.3:9"};
    struct net_address own;
    struct err err;
    OK(net_parse("127.0.0.1:45000", &own, &err));
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        OK(target_check(listed[i], &own, lists, &err));
    }
    for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++) {
        assert_int_equal(target_check(unlisted[i], &own, lists, &err), RESULT_FORBIDDEN);
    }
}

TEST(malformed_targets_are_invalid)
{
    static const char *const invalid[] = {"", "builtin2", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", ":80", "::1:80"};
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        struct target target;
        struct err err;
        assert_int_equal(resolve("127.0.0.1:45000", invalid[i], &target, &err), RESULT_INVALID);
        assert_string_equal(err.field, "target");
        if (strcmp(invalid[i], "127.0.0.1:0") == 0) {
            assert_string_equal(err.message, "the port of target 127.0.0.1:0 must be 1..65535, got 0");
        }
    }
}
