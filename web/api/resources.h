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

/* The routes, sorted by pattern; the last row has no method. */
extern const struct route api_routes[];

/* runs.c */
enum MHD_Result runs_list(struct request *request);
enum MHD_Result runs_count(struct request *request);
enum MHD_Result runs_create(struct request *request);
enum MHD_Result runs_get(struct request *request);
enum MHD_Result runs_patch(struct request *request);
enum MHD_Result runs_delete(struct request *request);
enum MHD_Result runs_cancel(struct request *request);

/* runs_csv.c */
enum MHD_Result runs_csv(struct request *request);

/* run_parts.c */
enum MHD_Result run_errors_get(struct request *request);
enum MHD_Result run_histogram_get(struct request *request);
enum MHD_Result run_hosts_get(struct request *request);
enum MHD_Result run_limits_get(struct request *request);

/* run_streams.c */
enum MHD_Result run_samples_get(struct request *request);
enum MHD_Result run_samples_csv(struct request *request);
enum MHD_Result run_errors_csv(struct request *request);
enum MHD_Result run_transcript_get(struct request *request);
enum MHD_Result run_transcript_text(struct request *request);

/* experiments.c */
enum MHD_Result experiments_list(struct request *request);
enum MHD_Result experiments_create(struct request *request);
enum MHD_Result experiments_plan(struct request *request);
enum MHD_Result experiments_get(struct request *request);
enum MHD_Result experiments_patch(struct request *request);
enum MHD_Result experiments_delete_one(struct request *request);
enum MHD_Result experiments_post_cancel(struct request *request);

/* experiments_csv.c */
enum MHD_Result experiments_csv(struct request *request);

/* compare.c */
enum MHD_Result compare_get(struct request *request);
enum MHD_Result compare_csv(struct request *request);

/* export.c */
enum MHD_Result export_get(struct request *request);

/* events.c */
enum MHD_Result events_get(struct request *request);
enum MHD_Result run_events_get(struct request *request);

/* server_resource.c */
enum MHD_Result server_get(struct request *request);
enum MHD_Result server_patch(struct request *request);
/* The current state of the TIME server, with which an event stream begins. NULL when memory ran out. */
cJSON *server_to_json(const struct app *app) MUST_CHECK;

/* metrics.c */
enum MHD_Result metrics_get(struct request *request);
enum MHD_Result health_get(struct request *request);

/* limits_resource.c */
enum MHD_Result limits_get(struct request *request);

/* listeners_resource.c */
enum MHD_Result listeners_get(struct request *request);

#endif
