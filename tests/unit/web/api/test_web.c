#include "tests/unit/web/web_fixture.h"

#include <cjson/cJSON.h>

#include "web/http/router.h"

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define RUN "{\"mode\":\"thread\",\"count\":5}"

/* Writes the route's path with the id of a run in it. */
static void path_of(const struct route *route, int64_t id, char path[64])
{
    const char *const placeholder = strstr(route->pattern, "{id}");
    if (strncmp(route->pattern, "/compare", 8) == 0) {
        snprintf(path, 64, "%s?runs=%lld", route->pattern, (long long)id);
    } else if (placeholder == NULL) {
        snprintf(path, 64, "%s", route->pattern);
    } else {
        snprintf(path, 64, "%.*s%lld%s", (int)(placeholder - route->pattern), route->pattern, (long long)id,
                 placeholder + 4);
    }
}

/* With the id of the first run, so that each {id} exists. The experiment does not begin. */
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

WEB_TEST(every_get_answers_with_safe_headers)
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
    struct fixture *const fixture = *state;
    const int64_t id = add_run(fixture, "first");
    add_experiment(fixture, id);
    const bool index = has_index(fixture);
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strcmp(route->method, "GET") != 0 || is_stream(route) || (!index && strcmp(route->pattern, "/") == 0)) {
            continue;
        }
        path_of(route, id, path);
        const bool is_binary = strcmp(route->pattern, "/export.db") == 0; /* no text, as the answers here are */
        snprintf(line, sizeof line, "%s %s", is_binary ? "HEAD" : "GET", path);
        char *const answer = ask(fixture, line, NULL, NULL);
        assert_int_equal(status_of(answer), 200);
        for (size_t i = 0; i < COUNT_OF(headers); i++) {
            if (strstr(answer, headers[i]) == NULL) {
                fail_msg("%s lacks %s: %s", line, headers[i], answer);
            }
        }
        assert_null(strstr(answer, "Access-Control"));
        free(answer);
    }
}

WEB_TEST(head_has_the_headers_and_no_body)
{
    struct fixture *const fixture = *state;
    const int64_t id = add_run(fixture, "first");
    add_experiment(fixture, id);
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strcmp(route->method, "GET") != 0 || strcmp(route->pattern, "/") == 0) {
            continue;
        }
        path_of(route, id, path);
        snprintf(line, sizeof line, "HEAD %s", path);
        char *const answer = ask(fixture, line, NULL, NULL);
        assert_int_equal(status_of(answer), 200);
        assert_string_equal(body_of(answer), "");
        free(answer);
    }
}

WEB_TEST(parts_of_a_missing_run_are_not_found)
{
    struct fixture *const fixture = *state;
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char line[80];
        char path[64];
        if (strstr(route->pattern, "{id}") != NULL) {
            path_of(route, 4711, path);
            snprintf(line, sizeof line, "%s %s", route->method, path);
            const char *const body = strcmp(route->method, "POST") == 0    ? ""
                                     : strcmp(route->method, "PATCH") == 0 ? "label=x"
                                                                           : NULL;
            expect(fixture, line, NULL, body, 404, "\"not_found\"");
        }
    }
}

WEB_TEST(a_run_is_submitted_as_json_or_form)
{
    struct fixture *const fixture = *state;
    expect(fixture, "POST /runs", JSON, RUN, 201, "\r\nLocation: /runs/1\r\n");
    expect(fixture, "POST /runs", "Content-Type: application/json; charset=utf-8\r\n", RUN, 201, "\"id\":2");
    expect(fixture, "POST /runs", FORM, "mode=pool&count=5&label=a+%26+b&limits.nofile=100", 201,
           "\"label\":\"a & b\"");
    expect(fixture, "POST /runs", NULL, "mode=process&count=5", 201, "\"mode\":\"process\"");
    expect(fixture, "GET /runs/3", NULL, NULL, 200, "\"nofile\":100");
}

WEB_TEST(host_and_origin_are_checked)
{
    struct fixture *const fixture = *state;
    char request[256];
    int length = snprintf(request, sizeof request,
                          "GET / HTTP/1.1\r\nHost: evil.example:%u\r\nConnection: close\r\n\r\n", fixture->port);
    char *answer = ask_raw(fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 403);
    free(answer);
    length = snprintf(request, sizeof request, "GET /runs HTTP/1.1\r\nConnection: close\r\n\r\n");
    answer = ask_raw(fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 400);
    free(answer);
    expect(fixture, "GET /runs", "Host: localhost\r\n", NULL, 400, "\"invalid_host\"");
    expect(fixture, "POST /runs", JSON "Sec-Fetch-Site: cross-site\r\n", RUN, 403, "\"forbidden\"");
    expect(fixture, "POST /runs", JSON "Origin: http://evil.example\r\n", RUN, 403, "\"forbidden\"");
    expect(fixture, "POST /runs", JSON "Sec-Fetch-Site: same-origin\r\n", RUN, 201, NULL);
}

