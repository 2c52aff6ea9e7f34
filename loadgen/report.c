/* The writing side of the line protocol; report_parse.c reads.
 *
 * Counters are written as digits and not through cJSON's doubles, which are exact up to 2^53 alone: a clock of
 * nanoseconds passes that after 104 days. */
#include "report_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "json.h"

static bool add_uint(cJSON *object, const char *name, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    return cJSON_AddRawToObject(object, name, digits) != NULL;
}

static bool add_counters(cJSON *object, const struct counter *counters, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)from + counters[i].offset, sizeof value);
        if (!add_uint(object, counters[i].name, value)) {
            return false;
        }
    }
    return true;
}
#define ADD_COUNTERS(object, counters, from) add_counters(object, counters, COUNT_OF(counters), from)

static bool add_text(cJSON *object, const char *name, const char *text)
{
    char clean[512];
    utf8_copy(clean, sizeof clean, text);
    return cJSON_AddStringToObject(object, name, clean) != NULL;
}

static bool add_totals(cJSON *object, const struct load_totals *totals)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "totals");
    return item != NULL && ADD_COUNTERS(item, totals_counters, totals);
}

static bool add_failure(cJSON *object, enum error_phase phase, const char *call, int error_number, const char *message)
{
    return add_text(object, "phase", error_phase_name(phase)) && add_text(object, "call", call) &&
           add_uint(object, "errno", (uint64_t)(error_number > 0 ? error_number : 0)) &&
           add_text(object, "message", message);
}

static bool write_start(cJSON *line, const struct report_event *event)
{
    if (!add_uint(line, "pid", (uint64_t)event->start.pid) ||
        !add_uint(line, "monotonic_ns", event->start.monotonic_ns)) {
        return false;
    }
    cJSON *const limits = cJSON_AddArrayToObject(line, "limits");
    bool ok = limits != NULL;
    for (size_t i = 0; ok && i < event->start.limit_count; i++) {
        ok = json_append(limits, limit_to_json(&event->start.limits[i]));
    }
    return ok;
}

static bool write_sample(cJSON *line, const struct report_event *event)
{
    return ADD_COUNTERS(line, sample_counters, &event->sample) && add_totals(line, &event->sample.totals);
}

static bool write_error(cJSON *line, const struct report_event *event)
{
    const struct error_trace *const trace = &event->error;
    if (!ADD_COUNTERS(line, trace_counters, trace) ||
        !add_failure(line, trace->phase, trace->call, trace->error_number, trace->message)) {
        return false;
    }
    cJSON *const frames = cJSON_AddArrayToObject(line, "frames");
    bool ok = frames != NULL;
    for (size_t i = 0; ok && i < trace->frame_count && i < ERROR_FRAMES_MAX; i++) {
        const struct error_frame *const from = &trace->frames[i];
        cJSON *const frame = cJSON_CreateObject();
        ok = json_append(frames, frame) && add_text(frame, "function", from->function) &&
             add_text(frame, "file", from->file) &&
             add_uint(frame, "line", (uint64_t)(from->line > 0 ? from->line : 0));
    }
    return ok;
}

static bool write_log(cJSON *line, const struct report_event *event)
{
    return add_uint(line, "at_us", event->log.at_us) && add_text(line, "text", event->log.text);
}

static bool write_groups(cJSON *line, const struct load_result *result)
{
    cJSON *const groups = cJSON_AddArrayToObject(line, "errors");
    bool ok = groups != NULL;
    for (size_t i = 0; ok && i < result->group_count && i < ERROR_GROUPS_MAX; i++) {
        const struct error_group *const from = &result->groups[i];
        cJSON *const group = cJSON_CreateObject();
        ok = json_append(groups, group) &&
             add_failure(group, from->phase, from->call, from->error_number, from->message) &&
             ADD_COUNTERS(group, group_counters, from);
    }
    return ok;
}

static bool write_result(cJSON *line, const struct report_event *event)
{
    const struct load_result *const result = event->result;
    cJSON *const peaks = cJSON_AddObjectToObject(line, "peaks");
    cJSON *const latency = cJSON_AddObjectToObject(line, "latency");
    bool ok = peaks != NULL && latency != NULL && ADD_COUNTERS(line, result_counters, result) &&
              add_totals(line, &result->totals) && ADD_COUNTERS(peaks, peaks_counters, &result->peaks) &&
              write_groups(line, result);
    for (enum latency_kind kind = 0; ok && kind < LATENCY_COUNT; kind++) {
        ok = json_add(latency, latency_kind_name(kind), hist_to_json(&result->latency[kind]));
    }
    return ok;
}

static bool write_end(cJSON *line, const struct report_event *event)
{
    return add_text(line, "status", end_names[event->end.status]) &&
           (event->end.message[0] == '\0' || add_text(line, "message", event->end.message));
}

static bool write_event(cJSON *line, const struct report_event *event)
{
    switch (event->type) {
    case REPORT_START:
        return write_start(line, event);
    case REPORT_SAMPLE:
        return write_sample(line, event);
    case REPORT_ERROR:
        return write_error(line, event);
    case REPORT_LOG:
        return write_log(line, event);
    case REPORT_RESULT:
        return write_result(line, event);
    case REPORT_END:
        return write_end(line, event);
    }
    return false;
}

char *report_format(const struct report_event *event)
{
    char *text = NULL;
    char *ended = NULL;
    cJSON *const line = cJSON_CreateObject();
    if (line == NULL || !add_uint(line, "v", REPORT_VERSION) || !add_text(line, "type", type_names[event->type]) ||
        !write_event(line, event)) {
        goto out;
    }
    text = cJSON_PrintUnformatted(line);
    if (text == NULL) {
        goto out;
    }
    const size_t length = strlen(text);
    ended = realloc(text, length + 2);
    if (ended == NULL) {
        free(text);
        goto out;
    }
    memcpy(ended + length, "\n", 2);
out:
    cJSON_Delete(line);
    return ended;
}
