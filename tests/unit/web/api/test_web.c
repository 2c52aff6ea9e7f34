#include "tests/unit/web/web_fixture.h"

#include <cjson/cJSON.h>

#include "web/http/router.h"

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define RUN "{\"mode\":\"thread\",\"count\":5}"

/* The route's path with a run's id in it. */
static void path_of(const struct route *route, int64_t id, char path[64])
{
    const char *const hole = strstr(route->pattern, "{id}");
    if (strncmp(route->pattern, "/compare", 8) == 0) {
        snprintf(path, 64, "%s?runs=%lld", route->pattern, (long long)id);
    } else if (hole == NULL) {
        snprintf(path, 64, "%s", route->pattern);
    } else {
        snprintf(path, 64, "%.*s%lld%s", (int)(hole - route->pattern), route->pattern, (long long)id, hole + 4);
    }
}

/* With the id of the first run, so that each {id} is there. It is not begun. */
static void add_experiment(struct fixture *fixture, int64_t id)
{
    struct err err;
    struct experiment experiment = {.kind = "classic", .asked = "{\"kind\":\"classic\"}"};
    OK(store_experiment_create(fixture->store, &experiment, &err));
    assert_int_equal(experiment.id, id);
}

static bool is_stream(const struct route *route)
{
    return strstr(route->pattern, "/events") != NULL;
}

static bool has_index(const struct fixture *fixture)
{
    char *const answer = ask(fixture, "HEAD /", NULL, NULL);
    const bool has = status_of(answer) == 200;
    free(answer);
    return has;
}

static void every_get_answers_with_safe_headers(void **state)
{
    static const char policy[] =
        "\r\nContent-Security-Policy: default-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'\r\n";
    const char *const headers[] = {
        policy,
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nCache-Control: no-",
    };
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    const int64_t id = add_run(&fixture, "first");
    add_experiment(&fixture, id);
    const bool index = has_index(&fixture);
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strcmp(route->method, "GET") != 0 || is_stream(route) || (!index && strcmp(route->pattern, "/") == 0)) {
            continue;
        }
        path_of(route, id, path);
        snprintf(line, sizeof line, "GET %s", path);
        char *const answer = ask(&fixture, line, NULL, NULL);
        assert_int_equal(status_of(answer), 200);
        for (size_t i = 0; i < COUNT(headers); i++) {
            if (strstr(answer, headers[i]) == NULL) {
                fail_msg("%s lacks %s: %s", line, headers[i], answer);
            }
        }
        assert_null(strstr(answer, "Access-Control"));
        free(answer);
    }
    fixture_stop(&fixture);
}

static void head_has_the_headers_and_no_body(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    const int64_t id = add_run(&fixture, "first");
    add_experiment(&fixture, id);
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strcmp(route->method, "GET") != 0 || strcmp(route->pattern, "/") == 0) {
            continue;
        }
        path_of(route, id, path);
        snprintf(line, sizeof line, "HEAD %s", path);
        char *const answer = ask(&fixture, line, NULL, NULL);
        assert_int_equal(status_of(answer), 200);
        assert_string_equal(body_of(answer), "");
        free(answer);
    }
    fixture_stop(&fixture);
}

static void parts_of_no_run_are_not_found(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strstr(route->pattern, "{id}") != NULL) {
            path_of(route, 4711, path);
            snprintf(line, sizeof line, "%s %s", route->method, path);
            const char *const body = strcmp(route->method, "POST") == 0    ? ""
                                     : strcmp(route->method, "PATCH") == 0 ? "label=x"
                                                                           : NULL;
            expect(&fixture, line, NULL, body, 404, "\"not_found\"");
        }
    }
    fixture_stop(&fixture);
}

static void a_run_can_be_asked_for(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    expect(&fixture, "POST /runs", JSON, RUN, 201, "\r\nLocation: /runs/1\r\n");
    expect(&fixture, "POST /runs", "Content-Type: application/json; charset=utf-8\r\n", RUN, 201, "\"id\":2");
    expect(&fixture, "POST /runs", FORM, "mode=pool&count=5&label=a+%26+b&limits.nofile=100", 201,
           "\"label\":\"a & b\"");
    expect(&fixture, "POST /runs", NULL, "mode=process&count=5", 201, "\"mode\":\"process\"");
    expect(&fixture, "GET /runs/3", NULL, NULL, 200, "\"nofile\":100");
    fixture_stop(&fixture);
}

