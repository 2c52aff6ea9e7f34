/* What each exchange makes of the bytes that come, in whatever pieces. */
#include "loadgen/engine/exchange.h"
#include "tests/unit/test.h"

struct talk {
    struct run_spec spec;
    struct exchange_plan plan;
    struct exchange exchange;
};

static void start(struct talk *talk, enum run_exchange exchange, uint64_t requests)
{
    run_spec_init(&talk->spec);
    talk->spec.exchange = exchange;
    talk->spec.requests = requests;
}

static void open_talk(struct talk *talk)
{
    exchange_plan_init(&talk->plan, &talk->spec, "host:80");
    exchange_open(&talk->exchange, &talk->plan, 7);
    exchange_begin(&talk->exchange, 0);
}

/* Gives the bytes in pieces of `piece`, as the engine does; returns the last step, and how many bytes it took. */
static enum exchange_step hear(struct exchange *exchange, const char *bytes, size_t length, size_t piece, size_t *used)
{
    enum exchange_step step = EXCHANGE_MORE;
    for (*used = 0; step == EXCHANGE_MORE && *used < length;) {
        size_t part = length - *used < piece ? length - *used : piece;
        if (exchange->plan->streams) {
            step = exchange_read(exchange, bytes + *used, part);
        } else {
            const size_t room = sizeof exchange->reply - exchange->received;
            assert_true(room > 0);
            part = part < room ? part : room;
            memcpy(exchange->reply + exchange->received, bytes + *used, part);
            exchange->received += part;
            step = exchange_read(exchange, exchange->reply + exchange->received - part, part);
        }
        *used += part;
    }
    return step;
}

static void check_bytes(const struct talk *talk, const char *bytes, size_t length, enum exchange_step expected,
                        const char *shown)
{
    for (size_t piece = 1; piece <= length; piece += piece < 200 ? 1 : length) {
        struct talk again = *talk;
        size_t used = 0;
        open_talk(&again);
        const enum exchange_step step = hear(&again.exchange, bytes, length, piece, &used);
        if (step != expected) {
            fail_msg("step %d and not %d for pieces of %zu of: %s", step, expected, piece, bytes);
        }
        assert_true(again.exchange.received <= sizeof again.exchange.reply);
        if (shown != NULL && again.exchange.problem != NULL) {
            assert_non_null(strstr(again.exchange.problem, shown));
        } else if (shown != NULL) {
            assert_true(again.exchange.received >= strlen(shown));
            assert_memory_equal(again.exchange.reply, shown, strlen(shown));
        }
    }
}

static void check(const struct talk *talk, const char *bytes, enum exchange_step expected, const char *shown)
{
    check_bytes(talk, bytes, strlen(bytes), expected, shown);
}

/* --- lines --- */

TEST(redis_answers_pong_or_refuses)
{
    struct talk talk;
    start(&talk, EXCHANGE_REDIS, 2);
    open_talk(&talk);
    assert_memory_equal(talk.exchange.request, "PING\r\n", 6);
    check(&talk, "+PONG\r\n", EXCHANGE_REPLY, "+PONG");
    check(&talk, "+PONG\r", EXCHANGE_MORE, NULL);
    check(&talk, "-ERR max number of clients reached\r\n", EXCHANGE_REFUSED, "-ERR m");
    check(&talk, "JAM 12:00:00\r\n", EXCHANGE_WRONG, "JAM 12");
}

TEST(memcached_answers_its_version_or_refuses)
{
    struct talk talk;
    start(&talk, EXCHANGE_MEMCACHED, 2);
    check(&talk, "VERSION 1.6.18\r\n", EXCHANGE_REPLY, "VERSION 1.6.18\r\n");
    check(&talk, "VERSION 1.6.18", EXCHANGE_MORE, NULL);
    check(&talk, "ERROR Too many open connections\r\n", EXCHANGE_REFUSED, "ERROR To");
    check(&talk, "SERVER_ERROR out of memory\r\n", EXCHANGE_REFUSED, "SERVER_E");
    check(&talk, "VERSIONS\r\n", EXCHANGE_WRONG, "VERSIONS");
}

TEST(an_echo_is_that_of_this_client_and_request)
{
    struct talk talk;
    size_t used = 0;
    start(&talk, EXCHANGE_ECHO, 2);
    check(&talk, "client 7 request 0\r\n", EXCHANGE_REPLY, NULL);
    check(&talk, "client 8 request 0\r\n", EXCHANGE_WRONG, "client 8");
    open_talk(&talk);
    assert_int_equal(hear(&talk.exchange, "client 7 request 0\r\n", 20, 20, &used), EXCHANGE_REPLY);
    exchange_end(&talk.exchange);
    exchange_begin(&talk.exchange, 1);
    assert_memory_equal(talk.exchange.request, "client 7 request 1\r\n", talk.exchange.request_length);
    assert_int_equal(hear(&talk.exchange, "client 7 request 0\r\n", 20, 20, &used), EXCHANGE_WRONG); /* a stale one */
}

