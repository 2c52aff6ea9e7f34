/* Event streams (https://html.spec.whatwg.org/multipage/server-sent-events.html): connections that follow lab/live.
 *
 * A stream with nothing to say is suspended, so that it costs no thread; one thread of this module resumes all when
 * something was published, and once a second to see to heartbeats and to readers that have gone. */
#ifndef KONEKSI_WEB_HTTP_SSE_H
#define KONEKSI_WEB_HTTP_SSE_H

#include <microhttpd.h>

#include "web/http/live.h"

#define SSE_STREAMS_MOST 32 /* half of all connections: the rest stays for questions */

struct request;
struct sse;

/* Starts the thread and subscribes to `live`. */
enum result sse_start(struct live *live, uint32_t heartbeat_ms, struct sse **sse, struct err *err) MUST_CHECK;

/* Ends every stream and refuses new ones; joins the thread. Needed before libmicrohttpd's daemon is stopped. */
void sse_close(struct sse *sse);

/* After sse_close, when the daemon is stopped and so every stream is freed. */
void sse_free(struct sse *sse);

/* Appends the state as it is now, as events without ids, to a stream that has caught up with `live`. */
typedef void sse_snapshot(const struct request *request, struct buf *out);

struct sse_options {
    int64_t run;            /* events of this run alone; 0: all */
    bool resumed;           /* whether `after` is known */
    uint64_t after;         /* id of the last event that the client has */
    sse_snapshot *snapshot; /* called on the connection's thread */
};

/* Answers the request with a stream; 503 when there are too many. */
enum MHD_Result sse_respond(struct request *request, const struct sse_options *options);

/* Appends one event without an id. */
void sse_append(struct buf *out, const char *event, const char *json);

#endif
