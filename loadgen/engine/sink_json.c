#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/output.h"
#include "loadgen/engine/sink.h"

/* What may wait for a reader that does not read. */
#define PENDING_MOST ((size_t)256 * 1024)

/* What the reader takes now. */
static bool flush_some(struct sink_json *json)
{
    ssize_t count = 1;
    while (json->pending.length > 0 && count > 0) {
        count = output_some(json->fd, json->pending.bytes, json->pending.length, 0);
        buf_consume(&json->pending, count > 0 ? (size_t)count : 0);
    }
    return count >= 0;
}

static bool flush_all(struct sink_json *json)
{
    const bool written = output_all(json->fd, json->pending.bytes, json->pending.length);
    buf_clear(&json->pending);
    return written;
}

/* False: memory ran out. Where address space is what stops the clients there is none: a line that does not fit into the
 * memory that is there makes those before it go first. */
static bool add(struct sink_json *json, const struct report_event *event, bool may_drop)
{
    if (!report_format(event, &json->line)) {
        return false;
    }
    const size_t length = json->line.length;
    if (may_drop && json->pending.length + length >= json->pending.capacity) {
        (void)flush_some(json); /* whoever writes next finds out why it failed */
    }
    if (may_drop && json->pending.length + length > PENDING_MOST) {
        json->dropped++;
    } else {
        buf_append(&json->pending, json->line.bytes, length);
    }
    return !json->pending.failed;
}

static bool add_notice(struct sink_json *json)
{
    struct report_event event = {.type = REPORT_LOG, .log.at_us = json->at_us};
    snprintf(event.log.text, sizeof event.log.text,
             "%" PRIu64 " lines of this report were dropped, because nobody read them", json->dropped);
    return add(json, &event, false);
}

static bool write_line(struct sink *sink, const struct report_event *event)
{
    struct sink_json *const json = (struct sink_json *)sink;
    const bool waits = event->type == REPORT_ERROR || event->type == REPORT_LOG;
    const bool live = waits || event->type == REPORT_SAMPLE || event->type == REPORT_USAGE;
    const bool may_drop = live && event->type != REPORT_USAGE; /* these are few, and a verdict needs them */
    json->at_us = event->type == REPORT_SAMPLE ? event->sample.at_us : json->at_us;
    bool written =
        (event->type != REPORT_RESULT || json->dropped == 0 || add_notice(json)) && add(json, event, may_drop);
    sink->error_number = ENOMEM;
    if (written && !waits) {
        written = live ? flush_some(json) : flush_all(json);
        sink->error_number = errno;
    }
    if (event->type == REPORT_END) {
        buf_free(&json->pending);
        buf_free(&json->line);
    }
    return written;
}

void sink_json_init(struct sink_json *json, int fd)
{
    *json = (struct sink_json){.sink = {.write = write_line, .wants_details = true}, .fd = fd};
}
