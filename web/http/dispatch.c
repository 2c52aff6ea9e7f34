#include "web/http/dispatch.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/table.h"
#include "web/http/header_bytes.h"
#include "web/http/respond.h"
#include "web/http/router.h"

/* --- the headers that the guard checks --- */

static const struct {
    const char *name;
    size_t offset;
} guarded[] = {
    {"Host", offsetof(struct guard_headers, host)},
    {"Origin", offsetof(struct guard_headers, origin)},
    {"Sec-Fetch-Site", offsetof(struct guard_headers, sec_fetch_site)},
    {"Authorization", offsetof(struct guard_headers, authorization)},
    {"Content-Length", offsetof(struct guard_headers, content_length)},
    {"Transfer-Encoding", offsetof(struct guard_headers, transfer_encoding)},
};

struct head {
    struct guard_headers headers;
    bool adjoins; /* its parts, as header_bytes.h has it: libmicrohttpd 0.9 */
    struct header_bytes bytes;
};

static enum MHD_Result collect_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                      const char *value, size_t value_size)
{
    struct head *const head = arg;
    struct guard_headers *const headers = &head->headers;
    (void)kind;
    if (head->adjoins) {
        header_bytes_add(&head->bytes, name, name_size, value, value_size);
    }
    headers->malformed |= !guard_header_is_valid(name, name_size, value, value_size);
    for (size_t i = 0; i < COUNT_OF(guarded); i++) {
        if (strcasecmp(name, guarded[i].name) == 0) {
            struct guard_header *const header = (struct guard_header *)(void *)((char *)headers + guarded[i].offset);
            if (header->count++ == 0) {
                header->value = value == NULL ? "" : value;
            }
        }
    }
    return MHD_YES;
}

/* --- problems --- */

static void set_problem(struct request *request, unsigned status, const char *code)
{
    request->problem.status = status;
    request->problem.code = code;
}

/* False, and the problem's status and code are set, when `verdict` refuses the request. */
static bool check_verdict(struct request *request, enum guard_verdict verdict)
{
    static const struct {
        unsigned status;
        const char *code;
    } refusals[] = {
        [GUARD_MALFORMED] = {MHD_HTTP_BAD_REQUEST, "malformed"},
        [GUARD_BAD_HOST] = {MHD_HTTP_BAD_REQUEST, "invalid_host"},
        [GUARD_FORBIDDEN] = {MHD_HTTP_FORBIDDEN, "forbidden"},
        [GUARD_UNAUTHORIZED] = {MHD_HTTP_UNAUTHORIZED, "unauthorized"},
    };
    if (verdict != GUARD_PASS) {
        set_problem(request, refusals[verdict].status, refusals[verdict].code);
    }
    return verdict == GUARD_PASS;
}

/* A target begins with a slash (RFC 9112, 3.2.1) and contains no spaces and no bytes beyond ASCII (RFC 3986). */
static enum result check_target(const char *text, struct err *err)
{
    if (*text != '/') {
        return err_set(err, RESULT_INVALID, "the request target must be a path, such as /runs");
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at >= 0x7f) {
            return err_set(err, RESULT_INVALID, "the request target contains a byte that must be percent-encoded");
        }
    }
    return RESULT_OK;
}

static bool read_target(struct request *request)
{
    struct err *const err = &request->problem.err;
    const char *const query = request->query_text == NULL ? "" : request->query_text;
    const struct route *route = NULL;
    const bool ok =
        check_target(request->path, err) == RESULT_OK && query_decode(request->path, false, err) == RESULT_OK;
    if (ok) {
        route = router_find(request->http->routes, request->method, request->path, &request->id);
        request->route = route;
    }
    if (!ok || ((route == NULL || route->access != ROUTE_FILE) &&
                query_parse(query, strlen(query), &request->query, err) != RESULT_OK)) {
        if (err->code == RESULT_NO_MEMORY) {
            set_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable");
        } else {
            set_problem(request, MHD_HTTP_BAD_REQUEST, err->field[0] != '\0' ? "invalid_field" : "invalid_request");
        }
        return false;
    }
    return true;
}

