#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void a_message_comes_with_its_code(void **state)
{
    (void)state;
    struct err err;
    memset(&err, 'x', sizeof err);
    assert_int_equal(err_set(&err, RESULT_CONFLICT, "run %d is %s", 7, "running"), RESULT_CONFLICT);
    assert_int_equal(err.code, RESULT_CONFLICT);
    assert_string_equal(err.field, "");
    assert_string_equal(err.message, "run 7 is running");
}

static void a_field_is_named(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(err_field(&err, "count", "count must be %d..%d, got %d", 1, 10, 0), RESULT_INVALID);
    assert_int_equal(err.code, RESULT_INVALID);
    assert_string_equal(err.field, "count");
    assert_string_equal(err.message, "count must be 1..10, got 0");
}

static void a_system_error_shows_errno_by_name(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(err_system(&err, EMFILE, "cannot open %s", "x"), RESULT_SYSTEM);
    assert_string_equal(err.message, "cannot open x: EMFILE (Too many open files)");
    assert_int_equal(err_system(&err, 9999, "odd"), RESULT_SYSTEM);
    assert_string_equal(err.message, "odd: E? (unknown error)");
}

static void long_texts_are_cut_at_the_size(void **state)
{
    (void)state;
    struct err err;
    char text[1000];
    memset(text, 'm', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)err_field(&err, text, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(strlen(err.field), sizeof err.field - 1);
    (void)err_system(&err, EMFILE, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void errno_has_a_name_or_a_question_mark(void **state)
{
    (void)state;
    assert_string_equal(err_errno_name(EAGAIN), "EAGAIN");
    assert_string_equal(err_errno_name(ECANCELED), "ECANCELED");
    assert_string_equal(err_errno_name(-1), "E?");
    assert_string_equal(err_errno_name(100000), "E?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_with_its_code),       cmocka_unit_test(a_field_is_named),
        cmocka_unit_test(a_system_error_shows_errno_by_name),  cmocka_unit_test(long_texts_are_cut_at_the_size),
        cmocka_unit_test(errno_has_a_name_or_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
