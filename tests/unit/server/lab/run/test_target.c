/* Which targets a run may load. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "server/lab/run/target.h"

static const char *const allowed[] = {"192.0.2.1:45000", NULL};

static enum result resolve(const char *own_text, const char *text, struct target *target, struct err *err)
{
    struct net_address own;
    if (net_parse(own_text, &own, err) != RESULT_OK) {
        fail_msg("%s", err->message);
    }
    return target_resolve(text, &own, allowed, target, err);
}

static void builtin_is_the_address_of_the_server(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"127.0.0.1:45000", "127.0.0.1:45000"},
                                           {"0.0.0.0:45000", "127.0.0.1:45000"},
                                           {"[::]:45000", "[::1]:45000"},
                                           {"[::1]:45000", "[::1]:45000"},
                                           {"192.0.2.7:45000", "192.0.2.7:45000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct target target;
        struct err err;
        assert_int_equal(resolve(cases[i][0], "builtin", &target, &err), RESULT_OK);
        assert_string_equal(target.address, cases[i][1]);
        assert_true(target.is_own);
    }
}

static void loopback_is_allowed_and_the_built_in_server_recognized(void **state)
{
    (void)state;
    struct target target;
    struct err err;
    assert_int_equal(resolve("127.0.0.1:45000", "127.0.0.1:45000", &target, &err), RESULT_OK);
    assert_true(target.is_own);
    assert_int_equal(resolve("127.0.0.1:45000", "127.0.0.1:45001", &target, &err), RESULT_OK);
    assert_false(target.is_own);
    assert_int_equal(resolve("127.0.0.1:45000", "127.9.9.9:45000", &target, &err), RESULT_OK);
    assert_false(target.is_own);
    assert_int_equal(resolve("127.0.0.1:45000", "[::ffff:127.0.0.1]:45000", &target, &err), RESULT_OK);
    assert_true(target.is_own);
    assert_int_equal(resolve("0.0.0.0:45000", "127.9.9.9:45000", &target, &err), RESULT_OK);
    assert_true(target.is_own);
    assert_int_equal(resolve("127.0.0.1:45000", "[::1]:9", &target, &err), RESULT_OK);
    assert_string_equal(target.address, "[::1]:9");
}

static void a_name_becomes_the_address_that_was_checked(void **state)
{
    (void)state;
    struct target target;
    struct err err;
    assert_int_equal(resolve("127.0.0.1:45000", "localhost:45000", &target, &err), RESULT_OK);
    assert_string_equal(target.address, "127.0.0.1:45000");
    assert_true(target.is_own);
}

static void other_targets_must_be_on_the_list_literally(void **state)
{
    (void)state;
    static const char *const forbidden[] = {"192.0.2.1:45001", "192.0.2.2:45000",      "0.0.0.0:45000",    "[::]:45000",
                                            "10.0.0.1:80",     "[::ffff:10.0.0.1]:80", "192.0.2.001:45000"};
    struct target target;
    struct err err;
    assert_int_equal(resolve("127.0.0.1:45000", "192.0.2.1:45000", &target, &err), RESULT_OK);
    assert_string_equal(target.address, "192.0.2.1:45000");
    assert_false(target.is_own);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        assert_int_equal(resolve("127.0.0.1:45000", forbidden[i], &target, &err), RESULT_FORBIDDEN);
        assert_string_equal(err.field, "target");
    }
}

static void malformed_targets_are_invalid(void **state)
{
    (void)state;
    static const char *const invalid[] = {"", "builtin2", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", ":80", "::1:80"};
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        struct target target;
        struct err err;
        assert_int_equal(resolve("127.0.0.1:45000", invalid[i], &target, &err), RESULT_INVALID);
        assert_string_equal(err.field, "target");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin_is_the_address_of_the_server),
        cmocka_unit_test(loopback_is_allowed_and_the_built_in_server_recognized),
        cmocka_unit_test(a_name_becomes_the_address_that_was_checked),
        cmocka_unit_test(other_targets_must_be_on_the_list_literally),
        cmocka_unit_test(malformed_targets_are_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
