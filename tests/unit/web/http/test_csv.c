#include "tests/unit/test.h"
#include "web/http/csv.h"

static void check_text(const char *text, const char *expected)
{
    struct buf out = BUF_INIT;
    struct csv csv = {&out, false};
    csv_text(&csv, text);
    csv_end_row(&csv);
    assert_false(out.failed);
    assert_string_equal(out.bytes, expected);
    buf_free(&out);
}

TEST(plain_text_is_unchanged)
{
    check_text("first try", "first try\r\n");
    check_text("", "\r\n");
    check_text("a=b", "a=b\r\n");
    check_text("\xc3\xa4", "\xc3\xa4\r\n");
}

TEST(text_with_separators_is_quoted)
{
    check_text("a,b", "\"a,b\"\r\n");
    check_text("say \"hi\"", "\"say \"\"hi\"\"\"\r\n");
    check_text("\"", "\"\"\"\"\r\n");
    check_text("two\nlines", "\"two\nlines\"\r\n");
    check_text("two\r\nlines", "\"two\r\nlines\"\r\n");
}

TEST(formulas_are_quoted)
{
    check_text("=1+1", "\"'=1+1\"\r\n");
    check_text("+1", "\"'+1\"\r\n");
    check_text("-1", "\"'-1\"\r\n");
    check_text("@SUM(A1)", "\"'@SUM(A1)\"\r\n");
    check_text("\t=1", "\"'\t=1\"\r\n");
    check_text("\r=1", "\"'\r=1\"\r\n");
    check_text("\n=1", "\"'\n=1\"\r\n");
    check_text("=\"x\",1", "\"'=\"\"x\"\",1\"\r\n");
}

TEST(cells_are_separated_by_commas_and_rows_by_crlf)
{
    struct buf out = BUF_INIT;
    struct csv csv = {&out, false};
    csv_text(&csv, "");
    csv_uint(&csv, UINT64_MAX);
    csv_bool(&csv, true);
    csv_bool(&csv, false);
    csv_decimal(&csv, 1.5);
    csv_time(&csv, 0);
    csv_time(&csv, 1000);
    csv_end_row(&csv);
    csv_uint(&csv, 0);
    csv_optional(&csv, 0);
    csv_optional(&csv, 7);
    csv_end_row(&csv);
    assert_string_equal(out.bytes, ",18446744073709551615,true,false,1.500000,,1970-01-01T00:00:01.000Z\r\n0,,7\r\n");
    buf_free(&out);
}
