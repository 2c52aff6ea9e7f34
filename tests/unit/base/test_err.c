#include <errno.h>

#include "base/err.h"
#include "tests/unit/test.h"

TEST(a_message_comes_with_its_code)
{
    struct err err;
    memset(&err, 'x', sizeof err);
    assert_int_equal(err_set(&err, RESULT_CONFLICT, "run %d is %s", 7, "running"), RESULT_CONFLICT);
    assert_int_equal(err.code, RESULT_CONFLICT);
    assert_string_equal(err.field, "");
    assert_string_equal(err.message, "run 7 is running");
}

TEST(a_field_is_named)
{
    struct err err;
    assert_int_equal(err_field(&err, "count", "count must be %d..%d, got %d", 1, 10, 0), RESULT_INVALID);
    assert_int_equal(err.code, RESULT_INVALID);
    assert_string_equal(err.field, "count");
    assert_string_equal(err.message, "count must be 1..10, got 0");
}

TEST(a_system_error_shows_errno_by_name)
{
    struct err err;
    assert_int_equal(err_system(&err, EMFILE, "cannot open %s", "x"), RESULT_SYSTEM);
    assert_string_equal(err.message, "cannot open x: EMFILE (Too many open files)");
    assert_int_equal(err_system(&err, 9999, "odd"), RESULT_SYSTEM);
    assert_string_equal(err.message, "odd: E? (unknown error)");
}

TEST(long_texts_are_cut_at_the_size)
{
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

TEST(errno_has_a_name_or_a_question_mark)
{
    assert_string_equal(err_errno_name(EAGAIN), "EAGAIN");
    assert_string_equal(err_errno_name(ECANCELED), "ECANCELED");
    assert_string_equal(err_errno_name(-1), "E?");
    assert_string_equal(err_errno_name(100000), "E?");
}
