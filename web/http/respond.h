/* Answers. Each queues one response with the headers that all have, and returns what the handler returns. */
#ifndef KONEKSI_WEB_HTTP_RESPOND_H
#define KONEKSI_WEB_HTTP_RESPOND_H

#include "web/http/request.h"

/* JSON of a tree, which is deleted. NULL (memory ran out while it was built) is answered by 503. */
enum MHD_Result respond_json(struct request *request, unsigned status, cJSON *json);

/* As respond_json, with "Location: /runs/17". */
enum MHD_Result respond_created(struct request *request, cJSON *json, const char *location);

/* The text of a buffer, whose memory is taken. `type` is a media type. */
enum MHD_Result respond_text(struct request *request, const char *type, struct buf *text);

/* The answer to HEAD of what is streamed, so that its length is not known. */
enum MHD_Result respond_stream_head(struct request *request, const char *type, const char *filename);

enum MHD_Result respond_empty(struct request *request, unsigned status);

/* What went wrong in a module below: its result decides on status and code. */
enum MHD_Result respond_err(struct request *request, const struct err *err);
enum MHD_Result respond_no_memory(struct request *request);

/* {"error":{"code":...,"field":...,"message":...}} and, where the status asks for it, Allow or WWW-Authenticate. */
enum MHD_Result respond_problem(struct request *request, const struct problem *problem);

/* Adds the headers that every answer has; `api`: it is never stored (Cache-Control). False when memory ran out. */
bool respond_add_headers(struct MHD_Response *response, const char *type, bool api) MUST_CHECK;

/* "attachment; filename=..." makes a browser save it. False when memory ran out. */
bool respond_add_download(struct MHD_Response *response, const char *filename) MUST_CHECK;

/* Queues it and lets go of it. NULL is answered by 503. */
enum MHD_Result respond_queue(struct request *request, unsigned status, struct MHD_Response *response);

#endif
