/* The HTTP side: a server of routes, event streams and embedded files on libmicrohttpd. */
#ifndef KONEKSI_WEB_HTTP_HTTP_H
#define KONEKSI_WEB_HTTP_HTTP_H

#include "base/net.h"
#include "web/http/live.h"

struct app;
struct route;

struct http_config {
    struct net_address address; /* port 0 picks one */
    const char *token;          /* NULL: no token is asked for (loopback only) */
    const struct route *routes; /* these three outlive the server; router.h */
    const struct app *app;      /* what the routes' handlers find in their request */
    struct live *live;          /* what event streams follow */
    uint32_t heartbeat_ms;      /* between two heartbeats of an event stream; 0: 10,000 */
};

struct http;

/* Listens and starts its threads: all that it will ever have. */
enum result http_start(const struct http_config *config, struct http **http, struct err *err) MUST_CHECK;

/* Ends the event streams, finishes what is being answered, joins its threads, frees it. */
void http_stop(struct http *http);

void http_address(const struct http *http, struct net_address *address);

#endif
