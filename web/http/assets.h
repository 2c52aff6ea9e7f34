/* The dashboard's files, built into the program. */
#ifndef KONEKSI_WEB_HTTP_ASSETS_H
#define KONEKSI_WEB_HTTP_ASSETS_H

#include <microhttpd.h>
#include <stdbool.h>

#include "base/embed.h"

struct request;

/* The file at a path: "/" is index.html, "/js/app.js" is js/app.js. NULL when there is none. */
const struct embedded_file *assets_find(const char *path);

/* Whether the value of an Accept-Encoding header accepts gzip (RFC 9110, 12.5.3): "gzip", "x-gzip" or "*", unless its
 * weight is 0. */
bool assets_gzip_accepted(const char *accept_encoding);

/* Answers with a file of the dashboard and its ETag, compressed where the client accepts gzip. */
enum MHD_Result assets_get(struct request *request);

#endif
