/* Responses. Each function queues one response, with the headers that all responses have, and returns what the handler
 * returns. */
#ifndef KONEKSI_WEB_HTTP_RESPOND_H
#define KONEKSI_WEB_HTTP_RESPOND_H

#include <cjson/cJSON.h>

#include "web/http/request.h"

/* Sends a JSON tree and deletes it. NULL, when memory ran out while it was built, sends 503. */
enum MHD_Result respond_json(struct request *request, unsigned status, cJSON *json);

/* As respond_json, with "Location: /runs/17". */
enum MHD_Result respond_created(struct request *request, cJSON *json, const char *location);

/* Queues a response of JSON as respond_created does, and releases it. */
enum MHD_Result respond_queue_created(struct request *request, struct MHD_Response *response, const char *location);

/* Sends the text of a buffer and takes its memory. `type` is a media type. */
enum MHD_Result respond_text(struct request *request, const char *type, struct buf *text);

/* Answers HEAD of a streamed resource, whose length is unknown. */
enum MHD_Result respond_stream_head(struct request *request, const char *type, const char *filename);

enum MHD_Result respond_empty(struct request *request, unsigned status);

/* Sends the error of a lower module; its result decides the status and the code. */
enum MHD_Result respond_err(struct request *request, const struct err *err);
enum MHD_Result respond_no_memory(struct request *request);

/* 503 with this code: "16 downloads are under way, which is the maximum". */
enum MHD_Result respond_full(struct request *request, const char *code, const char *what, unsigned most);

/* {"error":{"code":...,"field":...,"message":...}} and, where the status asks for it, Allow or WWW-Authenticate. */
enum MHD_Result respond_problem(struct request *request, const struct problem *problem);

/* Adds the headers that all responses have. `api` forbids to store the response. False when memory ran out. */
bool respond_add_headers(struct MHD_Response *response, const char *type, bool api) MUST_CHECK;

/* Makes a browser save the response under this name. False when memory ran out. */
bool respond_add_download(struct MHD_Response *response, const char *filename) MUST_CHECK;

/* Queues the response and releases it. Sends 503 instead when `response` is NULL or not `complete`, because memory ran
 * out. */
enum MHD_Result respond_queue(struct request *request, unsigned status, struct MHD_Response *response, bool complete);

#endif
