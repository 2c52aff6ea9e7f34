#include "web/http/sse.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/sync.h"
#include "web/http/respond.h"

#define BLOCK_SIZE 16384
#define READ_BYTES 32768
/* How often all streams are resumed when nothing is published: for heartbeats, and to notice clients that closed their
 * connection. */
#define TICK_NS NS_PER_S
/* Pause between two rounds of resuming. It bounds the cost of a flood of events and is too short to be noticed. */
#define GAP_NS (10 * NS_PER_MS)

struct sse_stream {
    struct sse *sse;
    struct request *request; /* lives until the response is over */
    sse_snapshot *snapshot;
    struct live_subject about;
    bool waits; /* sse_respond_at_end: nothing is sent before the end, and then only the snapshot */
    uint64_t cursor;
    uint64_t heartbeat_ns; /* when the next one is due; of one that waits, when its time is up */
    bool snapshot_sent;
    bool last; /* nothing follows what is pending */
    struct buf pending;
    size_t sent;
    bool suspended; /* set by stream_read; under the mutex */
    struct sse_stream *next;
};

struct sse {
    struct live *live;
    struct live_subscriber *subscriber;
    uint64_t heartbeat_ns;
    pthread_t thread;
    pthread_mutex_t mutex; /* taken under live's lock; nothing of live is called under it */
    pthread_cond_t changed;
    uint64_t published; /* counts the calls of `wake` */
    bool closing;
    size_t count;
    struct sse_stream *streams;
};

/* --- the thread that resumes streams --- */

static void wake(void *arg)
{
    struct sse *const sse = arg;
    pthread_mutex_lock(&sse->mutex);
    sse->published++;
    pthread_cond_signal(&sse->changed);
    pthread_mutex_unlock(&sse->mutex);
}

static void resume_all(struct sse *sse)
{
    for (struct sse_stream *stream = sse->streams; stream != NULL; stream = stream->next) {
        if (stream->suspended) {
            stream->suspended = false;
            MHD_resume_connection(stream->request->connection);
        }
    }
}

/* Waits until `deadline_ns`, until sse_close or, unless `seen` is NULL, until an event is published. */
static void wait_until(struct sse *sse, uint64_t deadline_ns, const uint64_t *seen)
{
    const struct timespec deadline = clock_timespec(deadline_ns);
    while (!sse->closing && (seen == NULL || sse->published == *seen)) {
        if (pthread_cond_timedwait(&sse->changed, &sse->mutex, &deadline) == ETIMEDOUT) {
            return;
        }
    }
}

static void *resume_loop(void *arg)
{
    struct sse *const sse = arg;
    pthread_mutex_lock(&sse->mutex);
    while (!sse->closing) {
        const uint64_t seen = sse->published;
        resume_all(sse);
        const uint64_t now = clock_now_ns();
        wait_until(sse, now + GAP_NS, NULL);
        wait_until(sse, now + (sse->heartbeat_ns < TICK_NS ? sse->heartbeat_ns : TICK_NS), &seen);
    }
    resume_all(sse);
    pthread_mutex_unlock(&sse->mutex);
    return NULL;
}

/* --- one stream --- */

void sse_append(struct buf *out, const char *event, cJSON *json)
{
    buf_printf(out, "event: %s\ndata: ", event);
    json_write(out, json);
    buf_text(out, "\n\n");
}