static void a_body_in_chunks_is_one_body(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char request[512];
    const int length = snprintf(request, sizeof request,
                                "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n" JSON
                                "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"mode\"\r\n13\r\n:\"thread\",\"count\":5\r\n"
                                "1\r\n}\r\n0\r\n\r\n",
                                fixture.port);
    char *const answer = ask_raw(&fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 201);
    free(answer);
    fixture_stop(&fixture);
}

static void bodies_that_are_wrong_are_refused(void **state)
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
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(&fixture, "POST /runs", rows[i].headers, rows[i].body, rows[i].status, rows[i].text);
    }
    expect(&fixture, "GET /runs", NULL, NULL, 200, "{\"runs\":[],\"next\":null}");
    fixture_stop(&fixture);
}

static void a_body_nested_too_deep_is_refused(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char body[60001];
    memset(body, '[', sizeof body - 1);
    body[sizeof body - 1] = '\0';
    expect(&fixture, "POST /runs", JSON, body, 400, "\"invalid_json\"");
    fixture_stop(&fixture);
}

static void bodies_end_at_64_kib(void **state)
{
    enum { MOST = 65536, LONG = 300000 };
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char *const body = malloc(LONG + 1);
    assert_non_null(body);
    memset(body, ' ', LONG);
    memcpy(body, RUN, sizeof RUN - 1);
    body[MOST] = '\0';
    expect(&fixture, "POST /runs", JSON, body, 201, NULL);
    body[MOST] = ' ';
    body[MOST + 1] = '\0';
    expect(&fixture, "POST /runs", JSON, body, 413, "\"too_large\"");
    body[MOST + 1] = ' ';
    body[LONG] = '\0';
    expect(&fixture, "POST /runs", JSON, body, 413, "\"too_large\"");
    expect(&fixture, "POST /runs", JSON "Content-Length: 100000000\r\n", NULL, 413, "\"too_large\"");
    struct buf request = BUF_INIT;
    buf_printf(&request,
               "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n" JSON
               "Transfer-Encoding: chunked\r\n\r\n%x\r\n",
               fixture.port, LONG);
    buf_append(&request, body, LONG);
    buf_text(&request, "\r\n0\r\n\r\n");
    char *const answer = ask_raw(&fixture, request.bytes, request.length);
    assert_int_equal(status_of(answer), 413);
    free(answer);
    buf_free(&request);
    free(body);
    fixture_stop(&fixture);
}

static void ambiguous_framing_is_refused_and_closes(void **state)
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
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    for (size_t i = 0; i < COUNT(headers); i++) {
        char request[1024];
        /* Were the first one answered and the rest taken for a second request, that one would be answered too. */
        const int length = snprintf(request, sizeof request,
                                    "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n0\r\n\r\n"
                                    "GET /healthz HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
                                    fixture.port, headers[i], fixture.port);
        char *const answer = ask_raw(&fixture, request, (size_t)length);
        if ((status_of(answer) != 400 && status_of(answer) != 413) || strstr(answer, "\"ok\"") != NULL) {
            fail_msg("%s gave %s", headers[i], answer);
        }
        free(answer);
    }
    fixture_stop(&fixture);
}

static void who_may_ask_is_checked(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char request[256];
    int length = snprintf(request, sizeof request,
                          "GET / HTTP/1.1\r\nHost: evil.example:%u\r\nConnection: close\r\n\r\n", fixture.port);
    char *answer = ask_raw(&fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 403);
    free(answer);
    length = snprintf(request, sizeof request, "GET /runs HTTP/1.1\r\nConnection: close\r\n\r\n");
    answer = ask_raw(&fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 400);
    free(answer);
    expect(&fixture, "GET /runs", "Host: localhost\r\n", NULL, 400, "\"invalid_host\"");
    expect(&fixture, "POST /runs", JSON "Sec-Fetch-Site: cross-site\r\n", RUN, 403, "\"forbidden\"");
    expect(&fixture, "POST /runs", JSON "Origin: http://evil.example\r\n", RUN, 403, "\"forbidden\"");
    expect(&fixture, "POST /runs", JSON "Sec-Fetch-Site: same-origin\r\n", RUN, 201, NULL);
    fixture_stop(&fixture);
}

