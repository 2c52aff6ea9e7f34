#include "tests/unit/web/web_fixture.h"

#include "web/http/sse.h"

/* Opens a stream and reads until `text` has arrived. */
static int open_stream(const struct fixture *fixture, const char *path, const char *headers, struct buf *out,
                       const char *text)
{
    char request[256];
    const int fd = fixture_connect(fixture);
    const int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", path,
                                fixture->port, headers);
    send_bytes(fd, request, (size_t)length);
    receive_until(fd, out, text);
    return fd;
}

static void close_stream(int fd, struct buf *out)
{
    close(fd);
    buf_free(out);
}

WEB_TEST(a_new_client_gets_an_id_and_the_state)
{
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = 0, .json = "{\"old\":true}"});
    char first[64];
    snprintf(first, sizeof first, "retry: 1000\nid: %llu\n\n", (unsigned long long)live_newest(fixture->live));
    const int fd = open_stream(fixture, "/events", "", &out, "\nevent: server\ndata: {");
    assert_int_equal(status_of(out.bytes), 200);
    assert_non_null(strstr(out.bytes, "\r\nContent-Type: text/event-stream\r\n"));
    assert_non_null(strstr(out.bytes, "\r\nCache-Control: no-store\r\n"));
    assert_non_null(strstr(out.bytes, first));
    assert_null(strstr(out.bytes, "\"old\""));
    close_stream(fd, &out);
}

WEB_TEST(events_arrive_in_order_with_their_ids)
{
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    const int fd = open_stream(fixture, "/events", "", &out, "event: server");
    size_t place = 0;
    for (int i = 0; i < 5; i++) {
        char json[32];
        char event[96];
        snprintf(json, sizeof json, "{\"number\":%d}", i);
        live_publish(fixture->live, &(struct live_event){.name = "sample", .about.run = 1, .json = json});
        snprintf(event, sizeof event, "id: %llu\nevent: sample\ndata: {\"number\":%d}\n\n",
                 (unsigned long long)live_newest(fixture->live), i);
        receive_until(fd, &out, event);
        const size_t found = (size_t)(strstr(out.bytes, event) - out.bytes);
        assert_true(found > place);
        place = found;
    }
    close_stream(fd, &out);
}

WEB_TEST(a_client_that_reconnects_misses_nothing)
{
    struct fixture *const fixture = *state;
    char header[64];
    char path[64];
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = 1, .json = "{\"number\":1}"});
    const unsigned long long seen = live_newest(fixture->live);
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = 1, .json = "{\"number\":2}"});
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = 2, .json = "{\"number\":3}"});
    snprintf(header, sizeof header, "Last-Event-ID: %llu\r\n", seen);
    snprintf(path, sizeof path, "/events?last_event_id=%llu", seen);
    struct buf out = BUF_INIT;
    int fd = open_stream(fixture, "/events", header, &out, "{\"number\":3}");
    assert_non_null(strstr(out.bytes, "{\"number\":2}"));
    assert_null(strstr(out.bytes, "{\"number\":1}"));
    close_stream(fd, &out);
    fd = open_stream(fixture, path, "", &out, "{\"number\":3}");
    assert_null(strstr(out.bytes, "{\"number\":1}"));
    close_stream(fd, &out);
}

WEB_TEST(an_id_from_before_a_restart_begins_anew)
{
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    const int fd = open_stream(fixture, "/events", "Last-Event-ID: 999999\r\n", &out, "event: server");
    assert_non_null(strstr(out.bytes, "retry: 1000\nid: "));
    close_stream(fd, &out);
}

WEB_TEST(the_stream_of_a_run_has_only_its_events)
{
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    const int64_t id = add_run(fixture, "watched");
    const int fd = open_stream(fixture, "/runs/1/events", "", &out, "event: run\ndata: {");
    receive_until(fd, &out, "\"label\":\"watched\"");
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = id + 1, .json = "{\"other\":true}"});
    live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = id, .json = "{\"own\":true}"});
    receive_until(fd, &out, "{\"own\":true}");
    assert_null(strstr(out.bytes, "{\"other\":true}"));
    close_stream(fd, &out);
}

