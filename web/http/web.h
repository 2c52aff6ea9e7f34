/* The HTTP side: API and dashboard on libmicrohttpd. The only code that sees it. */
#ifndef KONEKSI_WEB_WEB_H
#define KONEKSI_WEB_WEB_H

#include "base/net.h"
#include "db/store.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/queue/run_queue.h"
#include "server/lab/run/live.h"
#include "server/time/time_server.h"

struct web_config {
    struct net_address address; /* port 0 picks one */
    const char *token;          /* NULL: no token is asked for (loopback only) */
    struct store *store;        /* all five outlive the web */
    struct live *live;
    struct run_queue *queue;
    struct experiments *experiments;
    struct time_server *server;
    uint32_t heartbeat_ms; /* between two heartbeats of an event stream; 0: 10,000 */
};

struct web;

/* Listens and starts its threads: all that it will ever have. */
enum result web_start(const struct web_config *config, struct web **web, struct err *err) MUST_CHECK;

/* Ends the event streams, finishes what is being answered, joins its threads, frees it. */
void web_stop(struct web *web);

void web_address(const struct web *web, struct net_address *address);

#endif
