#include "web/http/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "web/http/respond.h"

#define BLOCK_SIZE 16384

struct stream {
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
    if (stream->source->page(stream->state, &stream->page, err) != RESULT_OK) {
        return err->code;
    }
    return stream->page.failed ? err_set(err, RESULT_NO_MEMORY, "the panel is out of memory") : RESULT_OK;
}

static ssize_t stream_read(void *arg, uint64_t position, char *out, size_t most)
{
    (void)position;
    struct stream *const stream = arg;
    if (stream->sent == stream->page.length) {
        struct err err;
        if (next_page(stream, &err) != RESULT_OK) {
            log_error("web: a download was aborted: %s", err.message);
            return MHD_CONTENT_READER_END_WITH_ERROR;
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
    stream->source = source;
    stream->state = state;
    struct err err;
    if (next_page(stream, &err) != RESULT_OK) {
        stream_free(stream);
        return respond_err(request, &err);
    }
    if (strcmp(request->method, "HEAD") == 0) {
        stream_free(stream);
        return respond_stream_head(request, source->type, source->filename);
    }
    if (!request_begin_download(request)) {
        stream_free(stream);
        return respond_full(request, "too_many_downloads", "downloads are under way", EVICTION_DOWNLOADS_MAX);
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
