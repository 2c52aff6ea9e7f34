#include "web/http/assets.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/table.h"
#include "web/http/respond.h"

#define ETAG_SIZE 24
#define PATH_SIZE 128
#define GZIP_ENDING ".gz"

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".json", "application/json"},
};

const struct embedded_file *assets_find(const char *path)
{
    const char *const wanted = strcmp(path, "/") == 0         ? "/index.html"
                               : strcmp(path, "/report") == 0 ? "/report.html"
                                                              : path;
    for (const struct embedded_file *file = embedded_static; file->path != NULL; file++) {
        if (wanted[0] == '/' && strcmp(file->path, wanted + 1) == 0) {
            return file;
        }
    }
    return NULL;
}

/* Whether the client takes gzip; one that lists it only to refuse it ("gzip;q=0", RFC 9110, 12.5.3) does not. */
static bool takes_gzip(const struct request *request)
{
    const char *const accepted = request_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    const char *const gzip = accepted != NULL ? strstr(accepted, "gzip") : NULL;
    return gzip != NULL && strncmp(gzip, "gzip;q=0", 8) != 0;
}

/* The twin that the build has compressed; NULL: there is none. */
static const struct embedded_file *compressed(const struct embedded_file *file)
{
    char path[PATH_SIZE];
    const int length = snprintf(path, sizeof path, "/%s" GZIP_ENDING, file->path);
    return length < (int)sizeof path ? assets_find(path) : NULL;
}

static const char *type_of(const char *path)
{
    const char *const dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < COUNT_OF(types); i++) {
        if (strcmp(dot, types[i].ending) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static void make_etag(const struct embedded_file *file, char etag[ETAG_SIZE])
{
    const uint64_t hash = hash_add(HASH_INIT, file->begin, (size_t)(file->end - file->begin));
    snprintf(etag, ETAG_SIZE, "\"%016llx\"", (unsigned long long)hash);
}

/* RFC 9110, 13.1.2: a list of tags or "*"; a weak one ("W/...") equals its strong form. */
static bool is_known(const struct request *request, const char *etag)
{
    const char *const known = request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return known != NULL && (strcmp(known, "*") == 0 || strstr(known, etag) != NULL);
}

/* False when memory ran out. */
static bool add_headers(struct MHD_Response *response, const struct embedded_file *file, bool small, const char *etag)
{
    return respond_add_headers(response, type_of(file->path), false) &&
           MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag) == MHD_YES &&
           MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING) == MHD_YES &&
           (!small || MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip") == MHD_YES);
}

enum MHD_Result assets_get(struct request *request)
{
    const struct embedded_file *const file = assets_find(request->path);
    if (file == NULL) {
        struct err err;
        err_set(&err, RESULT_NOT_FOUND, "this panel was built without its dashboard");
        return respond_err(request, &err);
    }
    char etag[ETAG_SIZE];
    const struct embedded_file *const small = takes_gzip(request) ? compressed(file) : NULL;
    const struct embedded_file *const sent = small != NULL ? small : file;
    make_etag(sent, etag);
    const bool known = is_known(request, etag);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(known ? 0 : (size_t)(sent->end - sent->begin),
                                        known ? NULL : (void *)(uintptr_t)sent->begin, MHD_RESPMEM_PERSISTENT);
    if (response != NULL && !add_headers(response, file, small != NULL, etag)) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return respond_queue(request, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}
