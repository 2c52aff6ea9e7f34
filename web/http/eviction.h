/* Evicts connections whose client is too slow, so that nobody keeps others out by sending or reading nothing.
 *
 * Each connection has a credit of time, at first EVICTION_CREDIT_MS. It falls while the client's turn lasts: to send a
 * request, or to read what was sent to it. Each byte that the client's kernel sends or acknowledges adds to it, so that
 * a client of at least EVICTION_BYTES_PER_S keeps its connection and any other loses it when the credit is used up, on
 * every route. A complete request restores the credit only when all earlier answers were read: requests that are
 * pipelined by a client that reads nothing are no progress.
 *
 * The kernel of a slow client takes megabytes of a download in advance, then nothing until the client has read them: it
 * paused for 26 s and more at 64 kB/s. So a download of which the client has read more than its kernel takes by itself
 * can earn up to EVICTION_PAUSE_MS more, and is not taken for slower than one that just came.
 *
 * While EVICTION_CLOSES_AT or more connections are open, each closes after its answer, so that clients that always have
 * a further request keep neither the threads busy nor their places for ever. While EVICTION_BEGINS_AT or more are open,
 * each new one also evicts the one with the least credit, unless that one is only a few milliseconds old and there is
 * room left. A connection that waits for the panel, as an event stream does that has been read to its end, loses no
 * credit and is never evicted. So event streams (SSE_STREAMS_MAX) and downloads (EVICTION_DOWNLOADS_MAX) leave the
 * other places free. Any thread may call. */
#ifndef KONEKSI_WEB_HTTP_EVICTION_H
#define KONEKSI_WEB_HTTP_EVICTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define EVICTION_CONNECTIONS_MAX 64
#define EVICTION_CLOSES_AT 16
#define EVICTION_BEGINS_AT 48
#define EVICTION_DOWNLOADS_MAX 16
#define EVICTION_CREDIT_MS 15000
#define EVICTION_PAUSE_MS 120000 /* 6 MB, the most that a kernel takes by default, at 64 kB/s */
#define EVICTION_BYTES_PER_S 1024

struct eviction;
struct eviction_entry;

enum eviction_turn {
    EVICTION_CLIENT_SENDS, /* a request */
    EVICTION_PANEL_WORKS,  /* a handler runs: never evicted */
    EVICTION_CLIENT_READS, /* an answer; what has been read to its end waits for the panel and is never evicted */
};

/* Starts the thread that watches the rates. `credit_ms` is EVICTION_CREDIT_MS but in tests. */
enum result eviction_create(uint32_t credit_ms, struct eviction **eviction, struct err *err) MUST_CHECK;
void eviction_destroy(struct eviction *eviction);

/* Adds a connected TCP socket, and may evict another connection. NULL when there is no free entry: the connection is
 * then never evicted. */
struct eviction_entry *eviction_add(struct eviction *eviction, int fd);

/* Sets whose turn it is; not after eviction_remove. `entry` may be NULL. */
void eviction_set_turn(struct eviction *eviction, struct eviction_entry *entry, enum eviction_turn turn);

/* True when the connection must close after its next answer: because its client has left much of the earlier ones
 * unread (UNREAD_MOST), or because EVICTION_CLOSES_AT or more connections are open. */
bool eviction_must_close(struct eviction *eviction, const struct eviction_entry *entry);

/* Begins a download, which lasts until the turn has passed to EVICTION_CLIENT_SENDS and all was read. When
 * EVICTION_DOWNLOADS_MAX are under way, the slowest is evicted if its client has fallen behind; else the result is
 * false: there is no room for another. */
bool eviction_begin_download(struct eviction *eviction, struct eviction_entry *entry) MUST_CHECK;

/* The number of connections evicted since the start. */
uint64_t eviction_count(struct eviction *eviction);

/* Call before the descriptor is closed. `entry` may be NULL. */
void eviction_remove(struct eviction *eviction, struct eviction_entry *entry);

#endif
