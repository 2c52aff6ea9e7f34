/* The events of the streams: numbered, in a bounded ring, which any number of readers follow at their own pace. Each
 * connection of an event stream (sse.h) is such a reader. Any thread may call. */
#ifndef KONEKSI_WEB_HTTP_LIVE_H
#define KONEKSI_WEB_HTTP_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define LIVE_EVENT_BYTES 65536 /* maximum length of an event's JSON */

struct live;

enum result live_create(struct live **live, struct err *err) MUST_CHECK;
void live_destroy(struct live *live);

/* What an event is about. */
struct live_subject {
    int64_t run;        /* 0: no run */
    int64_t experiment; /* 0: no experiment */
};

struct live_event {
    const char *name; /* outlives `live` */
    struct live_subject about;
    bool last;        /* of its subject: the run or the experiment is over */
    const char *json; /* without a line break; copied */
};

/* Publishes an event and wakes every subscriber. The ring keeps the newest 2,048 events and at most 8 MiB. An event
 * longer than LIVE_EVENT_BYTES, or for which memory runs out, is dropped, and its id is skipped. */
void live_publish(struct live *live, const struct live_event *event);

/* The id of the newest event, 0 when there is none. Ids begin at 1 at each start of the panel. */
uint64_t live_newest(struct live *live);

/* Appends the events after *cursor to `out` as an event stream ("id: 7\nevent: run\ndata: {...}\n\n"), up to about
 * `max_bytes`, and moves *cursor; only those about `about` unless it names neither. Events that have left the ring are
 * skipped. A cursor beyond the newest id, from before a restart, is moved to the newest. Returns whether anything was
 * appended. `last`, unless it is NULL, becomes whether the last event about `about` was passed, also one that was
 * dropped: nothing behind it is read then. With `out` NULL it only moves the cursor, for `last`. */
bool live_read(struct live *live, const struct live_subject *about, uint64_t *cursor, size_t max_bytes, struct buf *out,
               bool *last);

/* `wake(arg)` is called after each event, on the publisher's thread and under the lock of `live`: it must not call live
 * and not block. Returns a handle for live_unsubscribe, after which `wake` is not called again; NULL when memory ran
 * out. */
struct live_subscriber;
struct live_subscriber *live_subscribe(struct live *live, void (*wake)(void *arg), void *arg);
void live_unsubscribe(struct live *live, struct live_subscriber *subscriber);

#endif