WEB_TEST(heartbeats_are_sent_when_nothing_happens)
{
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    const int fd = open_stream(fixture, "/events", "", &out, ": heartbeat\n\n");
    buf_clear(&out);
    receive_until(fd, &out, ": heartbeat\n\n");
    close_stream(fd, &out);
}

/* More than the buffers of a socket hold: the client must get the rest when it reads on. */
WEB_TEST(a_slow_client_gets_everything)
{
    enum { EVENTS = 100, SIZE = 60000 };
    struct fixture *const fixture = *state;
    struct buf out = BUF_INIT;
    char *const json = malloc(SIZE + 64);
    assert_non_null(json);
    const int fd = open_stream(fixture, "/events", "", &out, "event: server");
    for (int i = 0; i < EVENTS; i++) {
        const int used = snprintf(json, 64, "{\"number\":%d,\"text\":\"", i);
        memset(json + used, 'x', SIZE);
        memcpy(json + used + SIZE, "\"}", 3);
        live_publish(fixture->live, &(struct live_event){.name = "log", .about.run = 1, .json = json});
    }
    receive_until(fd, &out, "{\"number\":99,");
    for (int i = 0; i < EVENTS; i++) {
        snprintf(json, 64, "{\"number\":%d,", i);
        assert_non_null(strstr(out.bytes, json));
    }
    free(json);
    close_stream(fd, &out);
}

WEB_TEST(streams_leave_room_for_other_requests)
{
    struct fixture *const fixture = *state;
    int fds[SSE_STREAMS_MAX];
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        struct buf out = BUF_INIT;
        fds[i] = open_stream(fixture, "/events", "", &out, "event: server");
        buf_free(&out);
    }
    expect(fixture, "GET /events", NULL, NULL, 503, "\"too_many_streams\"");
    expect(fixture, "GET /runs", NULL, NULL, 200, NULL);
    close(fds[0]);
    /* A closed connection is noticed within about a second. */
    unsigned status = 503;
    const uint64_t end = clock_now_ns() + HANG_MS * NS_PER_MS;
    while (status == 503 && clock_now_ns() < end) {
        struct buf out = BUF_INIT;
        const int fd = open_stream(fixture, "/events", "", &out, "\r\n\r\n");
        status = status_of(out.bytes);
        close_stream(fd, &out);
        poll(NULL, 0, 20);
    }
    assert_int_equal(status, 200);
    for (size_t i = 1; i < COUNT_OF(fds); i++) {
        close(fds[i]);
    }
}

TEST(no_client_delays_the_stop_of_the_server)
{
    static const char *const halves[] = {
        "GET /runs HT",
        "GET /runs HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX: y",
        "POST /runs HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 100\r\n\r\nhalf a bod",
        "",
    };
    struct fixture fixture = fixture_start(NULL);
    int fds[8 + COUNT_OF(halves)];
    for (size_t i = 0; i < 8; i++) {
        struct buf out = BUF_INIT;
        fds[i] = open_stream(&fixture, "/events", "", &out, "event: server");
        buf_free(&out);
    }
    for (size_t i = 0; i < COUNT_OF(halves); i++) {
        fds[8 + i] = fixture_connect(&fixture);
        send_bytes(fds[8 + i], halves[i], strlen(halves[i]));
    }
    const uint64_t begin = clock_now_ns();
    fixture_stop(&fixture);
    assert_true(clock_now_ns() - begin < 5 * NS_PER_S);
    /* A stream ends with its last chunk. */
    struct buf rest = BUF_INIT;
    while (receive(fds[0], &rest)) {
    }
    assert_true(rest.length >= 5);
    assert_string_equal(rest.bytes + rest.length - 5, "0\r\n\r\n");
    buf_free(&rest);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        close(fds[i]);
    }
}
