/* Exchange http: a GET with HTTP/1.1 (RFC 9112). The response is read as its bytes come, in whatever pieces: lines are
 * put together in the connection's buffer, of which only a beginning is kept where they are long, and bodies are
 * counted and dropped. A status other than 2xx and 3xx refuses, and makes the group of the failure; the rest of such a
 * response is not read, since the connection is given up. */
#include "loadgen/engine/exchange_types.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"

#define HEADER_MOST 65536U                /* bytes of all lines before a body, or between two parts of it */
#define LENGTH_MOST ((uint64_t)INT64_MAX) /* of a body */
#define CHUNK_DIGITS_MOST 15              /* hexadecimal: no overflow */
#define LINE_KEPT (EXCHANGE_SIZE - 1)

static void prepare(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    static const char form[] = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: %s\r\n\r\n";
    plan->request_length = (size_t)snprintf(plan->request, sizeof plan->request, form, spec->path, host, "keep-alive");
    plan->last_length =
        (size_t)snprintf(plan->last, sizeof plan->last, form, spec->path, host, spec->hold ? "keep-alive" : "close");
}

static void begin_response(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    state->part = HTTP_STATUS;
    state->chunked = false;
    state->coded = false;
    state->has_length = false;
    state->header = 0;
    state->line = 0;
    state->seen_length = 0;
    exchange->received = 0;
}

static enum exchange_step malformed(struct exchange *exchange, const char *problem)
{
    exchange->problem = problem;
    return EXCHANGE_WRONG;
}

static enum exchange_step finish(struct exchange *exchange)
{
    exchange->received = 0;
    if (exchange->state.http.closes && !exchange_is_last(exchange)) {
        exchange->problem = "the server closes the connection after its response, and more requests were to follow";
        return EXCHANGE_REFUSED;
    }
    return EXCHANGE_REPLY;
}

/* --- values of a header --- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The value of the header `name`, without the blanks around it; NULL for another header. */
static const char *value_of(const char *line, size_t length, const char *name, size_t *value_length)
{
    const size_t name_length = strlen(name);
    if (length <= name_length || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0) {
        return NULL;
    }
    const char *value = line + name_length + 1;
    const char *end = line + length;
    while (value < end && is_blank(*value)) {
        value++;
    }
    while (end > value && is_blank(end[-1])) {
        end--;
    }
    *value_length = (size_t)(end - value);
    return value;
}

/* Whether the list has that word; `last`: as its last one. */
static bool lists(const char *value, size_t length, const char *word, bool last)
{
    const size_t word_length = strlen(word);
    bool found = false;
    for (size_t at = 0; at < length;) {
        size_t end = at;
        while (end < length && value[end] != ',') {
            end++;
        }
        size_t begin_at = at;
        size_t stop_at = end;
        while (begin_at < stop_at && is_blank(value[begin_at])) {
            begin_at++;
        }
        while (stop_at > begin_at && is_blank(value[stop_at - 1])) {
            stop_at--;
        }
        const bool is_word = stop_at - begin_at == word_length && strncasecmp(value + begin_at, word, word_length) == 0;
        found = is_word || (found && !last);
        at = end + 1;
    }
    return found;
}

static bool read_length(const char *value, size_t length, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        const unsigned digit = (unsigned)(unsigned char)value[i] - '0';
        if (digit > 9 || *number > (LENGTH_MOST - digit) / 10) {
            return false;
        }
        *number = *number * 10 + digit;
    }
    return length > 0;
}

/* --- lines --- */

/* "HTTP/1.1 200 OK"; the reason and the blank before it may be missing. */
static enum exchange_step take_status(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    const char *const line = exchange->reply;
    const size_t length = exchange->received;
    bool right = length >= 12 && memcmp(line, "HTTP/1.", 7) == 0 && line[7] >= '0' && line[7] <= '9' &&
                 line[8] == ' ' && (length == 12 || line[12] == ' ');
    for (size_t i = 9; right && i < 12; i++) {
        right = line[i] >= '0' && line[i] <= '9';
    }
    if (!right || line[9] == '0') {
        return EXCHANGE_WRONG;
    }
    state->status = (uint16_t)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    state->closes = line[7] == '0';
    state->part = HTTP_HEADER;
    if (state->status >= 400 || state->status == 101) { /* the protocol was not to be switched */
        exchange->words = state->status;
        return EXCHANGE_REFUSED;
    }
    return EXCHANGE_MORE;
}

