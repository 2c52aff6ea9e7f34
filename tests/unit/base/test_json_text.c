#include <cjson/cJSON.h>

#include "base/json.h"
#include "tests/unit/test.h"

TEST(values_are_set_apart_by_commas_and_nothing_else_is)
{
    struct buf text = BUF_INIT;
    json_text_open_object(&text, NULL);
    json_text_open_array(&text, "empty");
    json_text_close_array(&text);
    json_text_open_array(&text, "mixed");
    json_text_uint(&text, NULL, 0);
    json_text_open_object(&text, NULL);
    json_text_close_object(&text);
    json_text_string(&text, NULL, "[");
    json_text_null(&text, NULL);
    json_text_open_array(&text, NULL);
    json_text_uint(&text, NULL, 1);
    json_text_close_array(&text);
    json_text_close_array(&text);
    json_text_string(&text, "brace", "{");
    json_text_null(&text, "none");
    json_text_uint(&text, "most", UINT64_MAX);
    json_text_close_object(&text);
    assert_false(text.failed);
    assert_string_equal(text.bytes, "{\"empty\":[],\"mixed\":[0,{},\"[\",null,[1]],\"brace\":\"{\",\"none\":null,"
                                    "\"most\":18446744073709551615}");
    buf_free(&text);
}

/* cJSON, which shares no code with it, has to read back each byte that a text can have, as a value and as a name. */
TEST(every_character_of_a_text_comes_back)
{
    for (unsigned character = 1; character < 0x80; character++) {
        const char written[] = {'a', (char)character, 'z', '\0'};
        struct buf text = BUF_INIT;
        json_text_open_object(&text, NULL);
        json_text_string(&text, written, written);
        json_text_close_object(&text);
        cJSON *const json = cJSON_Parse(text.bytes);
        assert_non_null(json);
        assert_string_equal(json->child->string, written);
        assert_string_equal(json->child->valuestring, written);
        for (size_t i = 0; i < text.length; i++) {
            assert_true((unsigned char)text.bytes[i] >= 0x20); /* RFC 8259, 7: control characters are escaped */
        }
        cJSON_Delete(json);
        buf_free(&text);
    }
}

static void expect_written(const char *value, const char *expected)
{
    struct buf text = BUF_INIT;
    json_text_string(&text, NULL, value);
    assert_string_equal(text.bytes, expected);
    buf_free(&text);
}

TEST(what_is_not_utf8_is_replaced_byte_by_byte)
{
    expect_written("", "\"\"");
    expect_written("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
    expect_written("\xFF\xC3", "\"??\"");
    expect_written("a\xE2\x82", "\"a??\"");    /* cut in a character */
    expect_written("\xC0\x80z", "\"??z\"");    /* overlong */
    expect_written("\xED\xA0\x80", "\"???\""); /* a surrogate */
}

static void write_all(const struct json_writer *writer)
{
    static const double numbers[] = {0, -1, 0.1, 2.5, 1e-7, 1.0 / 3, 4294967296, 123456789012345, 1e300, 123456.789};
    json_open_object(writer, NULL);
    json_open_array(writer, "numbers");
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        json_put_number(writer, NULL, numbers[i]);
    }
    json_close_array(writer);
    json_open_object(writer, "inner");
    json_put_uint(writer, "uint", 7);
    json_put_rounded(writer, "rounded", 2.0 / 3, 1000);
    json_put_text(writer, "text", "a \"b\"\n\xc3\xa4");
    json_put_text(writer, "none", NULL);
    json_put_bool(writer, "yes", true);
    json_put_bool(writer, "no", false);
    json_put_moment(writer, "moment", 1763914595123);
    json_put_moment(writer, "never", 0);
    json_close_object(writer);
    json_open_array(writer, "empty");
    json_close_array(writer);
    json_close_object(writer);
}

TEST(a_text_and_a_tree_are_the_same_json)
{
    struct buf text = BUF_INIT;
    struct json_tree tree;
    const struct json_writer to_text = json_text_writer(&text);
    const struct json_writer to_tree = json_new_tree_writer(&tree);
    write_all(&to_text);
    write_all(&to_tree);
    cJSON *const json = json_tree_take(&tree);
    char *const printed = cJSON_PrintUnformatted(json);
    assert_non_null(printed);
    assert_string_equal(text.bytes, printed);
    cJSON_free(printed);
    cJSON_Delete(json);
    buf_free(&text);
}
