#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink.h"

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

static bool write_line(struct sink *sink, const struct report_event *event)
{
    const struct sink_json *const json = (const struct sink_json *)sink;
    char *const line = report_format(event);
    const bool written = line != NULL && write_all(json->fd, line, strlen(line));
    free(line);
    return written;
}

void sink_json_init(struct sink_json *json, int fd)
{
    *json = (struct sink_json){.sink = {.write = write_line, .wants_details = true}, .fd = fd};
}
