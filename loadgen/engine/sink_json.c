#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loadgen/engine/sink.h"

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t count = write(fd, bytes, length);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        }
    }
    return true;
}

static bool flush(struct sink_json *json)
{
    const bool written = write_all(json->fd, json->pending, json->pending_length);
    json->pending_length = 0;
    return written;
}

static bool add_line(struct sink_json *json, const char *line, size_t length)
{
    if (length > sizeof json->pending - json->pending_length && !flush(json)) {
        return false;
    }
    if (length > sizeof json->pending) {
        return write_all(json->fd, line, length);
    }
    memcpy(json->pending + json->pending_length, line, length);
    json->pending_length += length;
    return true;
}

static bool write_line(struct sink *sink, const struct report_event *event)
{
    struct sink_json *const json = (struct sink_json *)sink;
    const bool waits = event->type == REPORT_ERROR || event->type == REPORT_LOG;
    char *const line = report_format(event);
    if (line == NULL) {
        sink->error_number = ENOMEM;
        return false;
    }
    const bool written = add_line(json, line, strlen(line)) && (waits || flush(json));
    sink->error_number = written ? 0 : errno;
    free(line);
    return written;
}

void sink_json_init(struct sink_json *json, int fd)
{
    json->sink = (struct sink){.write = write_line, .wants_details = true};
    json->fd = fd;
    json->pending_length = 0;
}
