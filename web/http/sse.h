/* Event streams (https://html.spec.whatwg.org/multipage/server-sent-events.html): connections that follow live.h.
 *
 * A stream that has nothing to send is suspended, so that it occupies no thread. One thread of this module resumes all
 * streams when an event was published, and once a second to send heartbeats and to notice clients that closed their
 * connection. */
#ifndef KONEKSI_WEB_HTTP_SSE_H
#define KONEKSI_WEB_HTTP_SSE_H

#include <cjson/cJSON.h>
#include <microhttpd.h>

#include "web/http/live.h"

#define SSE_STREAMS_MAX 32 /* half of all connections; the rest is for other requests */

struct request;
struct sse;

/* Starts the thread and subscribes to `live`. */
enum result sse_start(struct live *live, uint32_t heartbeat_ms, struct sse **sse, struct err *err) MUST_CHECK;

/* Ends every stream, refuses new ones and joins the thread. Call before libmicrohttpd's daemon is stopped. */
void sse_close(struct sse *sse);

/* Call after sse_close and after the daemon has stopped, which frees every stream. */
void sse_free(struct sse *sse);

/* Appends the current state, as events without ids. Called when the stream has caught up with `live`. Returns whether
 * what the stream is about is over: nothing more comes then. */
typedef bool sse_snapshot(const struct request *request, struct buf *out);

struct sse_options {
    int64_t run;            /* only the events of this run, up to its end; 0: all, for ever */
    bool resumed;           /* `after` is known */
    uint64_t after;         /* id of the last event that the client received */
    sse_snapshot *snapshot; /* called on the connection's thread */
};

/* Answers the request with a stream; 503 when SSE_STREAMS_MAX are open. */
enum MHD_Result sse_respond(struct request *request, const struct sse_options *options);

/* An answer that waits until a run or an experiment is over. It takes the place of a stream. */
struct sse_wait {
    struct live_subject about;
    uint32_t most_ms;       /* then it answers all the same */
    sse_snapshot *snapshot; /* appends the answer, JSON, as it is now; returns whether the subject is over */
    const char *location;   /* of the answer's header */
};

/* Answers 201 with what `snapshot` appends, as soon as the subject is over; at once when no stream is free. */
enum MHD_Result sse_respond_at_end(struct request *request, const struct sse_wait *wait);

/* Appends one event without an id and deletes `json`. `out` fails when `json` is NULL or memory runs out. */
void sse_append(struct buf *out, const char *event, cJSON *json);

#endif
