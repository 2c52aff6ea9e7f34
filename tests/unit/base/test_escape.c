#include "base/escape.h"
#include "tests/unit/test.h"

static void check(const char *bytes, size_t length, const char *expected)
{
    char text[200];
    assert_int_equal(escape_write(bytes, length, SIZE_MAX, text, sizeof text), length);
    assert_string_equal(text, expected);
}

TEST(what_is_printable_stands_for_itself)
{
    check("", 0, "");
    check("a 'b' \"c\"", 9, "a 'b' \"c\"");
    check("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(all_other_bytes_are_escaped)
{
    check("\r\n\t\\", 4, "\\r\\n\\t\\\\");
    check("\0\x01\x1b\x7f", 4, "\\x00\\x01\\x1b\\x7f");
    check("\xc2\x9b", 2, "\\xc2\\x9b");                     /* a control character of U+0080.. */
    check("\xff\xc3(\xe2\x82", 5, "\\xff\\xc3(\\xe2\\x82"); /* no UTF-8, and cut off */
}

TEST(the_text_is_cut_between_characters)
{
    char text[16];
    assert_int_equal(escape_write("ab\xc3\xa4"
                                  "cd",
                                  6, 3, text, sizeof text),
                     4);
    assert_string_equal(text, "ab\xc3\xa4");
    assert_int_equal(escape_write("ab\xff"
                                  "cd",
                                  5, 5, text, sizeof text),
                     2);
    assert_string_equal(text, "ab");
    assert_int_equal(escape_write("ab\xc3\xa4", 4, SIZE_MAX, text, 4), 2);
    assert_string_equal(text, "ab");
    assert_int_equal(escape_write("ab", 2, SIZE_MAX, text, 1), 0);
    assert_string_equal(text, "");
}

TEST(what_was_written_is_read_back)
{
    for (unsigned byte = 1; byte < 256; byte++) {
        const char bytes[] = {'a', (char)byte, 'b', '\0'};
        char text[3 * ESCAPE_MOST + 1];
        (void)escape_write(bytes, 3, SIZE_MAX, text, sizeof text);
        assert_int_equal(escape_read(text), 0);
        assert_string_equal(text, bytes);
    }
}

TEST(the_position_of_a_wrong_escape_is_told)
{
    static const char *const wrong[] = {"\\", "\\a", "\\x", "\\x4", "\\x4g", "\\x00", "\\X41"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[16];
        snprintf(text, sizeof text, "\\n%s", wrong[i]);
        assert_int_equal(escape_read(text), 3);
    }
}
