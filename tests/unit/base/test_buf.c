#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void an_empty_buffer_has_nothing_to_take(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    assert_null(buf_take(&buf));
    buf_consume(&buf, 5);
    buf_clear(&buf);
    buf_free(&buf);
    assert_null(buf.bytes);
}

static void what_is_appended_is_in_order_and_ended(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_text(&buf, "id: ");
    buf_printf(&buf, "%d%s", 7, "\n");
    buf_append(&buf, "a\0b", 3);
    buf_append(&buf, "", 0);
    assert_int_equal(buf.length, 9);
    assert_memory_equal(buf.bytes, "id: 7\na\0b", 10);
    buf_free(&buf);
}

static void it_grows_over_every_boundary(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    for (size_t i = 0; i < 3000; i++) {
        const char byte = (char)('a' + i % 26);
        buf_append(&buf, &byte, 1);
        assert_int_equal(buf.bytes[buf.length], '\0');
    }
    assert_int_equal(buf.length, 3000);
    for (size_t i = 0; i < 3000; i++) {
        assert_int_equal(buf.bytes[i], 'a' + i % 26);
    }
    buf_free(&buf);
}

static void a_long_printf_is_not_cut(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_printf(&buf, "%0999d|", 1);
    buf_printf(&buf, "%02000d|", 2);
    assert_int_equal(buf.length, 3001);
    assert_string_equal(buf.bytes + 2995, "00002|");
    buf_free(&buf);
}

static void consuming_drops_from_the_front(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_text(&buf, "hello world");
    buf_consume(&buf, 6);
    assert_string_equal(buf.bytes, "world");
    assert_int_equal(buf.length, 5);
    buf_consume(&buf, 99);
    assert_int_equal(buf.length, 0);
    assert_string_equal(buf.bytes, "");
    buf_text(&buf, "again");
    assert_string_equal(buf.bytes, "again");
    buf_free(&buf);
}

static void taking_hands_the_bytes_over(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_text(&buf, "mine");
    char *const bytes = buf_take(&buf);
    assert_string_equal(bytes, "mine");
    assert_null(buf.bytes);
    assert_int_equal(buf.length, 0);
    free(bytes);
}

/* A length that no memory holds; the failure sticks until the buffer is cleared. */
static void a_failure_sticks(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_text(&buf, "kept");
    buf_append(&buf, "x", SIZE_MAX - 2);
    assert_true(buf.failed);
    buf_text(&buf, "not added");
    assert_int_equal(buf.length, 4);
    buf_clear(&buf);
    assert_false(buf.failed);
    buf_text(&buf, "new");
    assert_string_equal(buf.bytes, "new");
    buf_append(&buf, "x", SIZE_MAX - 2);
    assert_null(buf_take(&buf));
    assert_null(buf.bytes);
    assert_false(buf.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_has_nothing_to_take),
        cmocka_unit_test(what_is_appended_is_in_order_and_ended),
        cmocka_unit_test(it_grows_over_every_boundary),
        cmocka_unit_test(a_long_printf_is_not_cut),
        cmocka_unit_test(consuming_drops_from_the_front),
        cmocka_unit_test(taking_hands_the_bytes_over),
        cmocka_unit_test(a_failure_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
