/* Private to exchange*.c: what each exchange remembers of a connection while bytes come. */
#ifndef KONEKSI_LOADGEN_ENGINE_EXCHANGE_STATES_H
#define KONEKSI_LOADGEN_ENGINE_EXCHANGE_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/contract/run_spec.h"

#define EXCHANGE_SIZE 256U          /* bytes of a connection's buffer */
#define EXCHANGE_REQUEST_SIZE 1600U /* path or send, the host, and the rest of a request */
#define EXCHANGE_OWN_SIZE 64U
#define EXCHANGE_SEEN_SIZE 40U

/* What the server does about the empty line at the end of a request. */
enum empty_lines { EMPTY_LINES_UNKNOWN, EMPTY_LINES_ANSWERED, EMPTY_LINES_IGNORED };

struct time_state {
    enum empty_lines empty_lines;
    bool skipped;           /* a line was skipped in this exchange, and */
    bool skipped_certainly; /* it was a left-over without doubt */
    uint32_t skipped_length;
    size_t stale; /* bytes of `reply` that were there before the request was sent */
    char skipped_line[EXCHANGE_OWN_SIZE];
};

struct line_state {
    const char *expected;
    size_t expected_length;
    size_t matched; /* bytes of `expected` that came */
    size_t dropped; /* bytes of the reply under way that are no longer in the buffer */
    size_t used;    /* bytes of the buffer that are of the reply, once it is whole */
    char own[EXCHANGE_OWN_SIZE];
};

enum http_part {
    HTTP_STATUS,
    HTTP_HEADER,
    HTTP_BODY,
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK,
    HTTP_CHUNK_END,
    HTTP_TRAILER,
    HTTP_REST
};

struct http_state {
    enum http_part part;
    uint16_t status;
    bool chunked;
    bool coded;      /* by a transfer coding that does not end in chunked: the body ends with the connection */
    bool has_length; /* of the body, in `left` */
    bool closes;     /* the server closes the connection after this response */
    uint32_t header; /* bytes of lines so far */
    uint32_t seen_length;
    size_t line;   /* bytes of the line under way; those that do not fit are not kept */
    uint64_t left; /* of the body or chunk */
    char seen[EXCHANGE_SEEN_SIZE];
};

union exchange_state {
    struct time_state time;
    struct line_state line;
    struct http_state http;
};

#endif
