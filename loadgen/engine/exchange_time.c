/* Exchange time: how a reply is told from what else a server says.
 *
 * The reply to a request is "JAM hh:mm:ss\r\n"; anything else is a protocol error that shows it. What comes behind the
 * last reply is left unread. With several requests on a connection, left-overs of one exchange must not be taken for
 * the reply of the next. Real servers leave one kind: an answer of their own to the empty line of "TIME\r\n\r\n"
 * ("Invalid request\r\n", with LF alone, or with no line end at all). A server answers in order, so before a reply at
 * most one line can come for the empty line of the request before: one such line is skipped, and noted once a run.
 * Hence:
 *   - the first reply of a connection, and every reply of request "crlf", is the first line that comes;
 *   - a line that was there before the request was sent cannot be its reply, whatever it says;
 *   - after a reply that came without such a line the server is known to be silent about empty lines, and a line that
 *     comes behind the request is its reply;
 *   - while that is not known, a skipped line that nothing follows was the reply after all: a protocol error;
 *   - a left-over without a line end runs into the reply: what stands before a JAM at the end of a line is skipped. */
#include "loadgen/engine/exchange_types.h"

#include <stdio.h>
#include <string.h>

#define REPLY_LENGTH 14U /* "JAM hh:mm:ss\r\n" */

static void prepare(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    (void)host;
    const char *const request = run_request_bytes(spec->request);
    plan->request_length = (size_t)snprintf(plan->request, sizeof plan->request, "%s", request);
    plan->empty_line = strstr(request, "\r\n\r\n") != NULL;
}

static void open_connection(struct exchange *exchange)
{
    exchange->state.time.empty_lines = EMPTY_LINES_UNKNOWN;
}

static void begin(struct exchange *exchange)
{
    exchange->state.time.skipped = false;
    exchange->state.time.stale = exchange->received;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* 60 is a leap second's. */
static bool is_reply(const char *line)
{
    for (size_t i = 4; i < 12; i++) {
        const bool colon = i == 6 || i == 9;
        if (colon ? line[i] != ':' : (line[i] < '0' || line[i] > '9')) {
            return false;
        }
    }
    return memcmp(line, "JAM ", 4) == 0 && line[12] == '\r' && line[13] == '\n' && two_digits(line + 4) < 24 &&
           two_digits(line + 7) < 60 && two_digits(line + 10) <= 60;
}

/* The first line with its end; 0 while it has none. Without memchr(), which lies on a page of libc that a client
 * process needs for nothing else, and each page costs a fresh process a fault. */
static size_t line_length(const struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->received; i++) {
        if (exchange->reply[i] == '\n') {
            return i + 1;
        }
    }
    return 0;
}

/* Whether the next line may be one for the empty line of the request before. */
static bool may_skip(const struct exchange *exchange)
{
    const struct time_state *const state = &exchange->state.time;
    return exchange->plan->empty_line && exchange->number > 0 && !state->skipped &&
           (state->stale > 0 || state->empty_lines != EMPTY_LINES_IGNORED);
}

/* Enough to judge: a line; or, where only a reply may come, as many bytes as that has. */
static bool is_whole(const struct exchange *exchange)
{
    const size_t enough = may_skip(exchange) ? sizeof exchange->reply : REPLY_LENGTH;
    return exchange->received >= enough || line_length(exchange) > 0;
}

static void drop(struct exchange *exchange, size_t length)
{
    struct time_state *const state = &exchange->state.time;
    /* Nearly always; and the arithmetic below takes constants from a page that a client process has not touched. */
    if (exchange->received == length) {
        exchange->received = 0;
        state->stale = 0;
        return;
    }
    exchange->received -= length;
    state->stale -= state->stale < length ? state->stale : length;
    if (exchange->received > 0) {
        memmove(exchange->reply, exchange->reply + length, exchange->received);
    }
}

/* True when the first line was left over from the reply before: it is moved to skipped_line. At most once an exchange.
 */
static bool skip_left_over(struct exchange *exchange)
{
    struct time_state *const state = &exchange->state.time;
    size_t length = line_length(exchange);
    if (length == 0 || !may_skip(exchange)) {
        return false;
    }
    if (length >= REPLY_LENGTH && is_reply(exchange->reply + length - REPLY_LENGTH)) {
        if (length == REPLY_LENGTH && state->stale == 0) {
            return false;
        }
        length -= length > REPLY_LENGTH ? REPLY_LENGTH : 0;
    }
    state->skipped = true;
    state->skipped_certainly = state->stale > 0 || state->empty_lines == EMPTY_LINES_ANSWERED;
    state->skipped_length = (uint32_t)(length < sizeof state->skipped_line ? length : sizeof state->skipped_line);
    memcpy(state->skipped_line, exchange->reply, state->skipped_length);
    drop(exchange, length);
    return true;
}

static enum exchange_step read_reply(struct exchange *exchange, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    if (!is_whole(exchange)) {
        return EXCHANGE_MORE;
    }
    if (skip_left_over(exchange)) {
        return EXCHANGE_SKIPPED;
    }
    const bool right =
        exchange->received >= REPLY_LENGTH && is_reply(exchange->reply) && exchange->state.time.stale == 0;
    return right ? EXCHANGE_REPLY : EXCHANGE_WRONG;
}

static void end(struct exchange *exchange)
{
    struct time_state *const state = &exchange->state.time;
    if (exchange->number > 0) {
        state->empty_lines = state->skipped ? EMPTY_LINES_ANSWERED : EMPTY_LINES_IGNORED;
    }
    drop(exchange, REPLY_LENGTH);
}

static enum exchange_step stop(struct exchange *exchange, bool closed)
{
    (void)closed;
    static const char beginning[] = "JAM ";
    const struct time_state *const state = &exchange->state.time;
    const size_t compared = exchange->received < sizeof beginning - 1 ? exchange->received : sizeof beginning - 1;
    if (memcmp(exchange->reply, beginning, compared) != 0) {
        return EXCHANGE_WRONG;
    }
    if (exchange->received == 0 && state->skipped && !state->skipped_certainly) {
        exchange->received = state->skipped_length;
        memcpy(exchange->reply, state->skipped_line, state->skipped_length);
        return EXCHANGE_WRONG;
    }
    return EXCHANGE_MORE;
}

const struct exchange_type exchange_time = {
    .prepare = prepare, .open = open_connection, .begin = begin, .end = end, .read = read_reply, .stop = stop};
