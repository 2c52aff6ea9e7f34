/* Finds the handler of a request in a table {method, pattern, handler}. */
#ifndef KONEKSI_WEB_HTTP_ROUTER_H
#define KONEKSI_WEB_HTTP_ROUTER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;

enum route_access {
    ROUTE_TOKEN,  /* requires the token, where one is set */
    ROUTE_PUBLIC, /* requires no token: what the dashboard loads before it has one */
    ROUTE_FILE,   /* as ROUTE_PUBLIC, and the query string is ignored */
};

struct route {
    const char *method;
    const char *pattern; /* "/runs/{id}/cancel"; {id} is a positive decimal number */
    enum MHD_Result (*handle)(struct request *request);
    const char *const *parameters; /* of the query string, NULL-terminated; NULL: none */
    enum route_access access;
};

/* Finds the row of `table` that answers; the table ends with a row without a method. HEAD uses the row of GET. A file
 * of the dashboard has a public row that is not in the table. Sets *id when the pattern has {id}. NULL when there is no
 * row. */
const struct route *router_find(const struct route *table, const char *method, const char *path, int64_t *id);

/* Writes the value of Allow for a path: "GET, HEAD, OPTIONS". False when no row has that path. */
bool router_allow(const struct route *table, const char *path, char *allow, size_t size);

#endif
