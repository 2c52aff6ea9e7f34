/* Finds the bytes of a request's head that libmicrohttpd hides.
 *
 * libmicrohttpd 0.9 splits the head where it received it, with a NUL in place of each space, colon and line end, and
 * hands out pointers to the parts as C strings. It takes a line feed alone for the end of a line, joins folded lines,
 * and a value ends at its first NUL byte, whatever follows: another parser finds another request in such a head (RFC
 * 9112, 2.2, 5.2 and 11.2). But then the parts do not adjoin: each must begin where the part before it ended, one NUL
 * after a name, two after a line. Later versions refuse such heads themselves and may keep the parts elsewhere: do not
 * check theirs. */
#ifndef KONEKSI_WEB_HTTP_HEADER_BYTES_H
#define KONEKSI_WEB_HTTP_HEADER_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct header_bytes {
    const char *next; /* where the next part must begin */
    bool broken;      /* one did not */
};

/* The request line, by pointers to the parts as libmicrohttpd has them; `target_end` is the NUL after the target. */
struct request_line {
    const char *method;
    const char *target;
    const char *target_end;
    const char *version;
};

void header_bytes_begin(struct header_bytes *bytes, const struct request_line *line);

/* The headers in their order. */
void header_bytes_add(struct header_bytes *bytes, const char *name, size_t name_size, const char *value,
                      size_t value_size);

/* True when every byte of the head, up to `end`, was part of a header or separated two of them. */
bool header_bytes_end(struct header_bytes *bytes, const char *end) MUST_CHECK;

#endif
