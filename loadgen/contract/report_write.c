/* The writing side of the line protocol; report_parse.c reads. */
#include "loadgen/contract/report_fields.h"

#include <string.h>

#include "base/json_text.h"

const char *load_end_name(enum load_end end)
{
    return end < LOAD_END_COUNT ? end_names[end] : "unknown";
}

enum load_end load_end_from_name(const char *name)
{
    return (enum load_end)table_find(end_names, LOAD_END_COUNT, name);
}

static void write_counters(struct buf *line, const struct counter *counters, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)from + counters[i].offset, sizeof value);
        json_text_uint(line, counters[i].name, value);
    }
}
#define WRITE_COUNTERS(line, counters, from) write_counters(line, counters, COUNT_OF(counters), from)

static void write_totals(struct buf *line, const struct load_totals *totals)
{
    json_text_open_object(line, "totals");
    WRITE_COUNTERS(line, totals_counters, totals);
    json_text_close_object(line);
}

static void write_group(struct buf *line, enum error_phase phase, const char *call, int error_number, uint32_t words)
{
    json_text_string(line, "phase", error_phase_name(phase));
    json_text_string(line, "call", call);
    json_text_uint(line, "errno", (uint64_t)(error_number > 0 ? error_number : 0));
    if (words != 0) {
        json_text_uint(line, "words", words);
    }
}

static void write_limits(struct buf *line, const struct limit_value *limits, size_t count)
{
    json_text_open_array(line, "limits");
    for (size_t i = 0; i < count; i++) {
        limit_write(&limits[i], line);
    }
    json_text_close_array(line);
}

static void write_peaks(struct buf *line, const struct load_peaks *peaks)
{
    json_text_open_object(line, "peaks");
    WRITE_COUNTERS(line, peaks_counters, peaks);
    json_text_close_object(line);
}

static void write_start(struct buf *line, const struct report_event *event)
{
    json_text_uint(line, "pid", (uint64_t)event->start.pid);
    json_text_uint(line, "monotonic_ns", event->start.monotonic_ns);
    json_text_uint(line, "source_addresses", event->start.source_addresses);
    write_limits(line, event->start.limits, event->start.limit_count);
}

static void write_sample(struct buf *line, const struct report_event *event)
{
    WRITE_COUNTERS(line, sample_counters, &event->sample);
    write_totals(line, &event->sample.totals);
}

static void write_error(struct buf *line, const struct report_event *event)
{
    const struct error_trace *const trace = &event->error;
    WRITE_COUNTERS(line, trace_counters, trace);
    write_group(line, trace->phase, trace->call, trace->error_number, trace->words);
    json_text_string(line, "message", trace->message);
    json_text_open_array(line, "frames");
    for (size_t i = 0; i < trace->frame_count && i < ERROR_FRAMES_MAX; i++) {
        const struct error_frame *const frame = &trace->frames[i];
        json_text_open_object(line, NULL);
        json_text_string(line, "function", frame->function);
        json_text_string(line, "file", frame->file);
        json_text_uint(line, "line", (uint64_t)(frame->line > 0 ? frame->line : 0));
        json_text_close_object(line);
    }
    json_text_close_array(line);
}

/* null: without a bound. */
static void write_known(struct buf *line, const char *name, uint64_t number)
{
    if (number == LIMIT_UNLIMITED) {
        json_text_null(line, name);
    } else if (number != LIMIT_UNKNOWN) {
        json_text_uint(line, name, number);
    }
}

/* Those that are known. */
static void write_used(struct buf *line, const char *name, const struct usage *usage)
{
    json_text_open_array(line, name);
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        if (usage->used[id] != LIMIT_UNKNOWN || usage->bounds[id] != LIMIT_UNKNOWN) {
            json_text_open_object(line, NULL);
            json_text_string(line, "name", limit_name(id));
            write_known(line, "used", usage->used[id]);
            write_known(line, "value", usage->bounds[id]);
            json_text_close_object(line);
        }
    }
    json_text_close_array(line);
}

