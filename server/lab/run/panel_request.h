/* One GET request to another panel. Opens and closes a socket. */
#ifndef KONEKSI_SERVER_LAB_RUN_PANEL_REQUEST_H
#define KONEKSI_SERVER_LAB_RUN_PANEL_REQUEST_H

#include <cjson/cJSON.h>

#include "base/net.h"

struct panel_address {
    struct net_address address;
    char host[NET_TEXT_SIZE]; /* for the header */
    char *token;              /* NULL: none */
};

/* GETs `path`, whose answer is JSON, until `until_ns` (CLOCK_MONOTONIC) at the latest. The caller deletes *json.
 * RESULT_SYSTEM: no connection, no answer in time, or another status than 200, which the message names. */
enum result panel_request(const struct panel_address *panel, const char *path, uint64_t until_ns, cJSON **json,
                          struct err *err) MUST_CHECK;

#endif
