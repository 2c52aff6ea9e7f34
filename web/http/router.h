/* Which handler answers a request, found in a table {method, pattern, handler}. */
#ifndef KONEKSI_WEB_HTTP_ROUTER_H
#define KONEKSI_WEB_HTTP_ROUTER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;

enum route_access {
    ROUTE_TOKEN,  /* with the token, where one is set */
    ROUTE_PUBLIC, /* without it: what the dashboard needs before it has one */
    ROUTE_FILE,   /* as ROUTE_PUBLIC, and whatever its query string holds is ignored */
};

struct route {
    const char *method;
    const char *pattern; /* "/runs/{id}/cancel"; {id} is a positive decimal number */
    enum MHD_Result (*handle)(struct request *request);
    const char *const *parameters; /* of the query string, NULL-ended; NULL: none is known */
    enum route_access access;
};

/* The row of `table`, whose last row has no method, that answers. HEAD is answered by GET's row, and a file of the
 * dashboard has a row that is not in the table (it is public). `*id` is set when the pattern has one. NULL when there
 * is none. */
const struct route *router_find(const struct route *table, const char *method, const char *path, int64_t *id);

/* Writes what Allow says of a path: "GET, HEAD, OPTIONS". False when no row has that path. */
bool router_allow(const struct route *table, const char *path, char *allow, size_t size);

#endif