static void write_usage(struct buf *line, const struct report_event *event)
{
    const struct group_usage *const usage = &event->usage;
    json_text_uint(line, "at_us", usage->at_us);
    write_group(line, usage->phase, usage->call, usage->error_number, usage->words);
    write_used(line, "used", &usage->used[LIMIT_SIDE_CLIENT]);
}

static void write_log(struct buf *line, const struct report_event *event)
{
    json_text_uint(line, "at_us", event->log.at_us);
    json_text_string(line, "text", event->log.text);
}

static void write_groups(struct buf *line, const struct load_result *result)
{
    json_text_open_array(line, "errors");
    for (size_t i = 0; i < result->group_count && i < ERROR_GROUPS_MAX; i++) {
        const struct error_group *const group = &result->groups[i];
        json_text_open_object(line, NULL);
        write_group(line, group->phase, group->call, group->error_number, group->words);
        json_text_string(line, "message", group->message);
        WRITE_COUNTERS(line, group_counters, group);
        if (group->answered != LIMIT_UNKNOWN) {
            WRITE_COUNTERS(line, replies_counters, group);
        }
        json_text_close_object(line);
    }
    json_text_close_array(line);
}

static void write_result(struct buf *line, const struct report_event *event)
{
    const struct load_result *const result = event->result;
    WRITE_COUNTERS(line, result_counters, result);
    write_totals(line, &result->totals);
    write_peaks(line, &result->peaks);
    WRITE_COUNTERS(line, begin_counters, &result->start);
    if (result->failed.numbers != LIMIT_UNKNOWN) {
        WRITE_COUNTERS(line, order_counters, &result->failed);
    }
    json_text_open_object(line, "cost");
    WRITE_COUNTERS(line, cost_counters, &result->cost);
    json_text_close_object(line);
    write_used(line, "peak", &result->peak);
    json_text_open_object(line, "latency");
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        hist_write(&result->latency[kind], latency_kind_name(kind), line);
    }
    json_text_close_object(line);
    write_groups(line, result);
}

static void write_rank(struct buf *line, const struct report_event *event)
{
    const struct load_rank *const rank = &event->rank;
    WRITE_COUNTERS(line, rank_counters, rank);
    json_text_string(line, "host", rank->host);
    json_text_string(line, "status", end_names[rank->status]);
    json_text_number(line, "clock_offset_ns", (double)rank->clock_offset_ns);
    write_totals(line, &rank->totals);
    write_peaks(line, &rank->peaks);
    if (rank->verdict[0] != '\0') {
        json_text_string(line, "verdict", rank->verdict);
    }
    if (rank->side[0] != '\0') {
        json_text_string(line, "side", rank->side);
    }
    write_limits(line, rank->limits, rank->limit_count);
}

static void write_end(struct buf *line, const struct report_event *event)
{
    json_text_string(line, "status", end_names[event->end.status]);
    if (event->end.message[0] != '\0') {
        json_text_uint(line, "errno", (uint64_t)(event->end.error_number > 0 ? event->end.error_number : 0));
        json_text_string(line, "message", event->end.message);
    }
}

static void write_event(struct buf *line, const struct report_event *event)
{
    switch (event->type) {
    case REPORT_START:
        write_start(line, event);
        break;
    case REPORT_SAMPLE:
        write_sample(line, event);
        break;
    case REPORT_ERROR:
        write_error(line, event);
        break;
    case REPORT_USAGE:
        write_usage(line, event);
        break;
    case REPORT_LOG:
        write_log(line, event);
        break;
    case REPORT_RANK:
        write_rank(line, event);
        break;
    case REPORT_RESULT:
        write_result(line, event);
        break;
    case REPORT_END:
        write_end(line, event);
        break;
    }
}

bool report_format(const struct report_event *event, struct buf *line)
{
    buf_clear(line);
    json_text_open_object(line, NULL);
    json_text_uint(line, "v", REPORT_VERSION);
    json_text_string(line, "type", type_names[event->type]);
    write_event(line, event);
    json_text_close_object(line);
    buf_text(line, "\n");
    return !line->failed;
}
