/* Evicts idle connections, so that silent ones cannot keep everybody else out: while more than EVICTION_BEGINS_AT are
 * open, each new connection closes the one that has waited longest without a whole request, unless that one has only
 * just arrived and there is still room. A connection that is being answered (an event stream: always) is never evicted.
 * Any thread may call. */
#ifndef KONEKSI_WEB_HTTP_IDLE_EVICTION_H
#define KONEKSI_WEB_HTTP_IDLE_EVICTION_H

#include <stdbool.h>

#include "base/err.h"

#define EVICTION_CONNECTIONS_MAX 64
#define EVICTION_BEGINS_AT 48

struct idle_eviction;

enum result eviction_create(struct idle_eviction **eviction, struct err *err) MUST_CHECK;
void eviction_destroy(struct idle_eviction *eviction);

/* A place for the connection; NULL when there is none, and then it is left alone. May shut another one down. */
struct eviction_entry *eviction_arrive(struct idle_eviction *eviction, int fd);

/* Whether it is being answered; no more after `eviction_leave`. A NULL place is nobody's. */
void eviction_busy(struct idle_eviction *eviction, struct eviction_entry *place, bool busy);

/* To be called before the descriptor is closed. */
void eviction_leave(struct idle_eviction *eviction, struct eviction_entry *place);

#endif
