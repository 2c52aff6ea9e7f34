/* The handlers of the route table, one file a resource. Each is called once, on a thread of libmicrohttpd, when the
 * whole request is there and allowed, and queues exactly one response (respond.h); it returns MHD_NO, which closes the
 * connection, only when not even that was possible. */
#ifndef KONEKSI_WEB_API_RESOURCES_H
#define KONEKSI_WEB_API_RESOURCES_H

#include <cjson/cJSON.h>
#include <microhttpd.h>

#include "base/err.h"
#include "web/http/router.h"

struct request;
struct app;

/* The table, sorted by pattern; its last row has no method. */
extern const struct route api_routes[];

/* runs.c */
enum MHD_Result runs_list(struct request *request);
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
enum MHD_Result experiments_get(struct request *request);
enum MHD_Result experiments_post_cancel(struct request *request);

/* compare.c */
enum MHD_Result compare_get(struct request *request);
enum MHD_Result compare_csv(struct request *request);

/* events.c */
enum MHD_Result events_get(struct request *request);
enum MHD_Result run_events_get(struct request *request);

/* server_resource.c */
enum MHD_Result server_get(struct request *request);
enum MHD_Result server_patch(struct request *request);
/* The TIME server now; also what an event stream begins with. NULL when memory ran out. */
cJSON *server_to_json(const struct app *app) MUST_CHECK;

/* metrics.c */
enum MHD_Result metrics_get(struct request *request);

/* limits_resource.c, health.c */
enum MHD_Result limits_get(struct request *request);
enum MHD_Result health_get(struct request *request);

#endif
