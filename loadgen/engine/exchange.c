/* How a reply is told from what else a server says.
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
#include "loadgen/engine/exchange.h"

#include <string.h>

#define REPLY_LENGTH 14U /* "JAM hh:mm:ss\r\n" */

void exchange_init(struct exchange *exchange, bool empty_line)
{
    exchange->empty_lines = EMPTY_LINES_UNKNOWN;
    exchange->empty_line = empty_line;
    exchange->received = 0;
}

void exchange_begin(struct exchange *exchange, bool first)
{
    exchange->first = first;
    exchange->skipped = false;
    exchange->stale = exchange->received;
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
    return exchange->empty_line && !exchange->first && !exchange->skipped &&
           (exchange->stale > 0 || exchange->empty_lines != EMPTY_LINES_IGNORED);
}

bool exchange_is_whole(const struct exchange *exchange)
{
    const size_t enough = may_skip(exchange) ? sizeof exchange->reply : REPLY_LENGTH;
    return exchange->received >= enough || line_length(exchange) > 0;
}

static void drop(struct exchange *exchange, size_t length)
{
    /* Nearly always; and the arithmetic below takes constants from a page that a client process has not touched. */
    if (exchange->received == length) {
        exchange->received = 0;
        exchange->stale = 0;
        return;
    }
    exchange->received -= length;
    exchange->stale -= exchange->stale < length ? exchange->stale : length;
    if (exchange->received > 0) {
        memmove(exchange->reply, exchange->reply + length, exchange->received);
    }
}

bool exchange_skip_left_over(struct exchange *exchange)
{
    size_t length = line_length(exchange);
    if (length == 0 || !may_skip(exchange)) {
        return false;
    }
    if (length >= REPLY_LENGTH && is_reply(exchange->reply + length - REPLY_LENGTH)) {
        if (length == REPLY_LENGTH && exchange->stale == 0) {
            return false;
        }
        length -= length > REPLY_LENGTH ? REPLY_LENGTH : 0;
    }
    exchange->skipped = true;
    exchange->skipped_certainly = exchange->stale > 0 || exchange->empty_lines == EMPTY_LINES_ANSWERED;
    exchange->skipped_length = length < EXCHANGE_SKIPPED_SIZE ? length : EXCHANGE_SKIPPED_SIZE;
    memcpy(exchange->skipped_line, exchange->reply, exchange->skipped_length);
    drop(exchange, length);
    return true;
}

bool exchange_is_reply(const struct exchange *exchange)
{
    return exchange->received >= REPLY_LENGTH && is_reply(exchange->reply) && exchange->stale == 0;
}

void exchange_end(struct exchange *exchange)
{
    if (!exchange->first) {
        exchange->empty_lines = exchange->skipped ? EMPTY_LINES_ANSWERED : EMPTY_LINES_IGNORED;
    }
    drop(exchange, REPLY_LENGTH);
}

const char *exchange_wrong(const struct exchange *exchange, size_t *length)
{
    static const char begin[] = "JAM ";
    const size_t compared = exchange->received < sizeof begin - 1 ? exchange->received : sizeof begin - 1;
    if (memcmp(exchange->reply, begin, compared) != 0) {
        *length = exchange->received;
        return exchange->reply;
    }
    if (exchange->received == 0 && exchange->skipped && !exchange->skipped_certainly) {
        *length = exchange->skipped_length;
        return exchange->skipped_line;
    }
    return NULL;
}