/* libmicrohttpd does not watch a suspended connection: it would notice the client's end only at the second write. */
static bool client_closed(const struct sse_stream *stream)
{
    const union MHD_ConnectionInfo *const info =
        MHD_get_connection_info(stream->request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd end = {.fd = info == NULL ? -1 : info->connect_fd, .events = POLLRDHUP};
    return poll(&end, 1, 0) == 1;
}

/* Appends what can be sent now. */
static void refill_events(struct sse_stream *stream)
{
    const bool news =
        live_read(stream->sse->live, &stream->about, &stream->cursor, READ_BYTES, &stream->pending, &stream->last);
    if (!news && !stream->snapshot_sent) {
        stream->snapshot_sent = true;
        stream->last |= stream->snapshot(stream->request, &stream->pending);
    }
    if (clock_now_ns() < stream->heartbeat_ns || stream->last) {
        return;
    }
    buf_text(&stream->pending, ": heartbeat\n\n");
    stream->heartbeat_ns = clock_now_ns() + stream->sse->heartbeat_ns;
    if (stream->about.run != 0 && !news) { /* the ring may have dropped its last event before this reader came to it */
        stream->last = stream->snapshot(stream->request, &stream->pending);
    }
}

/* The events only tell when to look. The first look is without one: it may have ended before it was waited for. */
static void refill_at_end(struct sse_stream *stream, bool closing)
{
    bool over = false;
    (void)live_read(stream->sse->live, &stream->about, &stream->cursor, 0, NULL, &over);
    const bool must_answer = over || closing || clock_now_ns() >= stream->heartbeat_ns;
    if (must_answer || !stream->snapshot_sent) {
        stream->snapshot_sent = true;
        stream->last = stream->snapshot(stream->request, &stream->pending) || must_answer;
    }
    if (!stream->last) {
        buf_clear(&stream->pending);
    }
}

static void refill(struct sse_stream *stream, bool closing)
{
    buf_clear(&stream->pending);
    stream->sent = 0;
    if (stream->waits) {
        refill_at_end(stream, closing);
    } else {
        refill_events(stream);
    }
}

/* Suspends the connection unless an event was published since `seen` was read. False: read again. */
static bool suspend(struct sse_stream *stream, uint64_t seen)
{
    struct sse *const sse = stream->sse;
    pthread_mutex_lock(&sse->mutex);
    const bool quiet = sse->published == seen && !sse->closing;
    if (quiet) {
        stream->suspended = true;
        MHD_suspend_connection(stream->request->connection);
    }
    pthread_mutex_unlock(&sse->mutex);
    return quiet;
}

static bool read_state(struct sse *sse, uint64_t *published)
{
    pthread_mutex_lock(&sse->mutex);
    const bool open = !sse->closing;
    *published = sse->published;
    pthread_mutex_unlock(&sse->mutex);
    return open;
}

/* Every end is orderly, because the client of an event stream comes again after any end. When a reader fails,
 * libmicrohttpd 0.9.75 closes the connection, but its place stays taken until the next event of its socket. */
static ssize_t stream_read(void *arg, uint64_t position, char *out, size_t most)
{
    (void)position;
    struct sse_stream *const stream = arg;
    while (stream->sent == stream->pending.length) {
        uint64_t published = 0;
        const bool closing = !read_state(stream->sse, &published);
        if (stream->last || (closing && !stream->waits) || client_closed(stream)) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        refill(stream, closing);
        if (stream->pending.failed || (stream->last && stream->pending.length == 0)) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        if (stream->pending.length == 0 && suspend(stream, published)) {
            return 0;
        }
    }
    const size_t left = stream->pending.length - stream->sent;
    const size_t taken = left < most ? left : most;
    memcpy(out, stream->pending.bytes + stream->sent, taken);
    stream->sent += taken;
    return (ssize_t)taken;
}

static void stream_free(void *arg)
{
    struct sse_stream *const stream = arg;
    struct sse *const sse = stream->sse;
    pthread_mutex_lock(&sse->mutex);
    for (struct sse_stream **link = &sse->streams; *link != NULL; link = &(*link)->next) {
        if (*link == stream) {
            *link = stream->next;
            sse->count--;
            break;
        }
    }
    pthread_mutex_unlock(&sse->mutex);
    buf_free(&stream->pending);
    free(stream);
}

static bool add_stream(struct sse *sse, struct sse_stream *stream)
{
    pthread_mutex_lock(&sse->mutex);
    const bool room = sse->count < SSE_STREAMS_MAX && !sse->closing;
    if (room) {
        stream->next = sse->streams;
        sse->streams = stream;
        sse->count++;
    }
    pthread_mutex_unlock(&sse->mutex);
    return room;
}

/* A new client gets an id at once, so that it misses nothing even when it is disconnected before the first event. */
static struct sse_stream *stream_create(struct sse *sse, struct request *request, const struct sse_options *options)
{
    struct sse_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return NULL;
    }
    const uint64_t newest = live_newest(sse->live);
    const bool resumes = options->resumed && options->after <= newest;
    *stream = (struct sse_stream){.sse = sse,
                                  .request = request,
                                  .snapshot = options->snapshot,
                                  .about.run = options->run,
                                  .cursor = resumes ? options->after : newest,
                                  .heartbeat_ns = clock_now_ns() + sse->heartbeat_ns};
    buf_text(&stream->pending, "retry: 1000\n");
    if (!resumes) {
        buf_printf(&stream->pending, "id: %llu\n", (unsigned long long)newest);
    }
    buf_text(&stream->pending, "\n");
    return stream;
}

