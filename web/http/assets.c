#include "web/http/assets.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/table.h"
#include "web/http/respond.h"

#define ETAG_SIZE 24
#define PATH_SIZE 128
#define GZIP_SUFFIX ".gz"

static const struct {
    const char *suffix;
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

/* Whether the element of Accept-Encoding whose coding has just been read has the weight 0: "; q=0.000" (RFC
 * 9110, 12.4.2). */
static bool has_zero_weight(const char *at)
{
    at += strspn(at, " \t");
    if (*at != ';') {
        return false;
    }
    at += 1 + strspn(at + 1, " \t");
    if (strncasecmp(at, "q=", 2) != 0) {
        return false;
    }
    at += 2;
    at += strspn(at, "0.");
    return *at < '1' || *at > '9';
}

static bool is_coding(const char *name, size_t length, const char *coding)
{
    return length == strlen(coding) && strncasecmp(name, coding, length) == 0;
}

bool assets_gzip_accepted(const char *accept_encoding)
{
    bool wildcard = false;
    for (const char *at = accept_encoding; *at != '\0'; at += strcspn(at, ",")) {
        at += strspn(at, ", \t");
        const size_t length = strcspn(at, ",; \t");
        const bool accepted = !has_zero_weight(at + length);
        if (is_coding(at, length, "gzip") || is_coding(at, length, "x-gzip")) {
            return accepted;
        }
        wildcard = is_coding(at, length, "*") ? accepted : wildcard;
    }
    return wildcard;
}

/* The gzip form that the build made of the file; NULL when there is none. */
static const struct embedded_file *compressed(const struct embedded_file *file)
{
    char path[PATH_SIZE];
    const int length = snprintf(path, sizeof path, "/%s" GZIP_SUFFIX, file->path);
    return length < (int)sizeof path ? assets_find(path) : NULL;
}

static const char *type_of(const char *path)
{
    const char *const dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < COUNT_OF(types); i++) {
        if (strcmp(dot, types[i].suffix) == 0) {
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

/* If-None-Match is a list of tags or "*"; a weak tag (W/"...") matches its strong form (RFC 9110, 13.1.2). */
static bool matches_etag(const struct request *request, const char *etag)
{
    const char *const tags = request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return tags != NULL && (strcmp(tags, "*") == 0 || strstr(tags, etag) != NULL);
}

/* False when memory ran out. */
static bool add_headers(struct MHD_Response *response, const struct embedded_file *file, bool gzip, const char *etag)
{
    return respond_add_headers(response, type_of(file->path), false) &&
           MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag) == MHD_YES &&
           MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING) == MHD_YES &&
           (!gzip || MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip") == MHD_YES);
}

enum MHD_Result assets_get(struct request *request)
{
    const struct embedded_file *const file = assets_find(request->path);
    if (file == NULL) {
        struct err err;
        err_set(&err, RESULT_NOT_FOUND, "the dashboard is missing: this panel was built without the files of static/");
        return respond_err(request, &err);
    }
    char etag[ETAG_SIZE];
    const char *const encodings = request_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    const struct embedded_file *const gzip =
        encodings != NULL && assets_gzip_accepted(encodings) ? compressed(file) : NULL;
    const struct embedded_file *const sent = gzip != NULL ? gzip : file;
    make_etag(sent, etag);
    const bool unchanged = matches_etag(request, etag);
    struct MHD_Response *const response =
        MHD_create_response_from_buffer(unchanged ? 0 : (size_t)(sent->end - sent->begin),
                                        unchanged ? NULL : (void *)(uintptr_t)sent->begin, MHD_RESPMEM_PERSISTENT);
    return respond_queue(request, unchanged ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response,
                         response != NULL && add_headers(response, file, gzip != NULL, etag));
}