static enum exchange_step take_content_length(struct exchange *exchange, const char *value, size_t length)
{
    struct http_state *const state = &exchange->state.http;
    uint64_t number = 0;
    if (!read_length(value, length, &number)) {
        return malformed(exchange, "the HTTP response is malformed: its Content-Length is no number in range");
    }
    if (state->has_length && state->left != number) {
        return malformed(exchange, "the HTTP response is malformed: it has two lengths");
    }
    state->has_length = true;
    state->left = number;
    return EXCHANGE_MORE;
}

static enum exchange_step take_header(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    const char *const line = exchange->reply;
    const size_t length = exchange->received;
    size_t value_length = 0;
    const char *value = value_of(line, length, "Content-Length", &value_length);
    const bool is_cut = state->line > LINE_KEPT;
    if (value != NULL) {
        return take_content_length(exchange, value, is_cut ? 0 : value_length);
    }
    value = value_of(line, length, "Transfer-Encoding", &value_length);
    if (value != NULL) {
        state->chunked = !is_cut && lists(value, value_length, "chunked", true);
        state->coded = !state->chunked;
        return EXCHANGE_MORE;
    }
    value = value_of(line, length, "Connection", &value_length);
    if (value != NULL) {
        state->closes = lists(value, value_length, "close", false) ||
                        (state->closes && !lists(value, value_length, "keep-alive", false));
        return EXCHANGE_MORE;
    }
    /* A line that goes on begins with a blank (obs-fold); any other has a name. */
    if (is_blank(line[0]) || (line[0] != ':' && memchr(line, ':', length) != NULL)) {
        return EXCHANGE_MORE;
    }
    return malformed(exchange, "the HTTP response is malformed: a line of its header has no name");
}

/* RFC 9112, section 6.3. */
static enum exchange_step end_header(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    state->header = 0;
    if (state->status < 200) {
        begin_response(exchange);
        return EXCHANGE_MORE;
    }
    if (state->status == 204 || state->status == 304) {
        return finish(exchange);
    }
    if (state->chunked) {
        state->part = HTTP_CHUNK_SIZE;
        return EXCHANGE_MORE;
    }
    if (state->has_length && !state->coded) {
        state->part = HTTP_BODY;
        return state->left == 0 ? finish(exchange) : EXCHANGE_MORE;
    }
    state->part = HTTP_REST;
    state->closes = true;
    return EXCHANGE_MORE;
}

static enum exchange_step take_chunk_size(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    const char *const line = exchange->reply;
    size_t digits = 0;
    state->left = 0;
    state->header = 0;
    while (digits < exchange->received && digits <= CHUNK_DIGITS_MOST && escape_digit(line[digits]) >= 0) {
        state->left = state->left << 4 | (unsigned)escape_digit(line[digits]);
        digits++;
    }
    const bool ends = digits == exchange->received || line[digits] == ';' || is_blank(line[digits]);
    if (digits == 0 || digits > CHUNK_DIGITS_MOST || !ends) {
        return malformed(exchange, "the HTTP response is malformed: a chunk begins with no size in range");
    }
    state->part = state->left > 0 ? HTTP_CHUNK : HTTP_TRAILER;
    return EXCHANGE_MORE;
}

/* A line is whole, without its end. */
static enum exchange_step take_line(struct exchange *exchange)
{
    struct http_state *const state = &exchange->state.http;
    const bool empty = exchange->received == 0;
    switch (state->part) {
    case HTTP_STATUS:
        return take_status(exchange);
    case HTTP_HEADER:
        return empty ? end_header(exchange) : take_header(exchange);
    case HTTP_CHUNK_SIZE:
        return take_chunk_size(exchange);
    case HTTP_CHUNK_END:
        state->part = HTTP_CHUNK_SIZE;
        return empty ? EXCHANGE_MORE
                     : malformed(exchange, "the HTTP response is malformed: a chunk is longer than its size");
    case HTTP_TRAILER:
        return empty ? finish(exchange) : EXCHANGE_MORE;
    case HTTP_BODY:
    case HTTP_CHUNK:
    case HTTP_REST:
        break;
    }
    return EXCHANGE_MORE;
}

