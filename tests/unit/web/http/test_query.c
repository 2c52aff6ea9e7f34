#include "tests/unit/test.h"
#include "web/http/query.h"

TEST(escapes_are_decoded)
{
    static const struct {
        const char *text;
        bool form;
        const char *decoded; /* NULL: refused */
    } rows[] = {
        {"", false, ""},
        {"/runs/17", false, "/runs/17"},
        {"%41%7a%7A", false, "Azz"},
        {"a+b", false, "a+b"},
        {"a+b%2B", true, "a b+"},
        {"%C3%A4", false, "\xc3\xa4"},
        {"%25%32%35", false, "%25"},
        {"%", false, NULL},
        {"%4", false, NULL},
        {"%4g", false, NULL},
        {"%g4", false, NULL},
        {"%%41", false, NULL},
        {"%+1", true, NULL},
        {"%00", false, NULL},
        {"a%00b", true, NULL},
        {"%0a", true, NULL},
        {"%7f", true, NULL},
        {"%ff", false, NULL},
        {"%C3", false, NULL},
        {"%C0%80", false, NULL},
        {"%ED%A0%80", false, NULL},
        {"%F5%80%80%80", false, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[64];
        struct err err;
        snprintf(text, sizeof text, "%s", rows[i].text);
        const enum result result = query_decode(text, rows[i].form, &err);
        if ((result == RESULT_OK) != (rows[i].decoded != NULL) ||
            (result == RESULT_OK && strcmp(text, rows[i].decoded) != 0)) {
            fail_msg("\"%s\" gave \"%s\"", rows[i].text, text);
        }
    }
}

TEST(pairs_are_read)
{
    static const char text[] = "mode=thread&label=a%26b+c&empty=&bare&eq=a=b";
    struct query query;
    struct err err;
    OK(query_parse(text, sizeof text - 1, &query, &err));
    assert_int_equal(query.count, 5);
    assert_string_equal(query_get(&query, "mode"), "thread");
    assert_string_equal(query_get(&query, "label"), "a&b c");
    assert_string_equal(query_get(&query, "empty"), "");
    assert_string_equal(query_get(&query, "bare"), "");
    assert_string_equal(query_get(&query, "eq"), "a=b");
    assert_null(query_get(&query, "missing"));
    query_free(&query);
}

TEST(no_text_gives_no_pairs)
{
    struct query query;
    struct err err;
    OK(query_parse(NULL, 0, &query, &err));
    assert_int_equal(query.count, 0);
    query_free(&query);
}

TEST(malformed_pairs_are_refused)
{
    static const char *const texts[] = {"a=1&a=2", "a=1&%61=2", "=1",  "&",     "a=1&",
                                        "&a=1",    "a=%",       "%=1", "a=%00", "a=%zz"};
    struct query query;
    struct err err;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (query_parse(texts[i], strlen(texts[i]), &query, &err) != RESULT_INVALID) {
            fail_msg("\"%s\" was accepted", texts[i]);
        }
    }
    assert_int_equal(query_parse("a=1\0b", 5, &query, &err), RESULT_INVALID);
    assert_int_equal(query_parse("a=1&a=2", 7, &query, &err), RESULT_INVALID);
    assert_string_equal(err.field, "a");
}

TEST(the_number_of_pairs_is_bounded)
{
    char text[8 * (QUERY_PAIRS_MAX + 1)];
    size_t used = 0;
    struct query query;
    struct err err;
    for (int i = 0; i < QUERY_PAIRS_MAX; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%sn%d=1", i == 0 ? "" : "&", i);
    }
    OK(query_parse(text, used, &query, &err));
    query_free(&query);
    used += (size_t)snprintf(text + used, sizeof text - used, "&x=1");
    assert_int_equal(query_parse(text, used, &query, &err), RESULT_INVALID);
}

TEST(unknown_parameters_are_named)
{
    static const char *const known[] = {"limit", "before", NULL};
    struct query query;
    struct err err;
    OK(query_parse("limit=1&lmit=2", 14, &query, &err));
    assert_int_equal(query_check_known(&query, known, &err), RESULT_INVALID);
    assert_string_equal(err.field, "lmit");
    assert_int_equal(query_check_known(&query, NULL, &err), RESULT_INVALID);
    assert_string_equal(err.field, "limit");
    query_free(&query);
}

TEST(numbers_must_be_in_their_range)
{
    static const struct {
        const char *text;
        enum result result;
        uint64_t value;
    } rows[] = {
        {"n=1", RESULT_OK, 1},
        {"n=1000", RESULT_OK, 1000},
        {"n=007", RESULT_OK, 7},
        {"m=5", RESULT_OK, 50},
        {"n=0", RESULT_INVALID, 50},
        {"n=1001", RESULT_INVALID, 50},
        {"n=-1", RESULT_INVALID, 50},
        {"n=%2B1", RESULT_INVALID, 50},
        {"n=", RESULT_INVALID, 50},
        {"n=1.5", RESULT_INVALID, 50},
        {"n=0x10", RESULT_INVALID, 50},
        {"n=+1", RESULT_INVALID, 50},
        {"n=18446744073709551617", RESULT_INVALID, 50},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct query query;
        struct err err;
        uint64_t value = 50;
        OK(query_parse(rows[i].text, strlen(rows[i].text), &query, &err));
        if (query_uint(&query, "n", 1, 1000, &value, &err) != rows[i].result || value != rows[i].value) {
            fail_msg("\"%s\" gave %llu", rows[i].text, (unsigned long long)value);
        }
        query_free(&query);
    }
}
