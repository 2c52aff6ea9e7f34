/* The bodies of requests: JSON and forms, their limits and their framing. */
#include "tests/unit/web/web_fixture.h"

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define RUN "{\"mode\":\"thread\",\"count\":5}"

WEB_TEST(a_body_in_chunks_is_one_body)
{
    struct fixture *const fixture = *state;
    char request[512];
    const int length = snprintf(request, sizeof request,
                                "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n" JSON
                                "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"mode\"\r\n13\r\n:\"thread\",\"count\":5\r\n"
                                "1\r\n}\r\n0\r\n\r\n",
                                fixture->port);
    char *const answer = ask_raw(fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 201);
    free(answer);
}

WEB_TEST(invalid_bodies_are_refused)
{
    static const struct {
        const char *headers;
        const char *body;
        unsigned status;
        const char *text;
    } rows[] = {
        {JSON, "", 400, "\"invalid_json\""},
        {JSON, "{", 400, "\"invalid_json\""},
        {JSON, "[]", 400, "\"invalid_json\""},
        {JSON, "7", 400, "\"invalid_json\""},
        {JSON, RUN " x", 400, "\"invalid_json\""},
        {JSON, RUN RUN, 400, "\"invalid_json\""},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"count\":6}", 400, "\"field\":\"count\""},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"limits\":{\"nofile\":64,\"nofile\":65}}", 400, "more than once"},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"label\":\"a\\u0000b\"}", 400, "\"invalid_json\""},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"label\":\"\xff\"}", 400, "\"invalid_json\""},
        {JSON, "{\"mode\":\"thread\",\"count\":0}", 400, "\"field\":\"count\""},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"cuont\":5}", 400, "\"field\":\"cuont\""},
        {FORM, "mode=thread", 400, "\"field\":\"count\""},
        {FORM, "mode=thread&count=5&count=6", 400, "\"field\":\"count\""},
        {FORM, "mode=thread&count=%", 400, "\"invalid_form\""},
        {FORM, "mode=thread&count=5&label=%00", 400, "\"invalid_form\""},
        {FORM, "mode=thread&count=5&label=%ff", 400, "\"invalid_form\""},
        {FORM, "", 400, "\"field\":"},
        {JSON, "{\"mode\":\"thread\",\"count\":5,\"target\":\"192.0.2.1:45000\"}", 403, "\"field\":\"target\""},
        {"Content-Type: text/plain\r\n", RUN, 415, "\"unsupported_type\""},
        {"Content-Type: application/jsonx\r\n", RUN, 415, "\"unsupported_type\""},
        {"Content-Type: multipart/form-data; boundary=x\r\n", "--x--", 415, "\"unsupported_type\""},
    };
    struct fixture *const fixture = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect(fixture, "POST /runs", rows[i].headers, rows[i].body, rows[i].status, rows[i].text);
    }
    expect(fixture, "GET /runs", NULL, NULL, 200, "{\"runs\":[],\"next\":null}");
}

WEB_TEST(a_body_nested_too_deeply_is_refused)
{
    struct fixture *const fixture = *state;
    char body[60001];
    memset(body, '[', sizeof body - 1);
    body[sizeof body - 1] = '\0';
    expect(fixture, "POST /runs", JSON, body, 400, "\"invalid_json\"");
}

WEB_TEST(bodies_end_at_64_kib)
{
    enum { MAX = 65536, LONG = 300000 };
    struct fixture *const fixture = *state;
    char *const body = malloc(LONG + 1);
    assert_non_null(body);
    memset(body, ' ', LONG);
    memcpy(body, RUN, sizeof RUN - 1);
    body[MAX] = '\0';
    expect(fixture, "POST /runs", JSON, body, 201, NULL);
    body[MAX] = ' ';
    body[MAX + 1] = '\0';
    expect(fixture, "POST /runs", JSON, body, 413, "\"too_large\"");
    body[MAX + 1] = ' ';
    body[LONG] = '\0';
    expect(fixture, "POST /runs", JSON, body, 413, "\"too_large\"");
    expect(fixture, "POST /runs", JSON "Content-Length: 100000000\r\n", NULL, 413, "\"too_large\"");
    struct buf request = BUF_INIT;
    buf_printf(&request,
               "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n" JSON
               "Transfer-Encoding: chunked\r\n\r\n%x\r\n",
               fixture->port, LONG);
    buf_append(&request, body, LONG);
    buf_text(&request, "\r\n0\r\n\r\n");
    char *const answer = ask_raw(fixture, request.bytes, request.length);
    assert_int_equal(status_of(answer), 413);
    free(answer);
    buf_free(&request);
    free(body);
}

WEB_TEST(ambiguous_framing_is_refused_and_closes_the_connection)
{
    static const char *const headers[] = {
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length : 5\r\n",
    };
    struct fixture *const fixture = *state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        char request[1024];
        /* If the first were answered and the rest read as a second request, the second would be answered too. */
        const int length = snprintf(request, sizeof request,
                                    "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n0\r\n\r\n"
                                    "GET /healthz HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
                                    fixture->port, headers[i], fixture->port);
        char *const answer = ask_raw(fixture, request, (size_t)length);
        if ((status_of(answer) != 400 && status_of(answer) != 413) || strstr(answer, "\"ok\"") != NULL) {
            fail_msg("%s gave %s", headers[i], answer);
        }
        free(answer);
    }
}
