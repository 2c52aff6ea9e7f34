/* One request, with what the handlers need to answer it. Created when its first line has arrived, fed with its body and
 * freed when it is over, all on the libmicrohttpd thread that serves the connection. */
#ifndef KONEKSI_WEB_HTTP_REQUEST_H
#define KONEKSI_WEB_HTTP_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "web/http/eviction.h"
#include "web/http/guard.h"
#include "web/http/query.h"

#define REQUEST_BODY_MAX 65536
/* A longer body is read and dropped, so that the client sees the answer: closing a socket with unread bytes resets the
 * connection. Beyond this length the connection is closed all the same. */
#define REQUEST_DRAIN_MAX 1048576

struct app; /* passed to the handlers; defined by the caller of http_start */
struct route;
struct sse;

/* Shared by all requests; owned by http.c. */
struct http_context {
    struct guard guard;
    const struct route *routes;
    const struct app *app;
    struct sse *sse;
    struct eviction *eviction;
};

/* An error and its HTTP status; status 0: no error. */
struct problem {
    unsigned status;
    const char *code;
    struct err err;
};

struct request {
    struct MHD_Connection *connection;
    const struct http_context *http;
    const struct app *app;
    /* The target where libmicrohttpd received it, up to its terminating NUL: for header_bytes only, which reads it
     * before the target is decoded. */
    const char *raw_target;
    const char *raw_target_end;
    char *target; /* as sent, up to the query string */
    char *path;   /* decoded; in `target` */
    char *query_text;
    struct query query;
    const char *method;
    const struct route *route; /* NULL: none */
    int64_t id;                /* of the path's {id} */
    char allow[64];            /* value of Allow when the path has no route for the method: "GET, HEAD, OPTIONS" */
    struct problem problem;    /* found before the handler runs; answered when the body has arrived */
    bool seen;                 /* on_request has seen the headers */
    bool answering;            /* its answer has begun */
    bool closes;               /* the connection closes after the answer */
    uint64_t received;         /* bytes of the body, including dropped ones */
    struct buf body;
};

/* `uri` is the target as sent. NULL when memory ran out. */
struct request *request_create(const struct http_context *http, struct MHD_Connection *connection, const char *uri);
void request_free(struct request *request);

/* The handler begins: the panel's turn to work. */
void request_begin_answer(struct request *request);
/* The handler has returned: the client's turn to read. */
void request_answer_queued(struct request *request);
/* The answer is over: the client's turn to send. */
void request_completed(struct request *request);

/* Whether the answer may be a download; lasts until the request is over. */
bool request_begin_download(const struct request *request) MUST_CHECK;

/* Connections evicted since the start, of all clients. */
uint64_t request_evictions(const struct request *request);

/* Appends a piece of the body, or drops it when the body is too long. False beyond REQUEST_DRAIN_MAX: close the
 * connection. */
bool request_feed(struct request *request, const char *bytes, size_t length) MUST_CHECK;

/* The value of a header; NULL when it is missing. */
const char *request_header(const struct request *request, const char *name);

#endif
