/* Exchanges whose reply begins with bytes that are known, and ends with a line: echo, redis, memcached, custom.
 *
 * On the last request of a connection the reply is whole with those bytes. Before another request it goes on to the end
 * of its line, which must not be taken for the beginning of the next reply; unless the known bytes end in a line feed.
 * What comes behind it stays in the buffer: it is looked at as the reply to the next request.
 *
 * A reply that begins in another way is judged once its first line is whole, or clearly none. */
#include "loadgen/engine/exchange_types.h"

#include <string.h>

static void copy(char *into, size_t *length, const char *text)
{
    *length = strlen(text);
    memcpy(into, text, *length);
}

static void prepare_custom(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    (void)host;
    copy(plan->request, &plan->request_length, spec->send);
    copy(plan->expect, &plan->expect_length, spec->expect);
}

static void prepare_redis(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    static const char *const errors[] = {"-", NULL}; /* RESP, "simple errors" */
    (void)spec;
    (void)host;
    plan->refusals = errors;
    copy(plan->request, &plan->request_length, "PING\r\n");
    copy(plan->expect, &plan->expect_length, "+PONG\r\n");
}

static void prepare_memcached(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    static const char *const errors[] = {"ERROR", "SERVER_ERROR ", "CLIENT_ERROR ", NULL}; /* protocol.txt */
    (void)spec;
    (void)host;
    plan->refusals = errors;
    copy(plan->request, &plan->request_length, "version\r\n");
    copy(plan->expect, &plan->expect_length, "VERSION ");
}

/* The longest beginning of a refusal is shorter. */
#define WORDS_LEAST 16

/* A client makes its own line. */
static void prepare_echo(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    (void)plan;
    (void)spec;
    (void)host;
}

static void begin(struct exchange *exchange)
{
    struct line_state *const state = &exchange->state.line;
    state->expected = exchange->plan->expect;
    state->expected_length = exchange->plan->expect_length;
    state->matched = 0;
    state->dropped = 0;
    state->used = 0;
}

static char *write_number(char *into, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *into++ = digits[--count];
    }
    return into;
}

/* Without a NUL. Returns where it ends. */
static char *write_text(char *into, const char *text)
{
    while (*text != '\0') {
        *into++ = *text++;
    }
    return into;
}

/* "client 7 request 0\r\n": no other client's echo, and none of an earlier request, is the same. */
static void begin_echo(struct exchange *exchange)
{
    struct line_state *const state = &exchange->state.line;
    begin(exchange);
    char *next = write_number(write_text(state->own, "client "), exchange->client);
    next = write_number(write_text(next, " request "), exchange->number);
    next = write_text(next, "\r\n");
    exchange->request = state->expected = state->own;
    exchange->request_length = state->expected_length = (size_t)(next - state->own);
}

/* Without memchr(), memcmp() and memmove(), as in exchange_time.c. */
static bool find_line_end(const struct exchange *exchange, size_t from, size_t *end)
{
    for (*end = from; *end < exchange->received; (*end)++) {
        if (exchange->reply[*end] == '\n') {
            (*end)++;
            return true;
        }
    }
    return false;
}

static void drop(struct exchange *exchange, size_t length)
{
    exchange->received -= length;
    for (size_t i = 0; i < exchange->received; i++) {
        exchange->reply[i] = exchange->reply[length + i];
    }
}

static bool is_refusal(const struct exchange *exchange)
{
    const char *const *each = exchange->plan->refusals;
    while (each != NULL && *each != NULL &&
           (exchange->received < strlen(*each) || memcmp(exchange->reply, *each, strlen(*each)) != 0)) {
        each++;
    }
    return each != NULL && *each != NULL;
}

/* Puts what was dropped, which was right, before what was not. */
static enum exchange_step judge_other(struct exchange *exchange)
{
    const struct line_state *const state = &exchange->state.line;
    const size_t before = state->dropped < sizeof exchange->reply ? state->dropped : sizeof exchange->reply;
    const size_t room = sizeof exchange->reply - before;
    exchange->received = exchange->received < room ? exchange->received : room;
    memmove(exchange->reply + before, exchange->reply, exchange->received);
    memcpy(exchange->reply, state->expected, before);
    exchange->received += before;
    return is_refusal(exchange) ? EXCHANGE_REFUSED : EXCHANGE_WRONG;
}

/* Where the bytes are in the buffer that come behind those that matched. */
static size_t unmatched(const struct exchange *exchange)
{
    const struct line_state *const state = &exchange->state.line;
    return state->matched > state->dropped ? state->matched - state->dropped : 0;
}

/* Whether all that came of the known bytes is right. */
static bool matches(struct exchange *exchange)
{
    struct line_state *const state = &exchange->state.line;
    for (size_t i = unmatched(exchange); i < exchange->received && state->matched < state->expected_length; i++) {
        if (exchange->reply[i] != state->expected[state->matched]) {
            return false;
        }
        state->matched++;
    }
    return true;
}

static enum exchange_step read_line(struct exchange *exchange, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    struct line_state *const state = &exchange->state.line;
    size_t end = 0;
    if (!matches(exchange)) {
        const bool enough =
            find_line_end(exchange, 0, &end) || exchange->received == sizeof exchange->reply ||
            (exchange->received + state->dropped >= state->expected_length && exchange->received >= WORDS_LEAST);
        return enough ? judge_other(exchange) : EXCHANGE_MORE;
    }
    const bool began = state->matched == state->expected_length && state->dropped + exchange->received > 0;
    const bool ends_in_line = state->expected_length > 0 && state->expected[state->expected_length - 1] == '\n';
    state->used = unmatched(exchange);
    if (began && (ends_in_line || exchange_is_last(exchange) || find_line_end(exchange, state->used, &state->used))) {
        return EXCHANGE_REPLY;
    }
    if (exchange->received == sizeof exchange->reply) {
        state->dropped += exchange->received;
        exchange->received = 0;
    }
    return EXCHANGE_MORE;
}

static void end(struct exchange *exchange)
{
    drop(exchange, exchange->state.line.used);
}

static enum exchange_step stop(struct exchange *exchange, bool closed)
{
    (void)closed;
    return matches(exchange) ? EXCHANGE_MORE : judge_other(exchange);
}

#define LINE_TYPE(name, begins)                                                                                        \
    const struct exchange_type exchange_##name = {                                                                     \
        .prepare = prepare_##name, .begin = (begins), .end = end, .read = read_line, .stop = stop}
LINE_TYPE(echo, begin_echo);
LINE_TYPE(redis, begin);
LINE_TYPE(memcached, begin);
LINE_TYPE(custom, begin);
