#include "web/http/stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "web/http/respond.h"

#define BLOCK_SIZE 16384

struct stream {
    struct MHD_Connection *connection;
    const struct stream_source *source;
    void *state;
    struct buf page;
    size_t sent; /* of the page */
};

static void stream_free(void *arg)
{
    struct stream *const stream = arg;
    stream->source->free(stream->state);
    buf_free(&stream->page);
    free(stream);
}

static enum result next_page(struct stream *stream, struct err *err)
{
    buf_clear(&stream->page);
    stream->sent = 0;
    const enum result result = stream->source->page(stream->state, &stream->page, err);
    if (result != RESULT_OK) {
        return result;
    }
    return stream->page.failed ? err_set(err, RESULT_NO_MEMORY, "the panel is out of memory") : RESULT_OK;
}

/* No last chunk follows, so that the client notices the missing part. libmicrohttpd 0.9.75 closes the connection but
 * frees its place only at the next event of its socket. The shutdown is an event; the client can still read what was
 * sent. */
static ssize_t cut_off(const struct stream *stream, const struct err *err)
{
    log_warning("web: a download was cut off: %s", err->message);
    shutdown(MHD_get_connection_info(stream->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, SHUT_RDWR);
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t stream_read(void *arg, uint64_t position, char *out, size_t most)
{
    (void)position;
    struct stream *const stream = arg;
    if (stream->sent == stream->page.length) {
        struct err err;
        const enum result result = next_page(stream, &err);
        if (result == RESULT_FULL) {
            return 0;
        }
        if (result != RESULT_OK) {
            return cut_off(stream, &err);
        }
        if (stream->page.length == 0) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
    }
    const size_t left = stream->page.length - stream->sent;
    const size_t taken = left < most ? left : most;
    memcpy(out, stream->page.bytes + stream->sent, taken);
    stream->sent += taken;
    return (ssize_t)taken;
}

enum MHD_Result stream_respond(struct request *request, const struct stream_source *source, void *state)
{
    struct stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        source->free(state);
        return respond_no_memory(request);
    }
    stream->connection = request->connection;
    stream->source = source;
    stream->state = state;
    struct err err;
    const bool has_body = strcmp(request->method, "HEAD") != 0;
    if (has_body && source->kind == STREAM_DOWNLOAD && !request_begin_download(request)) {
        stream_free(stream);
        return respond_full(request, "too_many_downloads", "downloads are under way", EVICTION_DOWNLOADS_MAX);
    }
    enum result result = source->open(state, request, &err);
    if (result == RESULT_OK) {
        result = next_page(stream, &err);
    }
    if (result != RESULT_OK && result != RESULT_FULL) {
        stream_free(stream);
        return respond_err(request, &err);
    }
    if (!has_body) {
        stream_free(stream);
        return respond_stream_head(request, source->type, source->filename);
    }
    struct MHD_Response *const response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, stream_read, stream, stream_free);
    if (response == NULL) {
        stream_free(stream);
        return respond_no_memory(request);
    }
    return respond_queue(request, MHD_HTTP_OK, response,
                         respond_add_headers(response, source->type, true) &&
                             (source->filename == NULL || respond_add_download(response, source->filename)));
}
