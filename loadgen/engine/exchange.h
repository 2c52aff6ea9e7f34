/* What the bytes that a server sends are: the reply to a request, a left-over of the exchange before, or wrong. Pure:
 * no system call, no allocation. */
#ifndef KONEKSI_LOADGEN_ENGINE_EXCHANGE_H
#define KONEKSI_LOADGEN_ENGINE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#define EXCHANGE_SIZE 256U
#define EXCHANGE_SKIPPED_SIZE 64U

/* What the server does about the empty line at the end of a request. */
enum empty_lines { EMPTY_LINES_UNKNOWN, EMPTY_LINES_ANSWERED, EMPTY_LINES_IGNORED };

/* Of one connection. Bytes are received behind reply[received], at most up to the end of `reply`. */
struct exchange {
    enum empty_lines empty_lines;
    bool empty_line;        /* a request ends in an empty line, which some servers answer with a line of its own */
    bool first;             /* the first request of the connection is under way */
    bool skipped;           /* a line was skipped in this exchange, and */
    bool skipped_certainly; /* it was a left-over without doubt */
    size_t stale;           /* bytes of `reply` that were there before the request was sent */
    size_t received;        /* bytes of `reply` that are there */
    size_t skipped_length;
    char reply[EXCHANGE_SIZE];
    char skipped_line[EXCHANGE_SKIPPED_SIZE];
};

/* Leaves the buffers as they are: they are large, and a client is short. */
void exchange_init(struct exchange *exchange, bool empty_line);

/* Another request is about to be sent. */
void exchange_begin(struct exchange *exchange, bool first);

/* Enough to judge: a line; or, where only a reply may come, as many bytes as that has. */
bool exchange_is_whole(const struct exchange *exchange);

/* True when the first line was left over from the reply before: it is moved to skipped_line. At most once an exchange.
 */
bool exchange_skip_left_over(struct exchange *exchange);

/* What is whole and was not skipped is the reply, "JAM hh:mm:ss\r\n", or wrong. */
bool exchange_is_reply(const struct exchange *exchange);

/* Takes the reply away. */
void exchange_end(struct exchange *exchange);

/* When nothing more comes: the bytes that were the answer, and no reply. NULL when none have come that could not have
 * become one. */
const char *exchange_wrong(const struct exchange *exchange, size_t *length);

#endif
