#include "base/utf8.h"
#include "tests/unit/test.h"

static size_t decode(const char *text, uint32_t *code_point)
{
    return utf8_decode(text, strlen(text), code_point);
}

TEST(code_points_of_every_width_are_decoded)
{
    static const struct {
        const char *text;
        size_t length;
        uint32_t code_point;
    } rows[] = {{"a", 1, 'a'},
                {"\x7f", 1, 0x7f},
                {"\xc2\x80", 2, 0x80},
                {"\xdf\xbf", 2, 0x7ff},
                {"\xe0\xa0\x80", 3, 0x800},
                {"\xed\x9f\xbf", 3, 0xd7ff},
                {"\xee\x80\x80", 3, 0xe000},
                {"\xef\xbf\xbf", 3, 0xffff},
                {"\xf0\x90\x80\x80", 4, 0x10000},
                {"\xf4\x8f\xbf\xbf", 4, 0x10ffff}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t code_point = 0;
        assert_int_equal(decode(rows[i].text, &code_point), rows[i].length);
        assert_int_equal(code_point, rows[i].code_point);
    }
}

TEST(what_rfc_3629_forbids_is_not_decoded)
{
    static const char *const rows[] = {"",
                                       "\x80",
                                       "\xbf",
                                       "\xc0\xaf",
                                       "\xc1\xbf",
                                       "\xe0\x9f\xbf",
                                       "\xf0\x8f\xbf\xbf",
                                       "\xed\xa0\x80",
                                       "\xed\xbf\xbf",
                                       "\xf4\x90\x80\x80",
                                       "\xf8\x88\x80\x80\x80",
                                       "\xff",
                                       "\xc3",
                                       "\xe2\x82",
                                       "\xe2(\xa1",
                                       "\xf0\x9f\x98"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t code_point = 0;
        assert_int_equal(decode(rows[i], &code_point), 0);
    }
}

TEST(a_copy_is_clean_and_whole)
{
    char out[8];
    utf8_copy(out, sizeof out, "abc");
    assert_string_equal(out, "abc");
    utf8_copy(out, sizeof out, "abcdefg");
    assert_string_equal(out, "abcdefg");
    utf8_copy(out, sizeof out, "abcdefgh");
    assert_string_equal(out, "abcdefg");
    utf8_copy(out, sizeof out, "abcde\xe2\x82\xac");
    assert_string_equal(out, "abcde");
    utf8_copy(out, sizeof out, "\xff\xc3z");
    assert_string_equal(out, "??z");
    utf8_copy(out, 1, "abc");
    assert_string_equal(out, "");
}