static bool is_public(const struct request *request)
{
    int64_t id = 0;
    const char *const method = strcmp(request->method, "OPTIONS") == 0 ? "GET" : request->method;
    const struct route *const route = router_find(request->http->routes, method, request->path, &id);
    return route != NULL && route->access != ROUTE_TOKEN;
}

/* Sets the first problem. True when the body is too long to be read and dropped. */
static bool find_problem(struct request *request, const struct guard_headers *headers)
{
    struct err *const err = &request->problem.err;
    const struct guard *const guard = &request->http->guard;
    if (!check_verdict(request, guard_host(guard, headers, err)) || !read_target(request) ||
        (!is_public(request) && !check_verdict(request, guard_token(guard, headers, err))) ||
        !check_verdict(request, guard_origin(headers, request->method, err))) {
        return false;
    }
    uint64_t length = 0;
    if (headers->content_length.count == 1 &&
        query_digits(headers->content_length.value, strlen(headers->content_length.value), &length) &&
        length > REQUEST_BODY_MAX) {
        err_set(err, RESULT_INVALID, "the body has %llu bytes; at most %d are allowed", (unsigned long long)length,
                REQUEST_BODY_MAX);
        set_problem(request, MHD_HTTP_CONTENT_TOO_LARGE, "too_large");
        return length > REQUEST_DRAIN_MAX;
    }
    return false;
}

static void read_head(struct request *request, const char *version, struct guard_headers *headers)
{
    struct head head = {.headers.http_1_0 = strcmp(version, MHD_HTTP_VERSION_1_0) == 0,
                        .adjoins = strncmp(MHD_get_version(), "0.", 2) == 0};
    const struct request_line line = {request->method, request->raw_target, request->raw_target_end, version};
    if (head.adjoins) {
        header_bytes_begin(&head.bytes, &line);
    }
    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, collect_header, &head);
    const size_t size =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    head.headers.malformed |= head.adjoins && !header_bytes_end(&head.bytes, request->method + size);
    *headers = head.headers;
}

bool dispatch_admit(struct request *request, const char *method, const char *version)
{
    struct guard_headers headers;
    request->method = method;
    read_head(request, version, &headers);
    /* libmicrohttpd is lenient with the lines around the chunks, so that what follows them may be no request. */
    request->closes = headers.transfer_encoding.count > 0;
    const bool at_once = !check_verdict(request, guard_framing(&headers, &request->problem.err)) ||
                         find_problem(request, &headers) ||
                         (request->problem.status != 0 && request_header(request, MHD_HTTP_HEADER_EXPECT) != NULL);
    request->closes |= at_once; /* the bytes that follow are not a request */
    return at_once;
}

/* --- the answer --- */

static enum MHD_Result respond_no_route(struct request *request)
{
    struct problem problem = {MHD_HTTP_NOT_FOUND, "not_found", {0}};
    if (!router_allow(request->http->routes, request->path, request->allow, sizeof request->allow)) {
        err_set(&problem.err, RESULT_NOT_FOUND, "there is nothing at %.200s", request->path);
    } else if (strcmp(request->method, "OPTIONS") == 0) {
        return respond_empty(request, MHD_HTTP_NO_CONTENT);
    } else {
        problem.status = MHD_HTTP_METHOD_NOT_ALLOWED;
        problem.code = "method_not_allowed";
        err_set(&problem.err, RESULT_INVALID, "%.20s is not allowed here; use %s", request->method, request->allow);
    }
    return respond_problem(request, &problem);
}

enum MHD_Result dispatch(struct request *request)
{
    if (request->problem.status == 0 && request->received > REQUEST_BODY_MAX) {
        err_set(&request->problem.err, RESULT_INVALID, "the body has more than the %d bytes that are allowed",
                REQUEST_BODY_MAX);
        set_problem(request, MHD_HTTP_CONTENT_TOO_LARGE, "too_large");
    }
    if (request->problem.status != 0) {
        return respond_problem(request, &request->problem);
    }
    if (request->body.failed) {
        return respond_no_memory(request);
    }
    const struct route *const route = request->route;
    if (route == NULL) {
        return respond_no_route(request);
    }
    struct err err;
    if (query_check_known(&request->query, route->parameters, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return route->handle(request);
}
