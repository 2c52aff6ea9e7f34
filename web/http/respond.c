#include "web/http/respond.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"

static const char json_type[] = "application/json";

static const char out_of_memory[] =
    "{\"error\":{\"code\":\"unavailable\",\"message\":\"the panel is out of memory\"}}\n";

static const struct {
    const char *name;
    const char *value;
} every_answer[] = {
    {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
    return response != NULL && MHD_add_response_header(response, name, value) == MHD_YES;
}

bool respond_add_headers(struct MHD_Response *response, const char *type, bool api)
{
    bool added = true;
    for (size_t i = 0; added && i < COUNT_OF(every_answer); i++) {
        added = add_header(response, every_answer[i].name, every_answer[i].value);
    }
    return added && (type == NULL || add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type)) &&
           add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, api ? "no-store" : "no-cache");
}

bool respond_add_download(struct MHD_Response *response, const char *filename)
{
    char value[128];
    snprintf(value, sizeof value, "attachment; filename=\"%s\"", filename);
    return add_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, value);
}

enum MHD_Result respond_queue(struct request *request, unsigned status, struct MHD_Response *response, bool complete)
{
    if (response == NULL) {
        return respond_no_memory(request);
    }
    if (!complete) {
        MHD_destroy_response(response);
        return respond_no_memory(request);
    }
    if (request->closes && !add_header(response, MHD_HTTP_HEADER_CONNECTION, "close")) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    const enum MHD_Result queued = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Takes `text`. NULL when memory ran out. */
static struct MHD_Response *text_response(char *text, size_t length, const char *type)
{
    struct MHD_Response *const response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return NULL;
    }
    if (!respond_add_headers(response, type, true)) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
}

static struct MHD_Response *json_response(cJSON *json)
{
    char *const text = json == NULL ? NULL : cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (text == NULL) {
        return NULL;
    }
    return text_response(text, strlen(text), json_type);
}

enum MHD_Result respond_no_memory(struct request *request)
{
    struct MHD_Response *const response = MHD_create_response_from_buffer(
        sizeof out_of_memory - 1, (void *)(uintptr_t)out_of_memory, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return MHD_NO;
    }
    if (!respond_add_headers(response, json_type, true)) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    return respond_queue(request, MHD_HTTP_SERVICE_UNAVAILABLE, response, true);
}

enum MHD_Result respond_json(struct request *request, unsigned status, cJSON *json)
{
    return respond_queue(request, status, json_response(json), true);
}

enum MHD_Result respond_created(struct request *request, cJSON *json, const char *location)
{
    struct MHD_Response *const response = json_response(json);
    return respond_queue(request, MHD_HTTP_CREATED, response, add_header(response, MHD_HTTP_HEADER_LOCATION, location));
}

enum MHD_Result respond_queue_created(struct request *request, struct MHD_Response *response, const char *location)
{
    return respond_queue(request, MHD_HTTP_CREATED, response,
                         respond_add_headers(response, json_type, true) &&
                             add_header(response, MHD_HTTP_HEADER_LOCATION, location));
}

enum MHD_Result respond_text(struct request *request, const char *type, struct buf *text)
{
    const size_t length = text->length;
    char *const bytes = buf_take(text);
    return respond_queue(request, MHD_HTTP_OK, bytes == NULL ? NULL : text_response(bytes, length, type), true);
}

static ssize_t read_nothing(void *arg, uint64_t position, char *out, size_t most)
{
    (void)arg;
    (void)position;
    (void)out;
    (void)most;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

/* libmicrohttpd 0.9.75 ends the answer to HEAD with a last chunk ("0"), which the client reads as the beginning of the
 * next answer. This option disables chunks. */
enum MHD_Result respond_stream_head(struct request *request, const char *type, const char *filename)
{
    struct MHD_Response *const response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1, read_nothing, NULL, NULL);
    const bool complete =
        response != NULL &&
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END) == MHD_YES &&
        respond_add_headers(response, type, true) && (filename == NULL || respond_add_download(response, filename));
    return respond_queue(request, MHD_HTTP_OK, response, complete);
}

static bool add_allow(struct MHD_Response *response, const struct request *request)
{
    return request->allow[0] == '\0' || add_header(response, MHD_HTTP_HEADER_ALLOW, request->allow);
}

enum MHD_Result respond_empty(struct request *request, unsigned status)
{
    struct MHD_Response *const response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    return respond_queue(request, status, response,
                         respond_add_headers(response, NULL, true) && add_allow(response, request));
}

static struct problem problem_from(const struct err *err)
{
    switch (err->code) {
    case RESULT_INVALID:
        return (struct problem){MHD_HTTP_BAD_REQUEST, err->field[0] != '\0' ? "invalid_field" : "invalid_request",
                                *err};
    case RESULT_NOT_FOUND:
        return (struct problem){MHD_HTTP_NOT_FOUND, "not_found", *err};
    case RESULT_CONFLICT:
        return (struct problem){MHD_HTTP_CONFLICT, "conflict", *err};
    case RESULT_FORBIDDEN:
        return (struct problem){MHD_HTTP_FORBIDDEN, "forbidden", *err};
    case RESULT_FULL:
        return (struct problem){MHD_HTTP_TOO_MANY_REQUESTS, "full", *err};
    case RESULT_OK:
    case RESULT_NO_MEMORY:
    case RESULT_SYSTEM:
    case RESULT_STORE:
        break;
    }
    return (struct problem){MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable", *err};
}

enum MHD_Result respond_err(struct request *request, const struct err *err)
{
    const struct problem problem = problem_from(err);
    return respond_problem(request, &problem);
}

/* A message may quote input that was cut within a character, but JSON must be UTF-8. */
static bool add_utf8(cJSON *object, const char *name, const char *text)
{
    char clean[sizeof((struct err *)NULL)->message];
    utf8_copy(clean, sizeof clean, text);
    return json_add_text(object, name, clean);
}

static cJSON *problem_json(const struct problem *problem)
{
    cJSON *const json = cJSON_CreateObject();
    cJSON *const error = cJSON_AddObjectToObject(json, "error");
    return json_if(json_add_text(error, "code", problem->code) &&
                       (problem->err.field[0] == '\0' || add_utf8(error, "field", problem->err.field)) &&
                       add_utf8(error, "message", problem->err.message),
                   json);
}

/* Adds the header that the status requires (RFC 9110, 15.5.2, 15.5.6 and 15.6.4). */
static bool add_status_headers(struct MHD_Response *response, const struct request *request, unsigned status)
{
    if (status == MHD_HTTP_UNAUTHORIZED) {
        return add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"koneksi\"");
    }
    if (status == MHD_HTTP_TOO_MANY_REQUESTS || status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        return add_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    }
    return add_allow(response, request);
}

enum MHD_Result respond_problem(struct request *request, const struct problem *problem)
{
    struct MHD_Response *const response = json_response(problem_json(problem));
    return respond_queue(request, problem->status, response, add_status_headers(response, request, problem->status));
}

enum MHD_Result respond_full(struct request *request, const char *code, const char *what, unsigned most)
{
    struct problem full = {MHD_HTTP_SERVICE_UNAVAILABLE, code, {0}};
    err_set(&full.err, RESULT_FULL, "%u %s, which is the maximum", most, what);
    return respond_problem(request, &full);
}