static void the_token_is_asked_for_but_by_the_dashboard(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start("secret");
    expect(&fixture, "GET /runs", NULL, NULL, 401, "\r\nWWW-Authenticate: Bearer");
    expect(&fixture, "GET /runs", "Authorization: Bearer wrong\r\n", NULL, 401, "\"unauthorized\"");
    expect(&fixture, "POST /runs", JSON, RUN, 401, NULL);
    expect(&fixture, "GET /nothing", NULL, NULL, 401, NULL);
    expect(&fixture, "GET /events", NULL, NULL, 401, NULL);
    expect(&fixture, "GET /runs", "Authorization: Bearer secret\r\n", NULL, 200, "{\"runs\":[],\"next\":null}");
    expect(&fixture, "GET /healthz", NULL, NULL, 200, "{\"status\":\"ok\"}");
    expect(&fixture, "GET /vendor/uPlot.iife.min.js", NULL, NULL, 200, "text/javascript");
    expect(&fixture, "GET /openapi.json", NULL, NULL, 200, NULL);
    fixture_stop(&fixture);
}

static void wrong_methods_and_targets_are_refused(void **state)
{
    static const struct {
        const char *line;
        unsigned status;
        const char *text;
    } rows[] = {
        {"PUT /runs", 405, "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"},
        {"DELETE /runs", 405, "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"},
        {"POST /vendor/uPlot.iife.min.js", 405, "\r\nAllow: GET, HEAD, OPTIONS\r\n"},
        {"GET /runs/1/cancel", 405, "\r\nAllow: POST, OPTIONS\r\n"},
        {"OPTIONS /runs/1", 204, "\r\nAllow: GET, HEAD, PATCH, DELETE, OPTIONS\r\n"},
        {"OPTIONS /nothing", 404, NULL},
        {"GET /nothing", 404, "\"not_found\""},
        {"GET /runs/0", 404, NULL},
        {"GET /%72uns", 200, "\"runs\""},
        {"GET /runs%00", 400, "\"invalid_request\""},
        {"GET /runs%", 400, "\"invalid_request\""},
        {"GET /runs%ff", 400, "\"invalid_request\""},
        {"GET /runs\xff", 400, "\"invalid_request\""},
        {"GET http://localhost/runs", 400, "\"invalid_request\""},
        {"GET /runs?limit=0", 400, "\"field\":\"limit\""},
        {"GET /runs?limit=1001", 400, "\"field\":\"limit\""},
        {"GET /runs?limit=5&limit=6", 400, "\"field\":\"limit\""},
        {"GET /runs?lmit=5", 400, "\"field\":\"lmit\""},
        {"GET /runs?mode=x", 400, "\"field\":\"mode\""},
        {"GET /runs?status=x", 400, "\"field\":\"status\""},
        {"GET /runs?q=%", 400, "\"invalid_request\""},
        {"GET /server?x=1", 400, "\"field\":\"x\""},
        {"GET /limits?hold=yes", 400, "\"field\":\"hold\""},
        {"GET /limits?model=x", 400, "\"field\":\"model\""},
        {"GET /limits?hold=true&model=thread", 200, "\"RLIMIT_NOFILE\""},
        {"GET /limits?count=0", 400, "\"field\":\"count\""},
        {"GET /limits?label=x", 400, "\"field\":\"label\""},
        {"GET /limits?hold=true&mode=event&count=40&limits.nofile=16", 200,
         "40 held clients of the event loops: stops at"},
        {"GET /limits?hold=true&count=80&model=pool", 200,
         "80 held threads: stops at 64, workers 64 on the server side"},
        {"GET /limits?target=nobody.invalid:1&count=7", 200, "\"predicted\":{\"thread\":{"},
        {"GET /events?last_event_id=x", 400, "\"field\":\"last_event_id\""},
    };
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(&fixture, rows[i].line, NULL, NULL, rows[i].status, rows[i].text);
    }
    fixture_stop(&fixture);
}

static void a_connection_is_kept_for_the_next_request(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char request[512];
    const int length = snprintf(request, sizeof request,
                                "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\n" JSON "Content-Length: %zu\r\n\r\n" RUN
                                "GET /healthz HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n",
                                fixture.port, sizeof RUN - 1, fixture.port);
    char *const answer = ask_raw(&fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 201);
    assert_non_null(strstr(answer, "{\"status\":\"ok\"}"));
    free(answer);
    fixture_stop(&fixture);
}

