/* The fields of a run that are texts: what each takes, and what is said of what it does not take. */

#include "tests/unit/loadgen/contract/run_spec_fixture.h"

static void repeat(char *out, const char *piece, size_t times)
{
    const size_t length = strlen(piece);
    for (size_t i = 0; i < times; i++) {
        memcpy(out + i * length, piece, length);
    }
    out[times * length] = '\0';
}

TEST(a_label_has_120_characters_of_any_width)
{
    struct run_spec spec;
    struct err err;
    char label[600];
    run_spec_init(&spec);
    repeat(label, "\xf0\x9f\x98\x80", 120);
    OK(run_spec_set_text(&spec, "label", label, &err));
    assert_string_equal(spec.label, label);
    repeat(label, "\xf0\x9f\x98\x80", 121);
    expect_text_error("label", label, "label must have at most 120 characters, got 121");
    repeat(label, "a", 120);
    OK(run_spec_set_text(&spec, "label", label, &err));
    repeat(label, "a", 121);
    expect_text_error("label", label, "label must have at most 120 characters, got 121");
    OK(run_spec_set_text(&spec, "label", "", &err));
    assert_string_equal(spec.label, "");
}

TEST(a_label_is_clean_utf8)
{
    expect_text_error("label", "ab\xff", "label must be UTF-8; byte 3 is not");
    expect_text_error("label", "\xc0\x80", "label must be UTF-8; byte 1 is not");     /* overlong */
    expect_text_error("label", "\xed\xa0\x80", "label must be UTF-8; byte 1 is not"); /* surrogate */
    expect_text_error("label", "\xf4\x90\x80\x80", "label must be UTF-8; byte 1 is not");
    expect_text_error("label", "a\xe2\x82", "label must be UTF-8; byte 2 is not"); /* ends too early */
    expect_text_error("label", "a\nb", "label must not have control characters; character 2 is U+000A");
    expect_text_error("label", "\x7f", "label must not have control characters; character 1 is U+007F");
    expect_text_error("label", "\xc2\x9b", "label must not have control characters; character 1 is U+009B");
}

TEST(a_target_has_the_shape_of_an_address)
{
    static const char *const good[] = {"builtin", "127.0.0.1:45000", "localhost:1", "a-b.example.org:65535",
                                       "[::1]:80"};
    static const char *const bad[] = {
        "",       "localhost", "localhost:", "localhost:65536", "localhost:8o", ":80",
        "::1:80", "[]:80",     "[::1]80",    "[::1]:",          "a b:80",       "-x:80",
        "x:80 ",  "Builtin",   "x:000080",   "http://x:80",     "x:-1",         "[::1:80"};
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        OK(run_spec_set_text(&spec, "target", good[i], &err));
        assert_string_equal(spec.target, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char message[200];
        snprintf(message, sizeof message, "target must be \"builtin\" or HOST:PORT, got \"%s\"", bad[i]);
        expect_text_error("target", bad[i], message);
    }
    char target[300];
    repeat(target, "a", 252);
    memcpy(target + 252, ":80", 4);
    OK(run_spec_set_text(&spec, "target", target, &err));
    repeat(target, "a", 253);
    memcpy(target + 253, ":80", 4);
    expect_text_error("target", target, "target must have at most 255 characters, got 256");
}

TEST(a_target_may_be_a_list_that_names_what_is_wrong_with_it)
{
    static const struct {
        const char *list;
        uint64_t count;
    } good[] = {{"10.9.0.2:45001-45004,10.9.0.3:45001", 5}, {"localhost:1-256", 256}, {"[::1]:7-8,a.example:1", 3}};
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    assert_int_equal(run_spec_targets(&spec), 1);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        OK(run_spec_set_text(&spec, "target", good[i].list, &err));
        assert_string_equal(spec.target, good[i].list);
        assert_int_equal(run_spec_targets(&spec), good[i].count);
    }
    expect_text_error("target", "a:1,", "target: an entry of the list is empty");
    expect_text_error("target", "a:1-4,a:2", "target: a:2 is in the list twice");
    expect_text_error("target", "a:4-1", "target: the range a:4-1 ends before it begins");
    expect_text_error("target", "a:1-300", "target: a list has at most 256 addresses, this one has more");
    expect_text_error("target", "a:1,b:0", "target: \"b:0\" is not HOST:PORT or HOST:PORT-PORT with ports 1..65535");
}

TEST(a_path_is_absolute_and_of_printable_ascii)
{
    static const char *const bad[] = {"", "index.html", "http://x/", "/a b", "/\x7f", "/\xc3\xa4", "/a\nb"};
    struct run_spec spec;
    struct err err;
    char path[1002];
    run_spec_init(&spec);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char message[200];
        snprintf(message, sizeof message,
                 "path must be \"/\" or a longer path of printable ASCII without blanks, got \"%s\"", bad[i]);
        expect_text_error("path", bad[i], message);
    }
    repeat(path, "/", 1000);
    OK(run_spec_set_text(&spec, "path", path, &err));
    assert_string_equal(spec.path, path);
    repeat(path, "/", 1001);
    expect_text_error("path", path, "path must have at most 1000 bytes, got 1001");
}

TEST(what_is_sent_has_1024_bytes_with_control_characters)
{
    struct run_spec spec;
    struct err err;
    char send[1100];
    OK(set_json(&spec, "{\"send\":\"PING\\r\\n\\u0001\",\"expect\":\"\\t\\\\\"}", &err));
    assert_string_equal(spec.send, "PING\r\n\x01");
    assert_string_equal(spec.expect, "\t\\");
    repeat(send, "\xf0\x9f\x98\x80", 256);
    OK(run_spec_set_text(&spec, "send", send, &err));
    repeat(send, "\xf0\x9f\x98\x80", 257);
    expect_text_error("send", send, "send must have at most 1024 bytes, got 1028");
    expect_text_error("expect", "a\xff", "expect must be UTF-8; byte 2 is not");
}

TEST(an_option_has_the_escapes_of_c)
{
    static const char wrong[] = "none of \\r \\n \\t \\\\ \\x01..\\xff";
    static const char *const bad[] = {"ab\\x00", "ab\\q", "ab\\x1", "ab\\x1g", "ab\\"};
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    OK(run_spec_set_option(&spec, "send", "PING\\r\\n\\t\\\\ \\x7f\\xC3\\xa4", &err));
    assert_string_equal(spec.send, "PING\r\n\t\\ \x7f\xc3\xa4");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(run_spec_set_option(&spec, "expect", bad[i], &err), RESULT_INVALID);
        assert_string_equal(err.field, "expect");
        assert_non_null(strstr(err.message, "at byte 3 is"));
        assert_non_null(strstr(err.message, wrong));
    }
    assert_int_equal(run_spec_set_option(&spec, "send", "\\xff", &err), RESULT_INVALID); /* not UTF-8 */
    OK(run_spec_set_option(&spec, "label", "a\\r", &err));                               /* one line of text has none */
    assert_string_equal(spec.label, "a\\r");
}

TEST(a_long_wrong_value_is_cut_in_the_message)
{
    struct run_spec spec;
    struct err err;
    char value[5000];
    run_spec_init(&spec);
    repeat(value, "x", sizeof value - 1);
    assert_int_equal(run_spec_set_text(&spec, "count", value, &err), RESULT_INVALID);
    assert_true(strlen(err.message) < 150);
    assert_non_null(strstr(err.message, "xxx\"..."));
    repeat(value, "9", sizeof value - 1);
    assert_int_equal(run_spec_set_text(&spec, "count", value, &err), RESULT_INVALID);
    assert_true(strlen(err.message) < 150);
}
