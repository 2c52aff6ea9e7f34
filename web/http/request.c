#include "web/http/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Keys of one object: more than any valid body has, and few enough to compare all pairs. */
#define KEYS_MAX 64

struct request *request_create(const struct http_context *http, struct MHD_Connection *connection, const char *uri)
{
    struct request *const request = calloc(1, sizeof *request);
    if (request == NULL) {
        return NULL;
    }
    request->connection = connection;
    request->http = http;
    request->app = http->app;
    request->raw_target = uri;
    request->raw_target_end = uri + strlen(uri);
    request->target = strdup(uri);
    if (request->target == NULL) {
        free(request);
        return NULL;
    }
    request->path = request->target;
    request->query_text = strchr(request->target, '?');
    if (request->query_text != NULL) {
        *request->query_text++ = '\0';
    }
    return request;
}

void request_free(struct request *request)
{
    if (request == NULL) {
        return;
    }
    query_free(&request->query);
    buf_free(&request->body);
    free(request->target);
    free(request);
}

static struct eviction_entry *eviction_entry(const struct request *request)
{
    return MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void set_turn(const struct request *request, enum eviction_turn turn)
{
    eviction_set_turn(request->http->eviction, eviction_entry(request), turn);
}

void request_begin_answer(struct request *request)
{
    request->answering = true;
    set_turn(request, EVICTION_PANEL_WORKS);
    request->closes |= eviction_must_close(request->http->eviction, eviction_entry(request));
}

void request_answer_queued(struct request *request)
{
    set_turn(request, EVICTION_CLIENT_READS);
}

void request_completed(struct request *request)
{
    set_turn(request, EVICTION_CLIENT_SENDS);
}

bool request_begin_download(const struct request *request)
{
    return eviction_begin_download(request->http->eviction, eviction_entry(request));
}

uint64_t request_evictions(const struct request *request)
{
    return eviction_count(request->http->eviction);
}

bool request_feed(struct request *request, const char *bytes, size_t length)
{
    request->received += length;
    if (request->received <= REQUEST_BODY_MAX && request->problem.status == 0) {
        buf_append(&request->body, bytes, length);
    } else {
        buf_free(&request->body);
    }
    return request->received <= REQUEST_DRAIN_MAX;
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* Compares a media type without its parameters ("; charset=utf-8"). */
static bool is_type(const char *value, const char *type)
{
    const size_t length = strcspn(value, "; \t");
    return length == strlen(type) && strncasecmp(value, type, length) == 0;
}

enum result request_body_kind(const struct request *request, enum request_body *kind, struct err *err)
{
    const char *const type = request_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    *kind = REQUEST_BODY_FORM;
    if (type == NULL || is_type(type, "application/x-www-form-urlencoded")) {
        return RESULT_OK;
    }
    *kind = REQUEST_BODY_JSON;
    if (is_type(type, "application/json")) {
        return RESULT_OK;
    }
    return err_set(err, RESULT_INVALID, "send application/json or application/x-www-form-urlencoded");
}

/* A C string ends at U+0000: the value would be stored truncated. */
static bool has_escaped_nul(const char *text)
{
    static const char nul[] = "u0000";
    for (const char *at = strchr(text, '\\'); at != NULL; at = strchr(at, '\\')) {
        if (strncmp(at + 1, nul, sizeof nul - 1) == 0) {
            return true;
        }
        at += at[1] != '\0' ? 2 : 1;
    }
    return false;
}

/* The parser bounds the depth (CJSON_NESTING_LIMIT). */
static enum result check_keys(const cJSON *json, struct err *err)
{
    size_t count = 0;
    for (const cJSON *each = json->child; each != NULL; each = each->next) {
        if (cJSON_IsObject(json)) {
            if (++count > KEYS_MAX) {
                return err_set(err, RESULT_INVALID, "an object has more than %d fields", KEYS_MAX);
            }
            for (const cJSON *other = json->child; other != each; other = other->next) {
                if (strcmp(other->string, each->string) == 0) {
                    return err_field(err, each->string, "%.100s is given more than once", each->string);
                }
            }
        }
        if (check_keys(each, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

enum result request_json(const struct request *request, cJSON **json, struct err *err)
{
    const struct buf *const body = &request->body;
    if (body->length == 0) {
        return err_set(err, RESULT_INVALID, "the body is empty");
    }
    if (!query_is_utf8(body->bytes, body->length) || has_escaped_nul(body->bytes)) {
        return err_set(err, RESULT_INVALID, "the body is not UTF-8, or contains U+0000");
    }
    const char *end = NULL;
    errno = 0; /* cJSON reports running out of memory as invalid JSON; malloc(3) sets errno */
    cJSON *const parsed = cJSON_ParseWithLengthOpts(body->bytes, body->length + 1, &end, true);
    if (parsed == NULL && errno == ENOMEM) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    if (parsed == NULL) {
        const size_t offset = end == NULL ? 0 : (size_t)(end - body->bytes);
        return err_set(err, RESULT_INVALID, "the body is not valid JSON; the error is near byte %zu", offset);
    }
    if (!cJSON_IsObject(parsed)) {
        cJSON_Delete(parsed);
        return err_set(err, RESULT_INVALID, "the body must be a JSON object");
    }
    if (check_keys(parsed, err) != RESULT_OK) {
        cJSON_Delete(parsed);
        return err->code;
    }
    *json = parsed;
    return RESULT_OK;
}