TEST(a_custom_reply_begins_as_expected)
{
    struct talk talk;
    start(&talk, EXCHANGE_CUSTOM, 1);
    snprintf(talk.spec.expect, sizeof talk.spec.expect, "220");
    check(&talk, "220", EXCHANGE_REPLY, NULL);
    check(&talk, "22", EXCHANGE_MORE, NULL);
    check(&talk, "421 too many\r\n", EXCHANGE_WRONG, "421");
    talk.spec.requests = 2; /* then the reply goes on to the end of its line */
    check(&talk, "220", EXCHANGE_MORE, NULL);
    check(&talk, "220 ready\r\n", EXCHANGE_REPLY, NULL);
    talk.spec.expect[0] = '\0';
    check(&talk, "anything\n", EXCHANGE_REPLY, NULL);
    talk.spec.requests = 1;
    check(&talk, "a", EXCHANGE_REPLY, NULL);
    check(&talk, "", EXCHANGE_MORE, NULL);
}

TEST(a_custom_reply_may_be_longer_than_the_buffer)
{
    struct talk talk;
    char reply[1400];
    memset(reply, 'x', sizeof reply);
    start(&talk, EXCHANGE_CUSTOM, 2);
    memset(talk.spec.expect, 'x', 1024);
    check_bytes(&talk, reply, sizeof reply, EXCHANGE_MORE, NULL);
    reply[1399] = '\n';
    check_bytes(&talk, reply, sizeof reply, EXCHANGE_REPLY, NULL);
    reply[1000] = 'y';
    check_bytes(&talk, reply, sizeof reply, EXCHANGE_WRONG, "xxxxxxxx");
    reply[0] = 'y';
    check_bytes(&talk, reply, 1023, EXCHANGE_WRONG, "yxxxxxxx"); /* no end of the line: the buffer is full */
}

