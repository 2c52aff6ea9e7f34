#include "base/buf.h"
#include "tests/unit/test.h"

TEST(an_empty_buffer_has_nothing_to_take)
{
    struct buf buf = BUF_INIT;
    assert_null(buf_take(&buf));
    buf_consume(&buf, 5);
    buf_clear(&buf);
    buf_free(&buf);
    assert_null(buf.bytes);
}

TEST(what_is_appended_is_in_order_and_ended)
{
    struct buf buf = BUF_INIT;
    buf_text(&buf, "id: ");
    buf_printf(&buf, "%d%s", 7, "\n");
    buf_append(&buf, "a\0b", 3);
    buf_append(&buf, "", 0);
    assert_int_equal(buf.length, 9);
    assert_memory_equal(buf.bytes, "id: 7\na\0b", 10);
    buf_free(&buf);
}

TEST(it_grows_over_every_boundary)
{
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

TEST(a_long_printf_is_not_cut)
{
    struct buf buf = BUF_INIT;
    buf_printf(&buf, "%0999d|", 1);
    buf_printf(&buf, "%02000d|", 2);
    assert_int_equal(buf.length, 3001);
    assert_string_equal(buf.bytes + 2995, "00002|");
    buf_free(&buf);
}

TEST(consuming_drops_from_the_front)
{
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

TEST(taking_hands_the_bytes_over)
{
    struct buf buf = BUF_INIT;
    buf_text(&buf, "mine");
    char *const bytes = buf_take(&buf);
    assert_string_equal(bytes, "mine");
    assert_null(buf.bytes);
    assert_int_equal(buf.length, 0);
    free(bytes);
}

/* A length that no memory holds; the failure sticks until the buffer is cleared. */
TEST(a_failure_sticks)
{
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