TEST(the_token_is_required_except_for_the_dashboard)
{
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

WEB_TEST(wrong_methods_and_targets_are_refused)
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
        {"GET /limits?color=x", 400, "\"field\":\"color\""},
        {"GET /limits?hold=true&mode=event&count=40&limits.nofile=16", 200,
         "40 held clients of the event loops: they stop at"},
        {"GET /limits?hold=true&count=80&model=pool", 200,
         "80 held threads: they stop at 64 because of workers 64 on the server side"},
        {"GET /limits?target=nobody.invalid:1&count=7", 200, "\"predicted\":{\"thread\":{"},
        {"GET /events?last_event_id=x", 400, "\"field\":\"last_event_id\""},
    };
    struct fixture *const fixture = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect(fixture, rows[i].line, NULL, NULL, rows[i].status, rows[i].text);
    }
}

WEB_TEST(a_connection_is_reused_for_the_next_request)
{
    struct fixture *const fixture = *state;
    char request[512];
    const int length = snprintf(request, sizeof request,
                                "POST /runs HTTP/1.1\r\nHost: localhost:%u\r\n" JSON "Content-Length: %zu\r\n\r\n" RUN
                                "GET /healthz HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n",
                                fixture->port, sizeof RUN - 1, fixture->port);
    char *const answer = ask_raw(fixture, request, (size_t)length);
    assert_int_equal(status_of(answer), 201);
    assert_non_null(strstr(answer, "{\"status\":\"ok\"}"));
    free(answer);
}

WEB_TEST(an_unchanged_file_is_not_sent_again)
{
    struct fixture *const fixture = *state;
    char *const answer = ask(fixture, "GET /vendor/uPlot.min.css?v=1", NULL, NULL);
    char etag[64];
    char header[128];
    const char *const found = strstr(answer, "\r\nETag: ");
    assert_non_null(found);
    assert_int_equal(sscanf(found + 8, "%63[^\r]", etag), 1);
    assert_non_null(strstr(answer, "\r\nContent-Type: text/css; charset=utf-8\r\n"));
    snprintf(header, sizeof header, "If-None-Match: \"other\", W/%s\r\n", etag);
    expect(fixture, "GET /vendor/uPlot.min.css", header, NULL, 304, etag);
    expect(fixture, "GET /vendor/uPlot.min.css", "If-None-Match: \"other\"\r\n", NULL, 200, NULL);
    expect(fixture, "HEAD /vendor/uPlot.min.css", "Accept-Encoding: gzip\r\n", NULL, 200, "Content-Encoding: gzip");
    expect(fixture, "HEAD /vendor/uPlot.min.css", "Accept-Encoding: gzip; q=0\r\n", NULL, 200, etag);
    free(answer);
}

WEB_TEST(a_run_can_be_cancelled_and_deleted)
{
    struct fixture *const fixture = *state;
    (void)add_run(fixture, "");
    expect(fixture, "POST /runs/1/cancel", JSON, "{}", 202, "\"cancelled\"");
    expect(fixture, "POST /runs/1/cancel", NULL, NULL, 409, "\"conflict\"");
    expect(fixture, "DELETE /runs/1", NULL, NULL, 204, NULL);
    expect(fixture, "GET /runs/1", NULL, NULL, 404, NULL);
}

/* A hundred clients that begin a request and never end it must not delay the next one until they time out. */
WEB_TEST(idle_connections_are_evicted_for_new_ones)
{
    struct fixture *const fixture = *state;
    static const char begin[] = "GET /healthz HTTP/1.1\r\nHost: 127";
    int silent[100];
    const int stream = fixture_connect(fixture);
    struct buf events = BUF_INIT;
    buf_printf(&events, "GET /events HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", fixture->port);
    send_bytes(stream, events.bytes, events.length);
    buf_free(&events);
    receive_until(stream, &events, "event: server");
    const uint64_t began = clock_now_ns();
    for (size_t i = 0; i < COUNT_OF(silent); i++) {
        silent[i] = fixture_connect(fixture);
        send_bytes(silent[i], begin, sizeof begin - 1);
    }
    expect(fixture, "GET /healthz", NULL, NULL, 200, "ok");
    assert_true(clock_now_ns() - began < 10 * NS_PER_S);
    /* A connection that is being answered is not evicted. */
    buf_free(&events);
    receive_until(stream, &events, ":");
    buf_free(&events);
    close(stream);
    for (size_t i = 0; i < COUNT_OF(silent); i++) {
        close(silent[i]);
    }
}
