/* The events that streams are made of: numbered, in a bounded ring, from which any number of readers follow at their
 * own pace. Each connection of an event stream (sse.h) is such a reader. Any thread may call. */
#ifndef KONEKSI_WEB_HTTP_LIVE_H
#define KONEKSI_WEB_HTTP_LIVE_H

#include <stdint.h>

#include "base/buf.h"

#define LIVE_EVENT_BYTES 65536 /* of an event's JSON, at most */

struct live;

enum result live_create(struct live **live, struct err *err) MUST_CHECK;
void live_destroy(struct live *live);

/* Publishes one event of that name, a string that outlives `live`; `run` is the run's id, or 0 for an event of no run.
 * `json` is copied; it holds no line break and at most LIVE_EVENT_BYTES. The ring keeps the newest 2,048 events and at
 * most 8 MiB. Wakes every subscriber. When memory runs out the event is dropped and its id skipped. */
void live_publish(struct live *live, const char *name, int64_t run, const char *json);

/* Id of the newest event; ids begin at 1 in each life of the panel. 0: none yet. */
uint64_t live_newest(struct live *live);

/* Appends the events behind *cursor to `out` in the form of an event stream ("id: 7\nevent: run\ndata: {...}\n\n"),
 * those of `run` alone unless it is 0, until about `most` bytes, and moves *cursor. Events that fell out of the ring
 * are skipped. A cursor beyond the newest id (of an earlier life) starts at the newest. Returns whether anything was
 * appended. */
bool live_read(struct live *live, int64_t run, uint64_t *cursor, size_t most, struct buf *out);

/* `wake(arg)` is called from the publisher's thread, under live's lock, after each event: it must not call live and not
 * block. Returns a handle for live_unsubscribe, after whose return `wake` is not called again; NULL when memory ran
 * out. */
struct live_subscriber;
struct live_subscriber *live_subscribe(struct live *live, void (*wake)(void *arg), void *arg);
void live_unsubscribe(struct live *live, struct live_subscriber *subscriber);

#endif
