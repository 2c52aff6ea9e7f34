/* One request: what was asked, and what the handlers need to answer it. Made when its first line is there, fed with its
 * body, freed when it is over; all on the thread of libmicrohttpd that has the connection. */
#ifndef KONEKSI_WEB_HTTP_REQUEST_H
#define KONEKSI_WEB_HTTP_REQUEST_H

#include <cjson/cJSON.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "web/http/guard.h"
#include "web/http/query.h"

#define REQUEST_BODY_MOST 65536
/* A longer body is read to its end and dropped, so that the client sees the answer (closing a socket that has unread
 * bytes resets it); beyond this it is not. */
#define REQUEST_DRAIN_MOST 1048576

struct app; /* what the handlers work on; whoever starts the HTTP server defines it */
struct route;
struct sse;

/* What all requests share; owned by http.c. */
struct http_context {
    struct guard guard;
    const struct route *routes;
    const struct app *app;
    struct sse *sse;
};

/* An HTTP status with its error; status 0: none. */
struct problem {
    unsigned status;
    const char *code;
    struct err err;
};

struct request {
    struct MHD_Connection *connection;
    const struct http_context *http;
    const struct app *app;
    char *target; /* as it was sent, up to its query string */
    char *path;   /* decoded; in `target` */
    char *query_text;
    struct query query;
    const char *method;
    const struct route *route; /* NULL: none */
    int64_t id;                /* of the path's {id} */
    char allow[64];            /* the methods of a path that has no route for this one: "GET, HEAD, OPTIONS" */
    struct problem problem;    /* found before the handler; answered when the body is there */
    bool seen;                 /* libmicrohttpd has handed its headers over */
    bool answering;            /* its answer has begun */
    uint64_t received;         /* bytes of the body, also those that were dropped */
    struct buf body;
};

/* `uri` is the target as it was sent. NULL when memory ran out. */
struct request *request_create(const struct http_context *http, struct MHD_Connection *connection, const char *uri);
void request_free(struct request *request);

/* Takes a piece of the body. False when it is too much even to drop: close the connection. */
bool request_feed(struct request *request, const char *bytes, size_t length) MUST_CHECK;

/* A header's value; NULL when it is not there. */
const char *request_header(const struct request *request, const char *name);

/* How the body is written: JSON, a form (also a body without a content type, and none at all). RESULT_INVALID for any
 * other content type. */
enum request_body { REQUEST_BODY_FORM, REQUEST_BODY_JSON };
enum result request_body_kind(const struct request *request, enum request_body *kind, struct err *err) MUST_CHECK;

/* The body as JSON: one object in UTF-8 with nothing behind it, no key twice, no U+0000. The caller deletes it. */
enum result request_json(const struct request *request, cJSON **json, struct err *err) MUST_CHECK;

#endif
