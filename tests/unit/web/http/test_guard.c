#include "tests/unit/test.h"
#include "web/http/guard.h"

static struct guard_header one(const char *value)
{
    return (struct guard_header){value, value == NULL ? 0 : 1};
}

static struct guard guard_on(const char *listen, const char *token)
{
    struct net_address address;
    struct err err;
    struct guard guard;
    OK(net_parse(listen, &address, &err));
    guard_init(&guard, &address, token);
    snprintf(guard.hostname, sizeof guard.hostname, "%s", "lab-machine");
    return guard;
}

/* 64 characters, more than any address has */
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123"

TEST(host_must_name_this_panel)
{
    static const struct {
        const char *listen;
        const char *host;
        enum guard_verdict verdict;
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080", GUARD_PASS},
        {"127.0.0.1:8080", "localhost:8080", GUARD_PASS},
        {"127.0.0.1:8080", "LocalHost:8080", GUARD_PASS},
        {"127.0.0.1:8080", "[::1]:8080", GUARD_PASS},
        {"[::1]:8080", "[::1]:8080", GUARD_PASS},
        {"127.0.0.2:8080", "127.0.0.2:8080", GUARD_PASS},
        {"127.0.0.1:80", "localhost", GUARD_PASS},
        {"127.0.0.1:80", "localhost:80", GUARD_PASS},
        {"127.0.0.1:8080", "localhost", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "localhost:8081", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "localhost:08080x", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "localhost:", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", ":8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "evil.example:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "localhost.evil.example:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "127.0.0.1.evil.example:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "user@127.0.0.1:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "[::1:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "10.1.2.3:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "lab-machine:8080", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", "10.1.2.3:8080", GUARD_PASS},
        {"0.0.0.0:8080", "[fe80::1]:8080", GUARD_PASS},
        {"0.0.0.0:8080", "lab-machine:8080", GUARD_PASS},
        {"0.0.0.0:8080", "localhost:8080", GUARD_PASS},
        {"0.0.0.0:8080", "evil.example:8080", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", "10.1.2.3:9090", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", "[]:8080", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", "[abc:8080", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", "[" LONG_NAME "]:8080", GUARD_FORBIDDEN},
        {"0.0.0.0:8080", LONG_NAME LONG_NAME LONG_NAME LONG_NAME LONG_NAME ":8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "[::1]x:8080", GUARD_FORBIDDEN},
        {"127.0.0.1:8080", "[::1]8080", GUARD_FORBIDDEN},
        {"[::]:8080", "10.1.2.3:8080", GUARD_PASS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct guard guard = guard_on(rows[i].listen, NULL);
        const struct guard_headers headers = {.host = one(rows[i].host)};
        struct err err;
        if (guard_host(&guard, &headers, &err) != rows[i].verdict) {
            fail_msg("listening on %s, Host %s: the verdict is not %d", rows[i].listen, rows[i].host,
                     (int)rows[i].verdict);
        }
    }
}

TEST(an_unknown_host_name_matches_nothing)
{
    struct guard guard = guard_on("0.0.0.0:8080", NULL);
    struct err err;
    const struct guard_headers named = {.host = one("lab-machine:8080")};
    guard.hostname[0] = '\0';
    assert_int_equal(guard_host(&guard, &named, &err), GUARD_FORBIDDEN);
}

TEST(host_must_be_given_once)
{
    const struct guard guard = guard_on("127.0.0.1:8080", NULL);
    const struct guard_headers none = {.http_1_0 = true};
    const struct guard_headers two = {.host = {"127.0.0.1:8080", 2}};
    struct err err;
    assert_int_equal(guard_host(&guard, &none, &err), GUARD_BAD_HOST);
    assert_int_equal(guard_host(&guard, &two, &err), GUARD_BAD_HOST);
}

TEST(a_page_of_another_site_cannot_change_anything)
{
    static const struct {
        const char *method;
        const char *site;
        const char *origin;
        enum guard_verdict verdict;
    } rows[] = {
        {"POST", NULL, NULL, GUARD_PASS}, /* curl */
        {"POST", "same-origin", NULL, GUARD_PASS},
        {"POST", "none", NULL, GUARD_PASS},
        {"POST", "same-site", NULL, GUARD_FORBIDDEN},
        {"POST", "cross-site", NULL, GUARD_FORBIDDEN},
        {"POST", "cross-site", "http://127.0.0.1:8080", GUARD_FORBIDDEN},
        {"POST", "", NULL, GUARD_FORBIDDEN},
        {"POST", NULL, "http://127.0.0.1:8080", GUARD_PASS},
        {"POST", NULL, "http://127.0.0.1:8081", GUARD_FORBIDDEN},
        {"POST", NULL, "https://127.0.0.1:8080", GUARD_FORBIDDEN},
        {"POST", NULL, "http://127.0.0.1:8080.evil.example", GUARD_FORBIDDEN},
        {"POST", NULL, "http://evil.example", GUARD_FORBIDDEN},
        {"POST", NULL, "null", GUARD_FORBIDDEN},
        {"POST", NULL, "", GUARD_FORBIDDEN},
        {"DELETE", "cross-site", NULL, GUARD_FORBIDDEN},
        {"PUT", NULL, "http://evil.example", GUARD_FORBIDDEN},
        {"GET", "cross-site", "http://evil.example", GUARD_PASS},
        {"HEAD", "cross-site", NULL, GUARD_PASS},
        {"OPTIONS", NULL, "http://evil.example", GUARD_PASS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct guard_headers headers = {
            .host = one("127.0.0.1:8080"), .sec_fetch_site = one(rows[i].site), .origin = one(rows[i].origin)};
        struct err err;
        if (guard_origin(&headers, rows[i].method, &err) != rows[i].verdict) {
            fail_msg("row %zu: the verdict is not %d", i, (int)rows[i].verdict);
        }
    }
    const struct guard_headers twice[] = {
        {.host = one("a"), .sec_fetch_site = {"same-origin", 2}},
        {.host = one("a"), .origin = {"http://a", 2}},
        {.host = {"a", 2}, .origin = one("http://a")},
    };
    for (size_t i = 0; i < COUNT_OF(twice); i++) {
        struct err err;
        assert_int_equal(guard_origin(&twice[i], "POST", &err), GUARD_FORBIDDEN);
    }
}

TEST(ambiguous_framing_is_refused)
{
    const struct {
        struct guard_headers headers;
        enum guard_verdict verdict;
    } rows[] = {
        {{.http_1_0 = false}, GUARD_PASS},
        {{.content_length = one("5")}, GUARD_PASS},
        {{.content_length = one("0")}, GUARD_PASS},
        {{.transfer_encoding = one("chunked")}, GUARD_PASS},
        {{.transfer_encoding = one("Chunked")}, GUARD_PASS},
        {{.content_length = {"5", 2}}, GUARD_MALFORMED},
        {{.content_length = one("5"), .transfer_encoding = one("chunked")}, GUARD_MALFORMED},
        {{.content_length = one("+5")}, GUARD_MALFORMED},
        {{.content_length = one("-1")}, GUARD_MALFORMED},
        {{.content_length = one("5, 5")}, GUARD_MALFORMED},
        {{.content_length = one("0x5")}, GUARD_MALFORMED},
        {{.content_length = one("")}, GUARD_MALFORMED},
        {{.content_length = one("99999999999999999999999")}, GUARD_MALFORMED},
        {{.transfer_encoding = one("gzip, chunked")}, GUARD_MALFORMED},
        {{.transfer_encoding = one("chunked, chunked")}, GUARD_MALFORMED},
        {{.transfer_encoding = one("xchunked")}, GUARD_MALFORMED},
        {{.transfer_encoding = one("identity")}, GUARD_MALFORMED},
        {{.transfer_encoding = one("")}, GUARD_MALFORMED},
        {{.transfer_encoding = {"chunked", 2}}, GUARD_MALFORMED},
        {{.transfer_encoding = one("chunked"), .http_1_0 = true}, GUARD_MALFORMED},
        {{.malformed = true}, GUARD_MALFORMED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct err err;
        if (guard_framing(&rows[i].headers, &err) != rows[i].verdict) {
            fail_msg("row %zu: the verdict is not %d", i, (int)rows[i].verdict);
        }
    }
}

TEST(a_header_name_is_a_token_and_a_value_has_no_control_characters)
{
    static const struct {
        const char *name;
        size_t name_size;
        const char *value;
        bool sound;
    } rows[] = {
        {"Host", 4, "a", true},      {"x-!#$%&'*+.^_`|~9", 17, "a\tb \xc3\xa9", true},
        {"Accept", 6, NULL, true},   {"Accept", 6, "", true},
        {"", 0, "a", false},         {"Content-Length ", 15, "5", false},
        {" Host", 5, "a", false},    {"Ho\0st", 5, "a", false},
        {"Host:", 5, "a", false},    {"H\xc3\xb6st", 6, "a", false},
        {"Host", 4, "a\rb", false},  {"Host", 4, "a\nb", false},
        {"Host", 4, "a\x7f", false}, {"Host", 4, "\x01", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const size_t size = rows[i].value != NULL ? strlen(rows[i].value) : 0;
        assert_int_equal(guard_header_is_valid(rows[i].name, rows[i].name_size, rows[i].value, size), rows[i].sound);
    }
}

TEST(the_token_must_match)
{
    static const struct {
        const char *token;
        const char *given;
        enum guard_verdict verdict;
    } rows[] = {
        {NULL, NULL, GUARD_PASS},
        {NULL, "Bearer x", GUARD_PASS},
        {"secret", "Bearer secret", GUARD_PASS},
        {"secret", "bearer secret", GUARD_PASS},
        {"secret", NULL, GUARD_UNAUTHORIZED},
        {"secret", "", GUARD_UNAUTHORIZED},
        {"secret", "secret", GUARD_UNAUTHORIZED},
        {"secret", "Basic secret", GUARD_UNAUTHORIZED},
        {"secret", "Bearer ", GUARD_UNAUTHORIZED},
        {"secret", "Bearer secre", GUARD_UNAUTHORIZED},
        {"secret", "Bearer secrets", GUARD_UNAUTHORIZED},
        {"secret", "Bearer secretsecret", GUARD_UNAUTHORIZED},
        {"secret", "Bearer Secret", GUARD_UNAUTHORIZED},
        {"", "Bearer ", GUARD_UNAUTHORIZED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct guard guard = guard_on("127.0.0.1:8080", rows[i].token);
        const struct guard_headers headers = {.authorization = one(rows[i].given)};
        struct err err;
        if (guard_token(&guard, &headers, &err) != rows[i].verdict) {
            fail_msg("row %zu: the verdict is not %d", i, (int)rows[i].verdict);
        }
    }
    const struct guard guard = guard_on("127.0.0.1:8080", "secret");
    const struct guard_headers two = {.authorization = {"Bearer secret", 2}};
    struct err err;
    assert_int_equal(guard_token(&guard, &two, &err), GUARD_UNAUTHORIZED);
}

/* A comparison that keeps one byte of the length must not take these for equal. */
TEST(a_token_256_bytes_longer_is_another_token)
{
    char given[8 + 1 + 256 + 1] = "Bearer a";
    memset(given + 8, 'a', 256);
    const struct guard guard = guard_on("127.0.0.1:8080", "a");
    const struct guard_headers headers = {.authorization = one(given)};
    struct err err;
    assert_int_equal(guard_token(&guard, &headers, &err), GUARD_UNAUTHORIZED);
}
