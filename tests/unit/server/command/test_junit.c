/* The JUnit report. */
#include <string.h>

#include "base/table.h"
#include "server/command/junit.h"
#include "tests/unit/test.h"

static void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("expected \"%s\" in:\n%s", part, text);
    }
}

TEST(cases_failures_and_errors_are_counted)
{
    static const struct junit_case cases[] = {
        {.name = "a", .took_ms = 1500},
        {.name = "b", .failure = "too few", .took_ms = 1500},
        {.name = "c", .error = "not measured"},
    };
    struct buf xml = BUF_INIT;
    junit_write("koneksi run", cases, COUNT_OF(cases), &xml);
    assert_false(xml.failed);
    expect_part(xml.bytes, "<testsuite name=\"koneksi run\" tests=\"3\" failures=\"1\" errors=\"1\" time=\"1.500\">");
    expect_part(xml.bytes, "<testcase classname=\"koneksi run\" name=\"a\" time=\"1.500\">\n    </testcase>");
    expect_part(xml.bytes, "<failure message=\"too few\"/>");
    expect_part(xml.bytes, "<error message=\"not measured\"/>");
    buf_free(&xml);
}

TEST(what_xml_forbids_or_reserves_is_escaped)
{
    static const struct junit_case cases[] = {
        {.name = "<a> & \"b\"\n\t\r", .failure = "bell \a, escape \033[0m, half \xc3, whole \xc3\xa4, \xef\xbf\xbf"}};
    struct buf xml = BUF_INIT;
    junit_write("s", cases, 1, &xml);
    expect_part(xml.bytes, "name=\"&#60;a&#62; &#38; &#34;b&#34;&#10;&#9;&#13;\"");
    expect_part(xml.bytes, "message=\"bell ?, escape ?[0m, half ?, whole \xc3\xa4, ?\"");
    buf_free(&xml);
}