static void a_file_that_is_known_is_not_sent_again(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    char *const answer = ask(&fixture, "GET /vendor/uPlot.min.css?v=1", NULL, NULL);
    char etag[64];
    char header[128];
    const char *const found = strstr(answer, "\r\nETag: ");
    assert_non_null(found);
    assert_int_equal(sscanf(found + 8, "%63[^\r]", etag), 1);
    assert_non_null(strstr(answer, "\r\nContent-Type: text/css; charset=utf-8\r\n"));
    snprintf(header, sizeof header, "If-None-Match: \"other\", W/%s\r\n", etag);
    expect(&fixture, "GET /vendor/uPlot.min.css", header, NULL, 304, etag);
    expect(&fixture, "GET /vendor/uPlot.min.css", "If-None-Match: \"other\"\r\n", NULL, 200, NULL);
    expect(&fixture, "HEAD /vendor/uPlot.min.css", "Accept-Encoding: gzip\r\n", NULL, 200, "Content-Encoding: gzip");
    expect(&fixture, "HEAD /vendor/uPlot.min.css", "Accept-Encoding: gzip; q=0\r\n", NULL, 200, etag);
    free(answer);
    fixture_stop(&fixture);
}

static void a_run_can_be_cancelled_and_deleted(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    (void)add_run(&fixture, "");
    expect(&fixture, "POST /runs/1/cancel", JSON, "{}", 202, "\"cancelled\"");
    expect(&fixture, "POST /runs/1/cancel", NULL, NULL, 409, "\"conflict\"");
    expect(&fixture, "DELETE /runs/1", NULL, NULL, 204, NULL);
    expect(&fixture, "GET /runs/1", NULL, NULL, 404, NULL);
    fixture_stop(&fixture);
}

/* Of a hundred that begin a request and never end it, none is to keep the next one waiting until it times out. */
static void idle_connections_are_evicted_for_new_ones(void **state)
{
    (void)state;
    struct fixture fixture = fixture_start(NULL);
    static const char begin[] = "GET /healthz HTTP/1.1\r\nHost: 127";
    int silent[100];
    const int stream = fixture_connect(&fixture);
    struct buf events = BUF_INIT;
    buf_printf(&events, "GET /events HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", fixture.port);
    send_bytes(stream, events.bytes, events.length);
    buf_free(&events);
    receive_until(stream, &events, "event: server");
    const uint64_t began = clock_now_ns();
    for (size_t i = 0; i < COUNT(silent); i++) {
        silent[i] = fixture_connect(&fixture);
        send_bytes(silent[i], begin, sizeof begin - 1);
    }
    expect(&fixture, "GET /healthz", NULL, NULL, 200, "ok");
    assert_true(clock_now_ns() - began < 10 * NS_PER_S);
    /* What is being answered is not what has to go. */
    buf_free(&events);
    receive_until(stream, &events, ":");
    buf_free(&events);
    close(stream);
    for (size_t i = 0; i < COUNT(silent); i++) {
        close(silent[i]);
    }
    fixture_stop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_get_answers_with_safe_headers),
        cmocka_unit_test(head_has_the_headers_and_no_body),
        cmocka_unit_test(parts_of_no_run_are_not_found),
        cmocka_unit_test(a_run_can_be_asked_for),
        cmocka_unit_test(a_body_in_chunks_is_one_body),
        cmocka_unit_test(bodies_that_are_wrong_are_refused),
        cmocka_unit_test(a_body_nested_too_deep_is_refused),
        cmocka_unit_test(bodies_end_at_64_kib),
        cmocka_unit_test(ambiguous_framing_is_refused_and_closes),
        cmocka_unit_test(who_may_ask_is_checked),
        cmocka_unit_test(the_token_is_asked_for_but_by_the_dashboard),
        cmocka_unit_test(wrong_methods_and_targets_are_refused),
        cmocka_unit_test(a_connection_is_kept_for_the_next_request),
        cmocka_unit_test(a_file_that_is_known_is_not_sent_again),
        cmocka_unit_test(a_run_can_be_cancelled_and_deleted),
        cmocka_unit_test(idle_connections_are_evicted_for_new_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