/* Takes the stream. NULL: out of memory. */
static struct MHD_Response *response_of(struct sse_stream *stream)
{
    struct MHD_Response *const response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, stream_read, stream, stream_free);
    if (response == NULL) {
        stream_free(stream);
    }
    return response;
}

enum MHD_Result sse_respond(struct request *request, const struct sse_options *options)
{
    struct sse *const sse = request->http->sse;
    struct sse_stream *const stream = stream_create(sse, request, options);
    if (stream == NULL) {
        return respond_no_memory(request);
    }
    if (!add_stream(sse, stream)) {
        stream_free(stream);
        return respond_full(request, "too_many_streams", "event streams are open", SSE_STREAMS_MAX);
    }
    struct MHD_Response *const response = response_of(stream);
    return respond_queue(request, MHD_HTTP_OK, response, respond_add_headers(response, "text/event-stream", true));
}

/* Without `stream` it answers as it is now. */
static enum MHD_Result respond_now(struct request *request, const struct sse_wait *wait)
{
    struct buf text = BUF_INIT;
    (void)wait->snapshot(request, &text);
    const size_t length = text.length;
    char *const bytes = buf_take(&text);
    struct MHD_Response *const response =
        bytes != NULL ? MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
    if (response == NULL) {
        free(bytes);
    }
    buf_free(&text);
    return respond_queue_created(request, response, wait->location);
}

enum MHD_Result sse_respond_at_end(struct request *request, const struct sse_wait *wait)
{
    struct sse *const sse = request->http->sse;
    struct sse_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return respond_no_memory(request);
    }
    *stream = (struct sse_stream){.sse = sse,
                                  .request = request,
                                  .snapshot = wait->snapshot,
                                  .about = wait->about,
                                  .waits = true,
                                  .cursor = live_newest(sse->live),
                                  .heartbeat_ns = clock_now_ns() + wait->most_ms * NS_PER_MS};
    if (wait->most_ms == 0 || !add_stream(sse, stream)) {
        stream_free(stream);
        return respond_now(request, wait);
    }
    return respond_queue_created(request, response_of(stream), wait->location);
}

/* --- life --- */

enum result sse_start(struct live *live, uint32_t heartbeat_ms, struct sse **out, struct err *err)
{
    struct sse *const sse = calloc(1, sizeof *sse);
    if (sse == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    sse->live = live;
    sse->heartbeat_ns = heartbeat_ms * NS_PER_MS;
    if (sync_init(&sse->mutex, &sse->changed, err) != RESULT_OK) {
        free(sse);
        return err->code;
    }
    sse->subscriber = live_subscribe(live, wake, sse);
    if (sse->subscriber == NULL) {
        err_set(err, RESULT_NO_MEMORY, "out of memory");
        goto fail;
    }
    const int status = pthread_create(&sse->thread, NULL, resume_loop, sse);
    if (status != 0) {
        err_system(err, status, "cannot create the thread of the event streams");
        goto fail;
    }
    *out = sse;
    return RESULT_OK;
fail:
    if (sse->subscriber != NULL) {
        live_unsubscribe(live, sse->subscriber);
    }
    sse_free(sse);
    return err->code;
}

void sse_close(struct sse *sse)
{
    pthread_mutex_lock(&sse->mutex);
    sse->closing = true;
    pthread_cond_signal(&sse->changed);
    pthread_mutex_unlock(&sse->mutex);
    pthread_join(sse->thread, NULL);
    live_unsubscribe(sse->live, sse->subscriber);
}

void sse_free(struct sse *sse)
{
    sync_destroy(&sse->mutex, &sse->changed);
    free(sse);
}
