/* Whom a run may load: the built-in TIME server, loopback, and what the allow-list names literally. */
#ifndef KONEKSI_SERVER_LAB_RUN_TARGET_H
#define KONEKSI_SERVER_LAB_RUN_TARGET_H

#include "base/net.h"

struct target {
    char address[NET_TEXT_SIZE]; /* numeric, for the load generator: what was checked is what is used */
    bool is_own;                 /* the built-in server, by whatever name */
};

/* Resolves `text` ("builtin" or HOST:PORT) for a built-in server that listens on `own`. `allowed` is NULL-ended or
 * NULL. Loopback is judged on the resolved address, never on the name. RESULT_INVALID, RESULT_FORBIDDEN: both name the
 * field "target". A name may have to be looked up, which can take seconds. */
enum result target_resolve(const char *text, const struct net_address *own, const char *const *allowed,
                           struct target *target, struct err *err) MUST_CHECK;

/* Whether the load generator takes source addresses all over 127.0.0.0/8 for it, so that no port range bounds it. */
bool target_spreads_sources(const struct target *target);

#endif
