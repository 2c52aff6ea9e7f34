/* The handlers of the routes, one file per resource. A handler is called once, on a thread of libmicrohttpd, when the
 * complete request has arrived and was admitted, and queues exactly one response (respond.h). It returns MHD_NO, which
 * closes the connection, only when it could not queue any. */
#ifndef KONEKSI_WEB_API_RESOURCES_H
#define KONEKSI_WEB_API_RESOURCES_H

#include <cjson/cJSON.h>
#include <microhttpd.h>

#include "base/err.h"
#include "db/store.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/queue/run_queue.h"
#include "server/time/time_server.h"
#include "web/http/router.h"

struct request;

/* Of the parameter `wait` of a POST, in seconds. */
#define WAIT_S_MOST 600

/* The parts of the panel that the handlers work on; all outlive the HTTP server. */
struct app {
    struct store *store;
    struct run_queue *queue;
    struct experiments *experiments;
    struct time_server *server;
    bool has_hosts; /* that ranks run on */
};

/* The routes of routes.def; the last row has no method. */
extern const struct route api_routes[];

/* Their handlers. */
#define ROUTE(method, pattern, handler, ...) enum MHD_Result handler(struct request *request);
#include "web/api/routes.def"
#undef ROUTE

/* The current state of the TIME server, with which an event stream begins. NULL when memory ran out. */
cJSON *server_to_json(const struct app *app) MUST_CHECK;

#endif
