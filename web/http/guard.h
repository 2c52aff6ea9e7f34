/* Access checks on the headers of a request: pure functions, called before the body is read and before a handler runs.
 *
 * Host: with DNS rebinding a browser sends the name of a hostile page to our address. So Host must name this panel:
 * localhost, 127.0.0.1, [::1] or the listening address, with our port, which is optional where it is 80. A panel that
 * listens beyond loopback requires a token and also accepts its host name and any IP literal, because a rebound page
 * always uses a name.
 * Origin: an unsafe method must come from a page of this panel (Sec-Fetch-Site, else Origin) or from no page (curl).
 * Framing: a message is refused when two parsers could disagree on its length (RFC 9112, 6.3 and 11.2). */
#ifndef KONEKSI_WEB_HTTP_GUARD_H
#define KONEKSI_WEB_HTTP_GUARD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/net.h"

#define GUARD_NAME_SIZE 256

struct guard {
    uint16_t port;
    bool loopback;
    char address[NET_TEXT_SIZE];    /* host part of the listening address: "127.0.0.1", "[::1]" */
    char hostname[GUARD_NAME_SIZE]; /* of this machine; empty when unknown */
    const char *token;              /* NULL: no token is required; not owned */
};

/* Reads the host name. */
void guard_init(struct guard *guard, const struct net_address *address, const char *token);

/* One header of a request; NULL and 0 when it is missing. */
struct guard_header {
    const char *value; /* of its first occurrence */
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
    bool malformed; /* guard_header_is_valid is false for a header */
};

enum guard_verdict {
    GUARD_PASS,
    GUARD_MALFORMED,    /* 400, and the connection is closed: the end of the message is uncertain */
    GUARD_BAD_HOST,     /* 400: no Host, or more than one */
    GUARD_FORBIDDEN,    /* 403 */
    GUARD_UNAUTHORIZED, /* 401 */
};

/* Whether the name is a token (RFC 9110, 5.6.2) and the value has no control character but tabs. Parsers disagree on
 * others: "Content-Length : 5" is an unknown header to one and a length to the next. Sizes are in bytes; `value` may be
 * NULL. libmicrohttpd ends a value at a NUL, so a NUL is never seen here. */
bool guard_header_is_valid(const char *name, size_t name_size, const char *value, size_t value_size);

/* Each fills `err` with the message for the user unless the verdict is GUARD_PASS. */
enum guard_verdict guard_framing(const struct guard_headers *headers, struct err *err) MUST_CHECK;
enum guard_verdict guard_host(const struct guard *guard, const struct guard_headers *headers,
                              struct err *err) MUST_CHECK;
/* GET, HEAD and OPTIONS are safe and always pass. */
enum guard_verdict guard_origin(const struct guard_headers *headers, const char *method, struct err *err) MUST_CHECK;
/* "Authorization: Bearer TOKEN". How long the comparison takes does not depend on the characters of the token. */
enum guard_verdict guard_token(const struct guard *guard, const struct guard_headers *headers,
                               struct err *err) MUST_CHECK;

#endif
