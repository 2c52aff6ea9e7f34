/* Evicts idle connections, so that silent clients cannot keep others out. While EVICTION_BEGINS_AT or more are open,
 * each new connection closes the one that has waited longest for a complete request, unless that one is only a few
 * milliseconds old and there is room left. A connection that is being answered (an event stream always is) is never
 * evicted. Any thread may call. */
#ifndef KONEKSI_WEB_HTTP_IDLE_EVICTION_H
#define KONEKSI_WEB_HTTP_IDLE_EVICTION_H

#include <stdbool.h>

#include "base/err.h"

#define EVICTION_CONNECTIONS_MAX 64
#define EVICTION_BEGINS_AT 48

struct idle_eviction;

enum result eviction_create(struct idle_eviction **eviction, struct err *err) MUST_CHECK;
void eviction_destroy(struct idle_eviction *eviction);

/* Adds the connection, and may shut another one down. NULL when there is no free entry: the connection is then never
 * evicted. */
struct eviction_entry *eviction_add(struct idle_eviction *eviction, int fd);

/* Sets whether the connection is being answered; not after eviction_remove. `entry` may be NULL. */
void eviction_set_busy(struct idle_eviction *eviction, struct eviction_entry *entry, bool busy);

/* Call before the descriptor is closed. `entry` may be NULL. */
void eviction_remove(struct idle_eviction *eviction, struct eviction_entry *entry);

#endif