/* --- bytes --- */

static void see(struct http_state *state, const char *bytes, size_t length)
{
    const size_t room = sizeof state->seen - state->seen_length;
    const size_t more = length < room ? length : room;
    memcpy(state->seen + state->seen_length, bytes, more);
    state->seen_length += (uint32_t)more;
}

/* Adds to the line under way; sets how many bytes that took. */
static enum exchange_step read_line(struct exchange *exchange, const char *bytes, size_t length, size_t *taken)
{
    struct http_state *const state = &exchange->state.http;
    const char *const end = memchr(bytes, '\n', length);
    *taken = end != NULL ? (size_t)(end - bytes) + 1 : length;
    if (state->part == HTTP_STATUS) {
        see(state, bytes, *taken);
    }
    if (state->line < LINE_KEPT) {
        const size_t room = LINE_KEPT - state->line;
        memcpy(exchange->reply + state->line, bytes, *taken < room ? *taken : room);
    }
    state->line += *taken;
    state->header += (uint32_t)*taken;
    exchange->received = state->line < LINE_KEPT ? state->line : LINE_KEPT;
    if (state->header > HEADER_MOST) {
        return malformed(exchange, "the HTTP response is malformed: its header is longer than 65,536 bytes");
    }
    if (end == NULL) {
        return EXCHANGE_MORE;
    }
    while (exchange->received > 0 && state->line <= LINE_KEPT &&
           (exchange->reply[exchange->received - 1] == '\n' || exchange->reply[exchange->received - 1] == '\r')) {
        exchange->received--;
    }
    const enum exchange_step step = take_line(exchange);
    if (step == EXCHANGE_MORE) {
        state->line = 0;
        exchange->received = 0;
    }
    return step;
}

/* Drops bytes of a body; returns how many. */
static size_t drop_body(struct exchange *exchange, size_t length, enum exchange_step *step)
{
    struct http_state *const state = &exchange->state.http;
    if (state->part == HTTP_REST) {
        return length;
    }
    const size_t dropped = state->left < length ? (size_t)state->left : length;
    state->left -= dropped;
    if (state->left == 0 && state->part == HTTP_BODY) {
        *step = finish(exchange);
    } else if (state->left == 0) {
        state->part = HTTP_CHUNK_END;
    }
    return dropped;
}

static enum exchange_step read_response(struct exchange *exchange, const char *bytes, size_t length)
{
    const struct http_state *const state = &exchange->state.http;
    enum exchange_step step = EXCHANGE_MORE;
    size_t used = 0;
    while (used < length && step == EXCHANGE_MORE) {
        size_t taken = 0;
        if (state->part == HTTP_BODY || state->part == HTTP_CHUNK || state->part == HTTP_REST) {
            taken = drop_body(exchange, length - used, &step);
        } else {
            step = read_line(exchange, bytes + used, length - used, &taken);
        }
        used += taken;
    }
    if (step == EXCHANGE_REPLY && used < length && !exchange_is_last(exchange)) {
        return malformed(exchange, "the HTTP response is malformed: it is longer than it says");
    }
    return step;
}

static enum exchange_step stop(struct exchange *exchange, bool closed)
{
    static const char beginning[] = "HTTP/1.";
    const struct http_state *const state = &exchange->state.http;
    const size_t compared = exchange->received < sizeof beginning - 1 ? exchange->received : sizeof beginning - 1;
    if (closed && state->part == HTTP_REST) {
        return finish(exchange);
    }
    return state->part == HTTP_STATUS && memcmp(exchange->reply, beginning, compared) != 0 ? EXCHANGE_WRONG
                                                                                           : EXCHANGE_MORE;
}

const struct exchange_type exchange_http = {
    .prepare = prepare, .begin = begin_response, .read = read_response, .stop = stop, .streams = true};
