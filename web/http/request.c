#include "web/http/request.h"

#include <stdlib.h>
#include <string.h>

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
