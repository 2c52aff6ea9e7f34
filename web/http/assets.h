/* The dashboard's files, built into the program. */
#ifndef KONEKSI_WEB_HTTP_ASSETS_H
#define KONEKSI_WEB_HTTP_ASSETS_H

#include <microhttpd.h>

#include "base/embed.h"

struct request;

/* The file behind a path: "/" is index.html, "/js/app.js" js/app.js. NULL when there is none. */
const struct embedded_file *assets_find(const char *path);

/* The handler of the dashboard's files, with ETag and, where the client takes it, the compressed twin. */
enum MHD_Result assets_get(struct request *request);

#endif
