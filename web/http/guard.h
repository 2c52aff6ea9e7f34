/* Who may ask: pure checks of a request's headers, done before its body is read and before any handler runs.
 *
 * Host: DNS rebinding makes a browser send a page's own name to our address, so Host must be one of ours, with our
 * port (left out where that is 80): localhost, 127.0.0.1, [::1] or the address we listen on. Beyond loopback (then a
 * token is asked for too) also any IP literal, since a rebound page always comes by a name, and the machine's host
 * name.
 * Origin: an unsafe method must come from a page of ours (Sec-Fetch-Site, else Origin) or from no page at all (curl).
 * Framing: a message whose length two readers could understand differently is refused (RFC 9112, 6.3 and 11.2). */
#ifndef KONEKSI_WEB_HTTP_GUARD_H
#define KONEKSI_WEB_HTTP_GUARD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/net.h"

#define GUARD_NAME_SIZE 256

struct guard {
    uint16_t port;
    bool loopback;
    char address[NET_TEXT_SIZE];    /* host part of the address that we listen on: "127.0.0.1", "[::1]" */
    char hostname[GUARD_NAME_SIZE]; /* of this machine; empty when it is not known */
    const char *token;              /* NULL: none is asked for; not owned */
};

/* Reads the host name. */
void guard_init(struct guard *guard, const struct net_address *address, const char *token);

/* One header as the request has it: NULL and 0 when it is not there. */
struct guard_header {
    const char *value; /* of the first one */
    unsigned count;
};

struct guard_headers {
    struct guard_header host;
    struct guard_header origin;
    struct guard_header sec_fetch_site;
    struct guard_header authorization;
    struct guard_header content_length;
    struct guard_header transfer_encoding;
    bool http_1_0;
    bool unsound; /* some header is not guard_header_is_sound */
};

enum guard_verdict {
    GUARD_PASS,
    GUARD_MALFORMED,    /* 400, and the connection is closed: where the message ends is uncertain */
    GUARD_BAD_HOST,     /* 400: none, or more than one */
    GUARD_FORBIDDEN,    /* 403 */
    GUARD_UNAUTHORIZED, /* 401 */
};

/* Whether the name is a token (RFC 9110, 5.6.2) and the value has no control character but tabs: "Content-Length : 5"
 * is a header of another name to one reader, and a length to the next. Sizes in bytes; `value` may be NULL. A NUL in a
 * value is its end for libmicrohttpd, and cannot be seen here. */
bool guard_header_is_sound(const char *name, size_t name_size, const char *value, size_t value_size);

/* Each fills `err` with the message for the user unless the verdict is GUARD_PASS. */
enum guard_verdict guard_framing(const struct guard_headers *headers, struct err *err) MUST_CHECK;
enum guard_verdict guard_host(const struct guard *guard, const struct guard_headers *headers,
                              struct err *err) MUST_CHECK;
/* GET, HEAD and OPTIONS are safe: they always pass. */
enum guard_verdict guard_origin(const struct guard_headers *headers, const char *method, struct err *err) MUST_CHECK;
/* "Authorization: Bearer TOKEN"; the comparison's time tells nothing about the token's characters. */
enum guard_verdict guard_token(const struct guard *guard, const struct guard_headers *headers,
                               struct err *err) MUST_CHECK;

#endif