TEST(several_replies_in_one_piece_are_taken_one_by_one)
{
    static const struct {
        enum run_exchange exchange;
        const char *both;
    } all[] = {{EXCHANGE_REDIS, "+PONG\r\n+PONG\r\n"},
               {EXCHANGE_MEMCACHED, "VERSION 1\r\nVERSION 2\r\n"},
               {EXCHANGE_ECHO, "client 7 request 0\r\nclient 7 request 1\r\n"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct talk talk;
        size_t used = 0;
        start(&talk, all[i].exchange, 2);
        open_talk(&talk);
        assert_int_equal(hear(&talk.exchange, all[i].both, strlen(all[i].both), 100, &used), EXCHANGE_REPLY);
        exchange_end(&talk.exchange);
        exchange_begin(&talk.exchange, 1);
        assert_int_equal(exchange_read(&talk.exchange, talk.exchange.reply, 0), EXCHANGE_REPLY);
        exchange_end(&talk.exchange);
    }
}

TEST(a_beginning_of_a_reply_is_no_other_one)
{
    struct talk talk;
    size_t used = 0;
    start(&talk, EXCHANGE_REDIS, 1);
    open_talk(&talk);
    assert_int_equal(exchange_stop(&talk.exchange, true), EXCHANGE_MORE);
    (void)hear(&talk.exchange, "+PO", 3, 3, &used);
    assert_int_equal(exchange_stop(&talk.exchange, true), EXCHANGE_MORE);
    open_talk(&talk);
    (void)hear(&talk.exchange, "-ER", 3, 3, &used);
    assert_int_equal(exchange_stop(&talk.exchange, true), EXCHANGE_REFUSED);
    open_talk(&talk);
    (void)hear(&talk.exchange, "OK", 2, 2, &used);
    assert_int_equal(exchange_stop(&talk.exchange, false), EXCHANGE_WRONG);
}

/* --- http --- */

#define OK_LINE "HTTP/1.1 200 OK\r\n"

static void start_http(struct talk *talk, uint64_t requests)
{
    start(talk, EXCHANGE_HTTP, requests);
}

TEST(the_last_http_request_closes_the_connection)
{
    struct talk talk;
    start_http(&talk, 2);
    open_talk(&talk);
    static const char keeps[] = "GET / HTTP/1.1\r\nHost: host:80\r\nConnection: keep-alive\r\n\r\n";
    static const char closes[] = "GET / HTTP/1.1\r\nHost: host:80\r\nConnection: close\r\n\r\n";
    assert_int_equal(talk.exchange.request_length, sizeof keeps - 1);
    assert_memory_equal(talk.exchange.request, keeps, sizeof keeps - 1);
    exchange_begin(&talk.exchange, 1);
    assert_int_equal(talk.exchange.request_length, sizeof closes - 1);
    assert_memory_equal(talk.exchange.request, closes, sizeof closes - 1);
    talk.spec.hold = true;
    open_talk(&talk);
    exchange_begin(&talk.exchange, 1);
    assert_memory_equal(talk.exchange.request, keeps, sizeof keeps - 1);
}

TEST(an_http_response_ends_with_its_body)
{
    struct talk talk;
    start_http(&talk, 2);
    check(&talk, OK_LINE "Content-Length: 5\r\n\r\nhello", EXCHANGE_REPLY, NULL);
    check(&talk, OK_LINE "content-length:5\r\ncontent-length: 5 \n\nhello", EXCHANGE_REPLY, NULL);
    check(&talk, OK_LINE "Content-Length: 5\r\n\r\nhell", EXCHANGE_MORE, NULL);
    check(&talk, OK_LINE "Content-Length: 0\r\n\r\n", EXCHANGE_REPLY, NULL);
    check(&talk, "HTTP/1.1 204\r\n\r\n", EXCHANGE_REPLY, NULL);
    check(&talk, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", EXCHANGE_REPLY, NULL);
    check(&talk, "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 1\r\n\r\nx", EXCHANGE_REPLY, NULL);
    check(&talk,
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK_LINE
          "Content-Length: 1\r\n\r\nx",
          EXCHANGE_REPLY, NULL);
}

TEST(an_http_response_may_come_in_chunks)
{
    struct talk talk;
    start_http(&talk, 2);
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", EXCHANGE_REPLY, NULL);
    check(&talk,
          OK_LINE "Transfer-Encoding: gzip, Chunked\r\nContent-Length: 1\r\n\r\na;x=\"y\"\r\n0123456789\r\n"
                  "00B \r\nabcdefghijk\r\n0\r\nTrailer: x\r\n\r\n",
          EXCHANGE_REPLY, NULL);
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", EXCHANGE_MORE, NULL);
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n", EXCHANGE_WRONG,
          "longer than its size");
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello", EXCHANGE_WRONG, "no size");
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n\r\nhello", EXCHANGE_WRONG, "no size");
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello", EXCHANGE_WRONG, "no size");
    check(&talk, OK_LINE "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello", EXCHANGE_WRONG, "no size");
}

TEST(an_http_response_without_a_length_ends_with_the_connection)
{
    struct talk talk;
    size_t used = 0;
    start_http(&talk, 1);
    for (int coded = 0; coded < 2; coded++) {
        char response[200];
        const int length = snprintf(response, sizeof response, "%s%s\r\nhello", OK_LINE,
                                    coded ? "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n" : "Server: x\r\n");
        check(&talk, response, EXCHANGE_MORE, NULL);
        open_talk(&talk);
        (void)hear(&talk.exchange, response, (size_t)length, 9, &used);
        assert_int_equal(exchange_stop(&talk.exchange, false), EXCHANGE_MORE); /* its time is over */
        assert_int_equal(exchange_stop(&talk.exchange, true), EXCHANGE_REPLY);
    }
    open_talk(&talk);
    (void)hear(&talk.exchange, OK_LINE "Content-Length: 9\r\n\r\nhello", 41, 41, &used);
    assert_int_equal(exchange_stop(&talk.exchange, true), EXCHANGE_MORE); /* not whole */
}

TEST(a_server_that_closes_refuses_further_requests)
{
    static const char *const closing[] = {OK_LINE "Connection: close\r\nContent-Length: 1\r\n\r\nx",
                                          OK_LINE "connection: x , Close\r\nContent-Length: 0\r\n\r\n",
                                          "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"};
    struct talk talk;
    for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++) {
        start_http(&talk, 1);
        check(&talk, closing[i], EXCHANGE_REPLY, NULL);
        start_http(&talk, 2);
        check(&talk, closing[i], EXCHANGE_REFUSED, "closes the connection");
    }
    check(&talk, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", EXCHANGE_REPLY, NULL);
}

TEST(another_status_refuses_in_a_group_of_its_own)
{
    struct talk talk;
    size_t used = 0;
    start_http(&talk, 1);
    check(&talk, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1\r\n\r\nx", EXCHANGE_REFUSED,
          "HTTP/1.1 503 Service Unavailable");
    check(&talk, "HTTP/1.1 404\r\n\r\n", EXCHANGE_REFUSED, "HTTP/1.1 404");
    check(&talk, "HTTP/1.1 101 Switching Protocols\r\n\r\n", EXCHANGE_REFUSED, "HTTP/1.1 101");
    open_talk(&talk);
    (void)hear(&talk.exchange, "HTTP/1.1 503 Busy\r\n", 19, 19, &used);
    assert_int_equal(talk.exchange.words, 503);
}

TEST(what_is_no_http_response_is_wrong)
{
    static const char *const wrong[] = {"JAM 12:00:00\r\n",    "\r\n",
                                        "HTTP/2 200\r\n",      "HTTP/1.1 20 OK\r\n",
                                        "http/1.1 200\r\n",    "HTTP/1.1 2000 OK\r\n",
                                        "HTTP/1.1 099 OK\r\n", "HTTP/1.1  200\r\n"};
    struct talk talk;
    start_http(&talk, 1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        check(&talk, wrong[i], EXCHANGE_WRONG, NULL);
    }
    check(&talk, OK_LINE "no colon\r\n\r\n", EXCHANGE_WRONG, "has no name");
    check(&talk, OK_LINE ": x\r\n\r\n", EXCHANGE_WRONG, "has no name");
    check(&talk, OK_LINE "X: y\r\n goes on\r\nContent-Length: 0\r\n\r\n", EXCHANGE_REPLY, NULL);
    start_http(&talk, 2);
    check_bytes(&talk, OK_LINE "Content-Length: 1\r\n\r\nx", 39, EXCHANGE_REPLY, NULL);
    size_t used = 0;
    open_talk(&talk);
    assert_int_equal(hear(&talk.exchange, OK_LINE "Content-Length: 1\r\n\r\nxy", 40, 40, &used), EXCHANGE_WRONG);
    assert_non_null(strstr(talk.exchange.problem, "longer than it says"));
}

TEST(lengths_are_numbers_in_range)
{
    static const char *const wrong[] = {"-1", "+1", "", "1 2", "0x1", "9223372036854775808", "99999999999999999999",
                                        "1,1"};
    struct talk talk;
    start_http(&talk, 1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char response[120];
        snprintf(response, sizeof response, OK_LINE "Content-Length: %s\r\n\r\nx", wrong[i]);
        check(&talk, response, EXCHANGE_WRONG, "no number in range");
    }
    check(&talk, OK_LINE "Content-Length: 9223372036854775807\r\n\r\nx", EXCHANGE_MORE, NULL);
    check(&talk, OK_LINE "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", EXCHANGE_WRONG, "two lengths");
}

/* Without a NUL. */
static void put(char *into, const char *text)
{
    while (*text != '\0') {
        *into++ = *text++;
    }
}

TEST(a_header_is_bounded_and_its_long_lines_are_not_kept)
{
    struct talk talk;
    static char response[70000];
    start_http(&talk, 1);
    memset(response, 'x', sizeof response);
    put(response, OK_LINE "X: ");
    put(response + 60000, "\r\nContent-Length: 0\r\n\r\n");
    size_t used = 0;
    open_talk(&talk);
    assert_int_equal(hear(&talk.exchange, response, 60023, 4096, &used), EXCHANGE_REPLY);
    memset(response + 60000, 'x', 23);
    open_talk(&talk);
    assert_int_equal(hear(&talk.exchange, response, sizeof response, 4096, &used), EXCHANGE_WRONG);
    assert_non_null(strstr(talk.exchange.problem, "longer than 65,536"));
    put(response + 17, "Content-Length: 0"); /* of which the end is not kept */
    memset(response + 34, ' ', 300);
    put(response + 334, "1\r\n\r\n");
    open_talk(&talk);
    assert_int_equal(hear(&talk.exchange, response, 339, 4096, &used), EXCHANGE_WRONG);
}

TEST(the_transcript_shows_first_lines)
{
    struct talk talk;
    char text[EXCHANGE_REQUEST_SIZE];
    size_t length = 0;
    size_t used = 0;
    start_http(&talk, 1);
    open_talk(&talk);
    assert_int_equal(exchange_show_request(&talk.plan, 7, text), 16);
    assert_memory_equal(text, "GET / HTTP/1.1\r\n", 16);
    (void)hear(&talk.exchange, OK_LINE "Content-Length: 0\r\n\r\n", 38, 3, &used);
    assert_memory_equal(exchange_seen(&talk.exchange, &length), OK_LINE, 17);
    assert_int_equal(length, 17);
    start(&talk, EXCHANGE_ECHO, 1);
    open_talk(&talk);
    assert_int_equal(exchange_show_request(&talk.plan, 12, text), 21);
    assert_memory_equal(text, "client 12 request 0\r\n", 21);
}
