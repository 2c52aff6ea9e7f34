/* The HTTP server: routes, event streams and embedded files, on libmicrohttpd. */
#ifndef KONEKSI_WEB_HTTP_HTTP_H
#define KONEKSI_WEB_HTTP_HTTP_H

#include "base/net.h"
#include "web/http/eviction.h"
#include "web/http/live.h"

struct app;
struct route;

/* They serve the connections and run the handlers. No handler waits for long, so that more threads would only wait for
 * each other's processors. */
#define HTTP_THREADS 2UL

/* Descriptors that the server has open at most: its connections, the listener, an epoll and an eventfd for each thread,
 * and on each a connection that is turned away and two files that a handler reads. */
#define HTTP_DESCRIPTORS (EVICTION_CONNECTIONS_MAX + 1 + HTTP_THREADS * (2 + 1 + 2))

struct http_config {
    struct net_address address; /* port 0 picks one */
    const char *token;          /* NULL: no token is required (loopback only) */
    const struct route *routes; /* router.h; this and the next two outlive the server */
    const struct app *app;      /* passed to the handlers in request->app */
    struct live *live;          /* source of the event streams */
    uint32_t heartbeat_ms;      /* interval of the heartbeats of an event stream; 0: 10,000 */
};

struct http;

/* Listens and starts all threads that the server will ever have. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result http_start(const struct http_config *config, struct http **http, struct err *err) MUST_CHECK;

/* Ends the event streams, waits up to a second for answers under way, joins the threads and frees the server. */
void http_stop(struct http *http);

void http_address(const struct http *http, struct net_address *address);

#endif
