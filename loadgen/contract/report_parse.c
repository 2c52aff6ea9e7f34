/* The reading side of the line protocol. It trusts nothing: the other end may be broken, or another program. */
#include "loadgen/contract/report_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit_json.h"

/* The clock passes 2^53 ns after 104 days of uptime; it then counts in twos. The last double below 2^63. */
#define CLOCK_MOST 9223372036854774784.0
#define ERRNO_MOST 4095 /* MAX_ERRNO, include/linux/err.h */

static enum result read_totals(const cJSON *line, struct load_totals *totals, struct err *err)
{
    const cJSON *item = NULL;
    const enum result result = member_read_object(line, "totals", &item, err);
    return result == RESULT_OK ? READ_COUNTERS(item, totals_counters, totals, err) : result;
}

/* Where the members go that a trace, a group and its usage have in common. */
struct failure_members {
    enum error_phase *phase;
    char *call; /* ERROR_CALL_SIZE */
    int *error_number;
    uint32_t *words;
};

static enum result read_group(const cJSON *object, const struct failure_members *into, struct err *err)
{
    const cJSON *const name = cJSON_GetObjectItemCaseSensitive(object, "phase");
    const enum error_phase phase = cJSON_IsString(name) ? error_phase_from_name(name->valuestring) : PHASE_COUNT;
    uint64_t number = 0;
    if (phase == PHASE_COUNT) {
        return member_wrong(err, "phase", "one of its words");
    }
    if (member_read_text(object, "call", into->call, ERROR_CALL_SIZE, err) != RESULT_OK ||
        member_read_uint(object, "errno", ERRNO_MOST, &number, err) != RESULT_OK) {
        return err->code;
    }
    uint64_t words = 0; /* left out where a reply does not matter */
    if (cJSON_GetObjectItemCaseSensitive(object, "words") != NULL &&
        member_read_uint(object, "words", UINT32_MAX, &words, err) != RESULT_OK) {
        return err->code;
    }
    *into->phase = phase;
    *into->error_number = (int)number;
    *into->words = (uint32_t)words;
    return RESULT_OK;
}

/* A trace and a group have a message, too. */
static enum result read_failure(const cJSON *object, const struct failure_members *into, char *message, struct err *err)
{
    const enum result result = read_group(object, into, err);
    return result == RESULT_OK ? member_read_text(object, "message", message, ERROR_MESSAGE_SIZE, err) : result;
}

/* A generator of version 0.1 does not report them. */
static enum result read_sources(const cJSON *line, struct report_event *event, struct err *err)
{
    static const char name[] = "source_addresses";
    event->start.source_addresses = 0;
    return cJSON_HasObjectItem(line, name) ? member_read_uint(line, name, (double)run_spec_source_addresses_most(),
                                                              &event->start.source_addresses, err)
                                           : RESULT_OK;
}

static enum result read_limits(const cJSON *line, struct limit_value *into, size_t *count, struct err *err)
{
    const cJSON *limits = NULL;
    if (member_read_array(line, "limits", LIMIT_COUNT, &limits, err) != RESULT_OK) {
        return err->code;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, limits)
    {
        if (limit_from_json(&into[*count], item, err) != RESULT_OK) {
            return err->code;
        }
        (*count)++;
    }
    return RESULT_OK;
}

static enum result parse_start(const cJSON *line, struct report_event *event, struct err *err)
{
    uint64_t pid = 0;
    if (member_read_uint(line, "pid", INT32_MAX, &pid, err) != RESULT_OK ||
        member_read_uint(line, "monotonic_ns", CLOCK_MOST, &event->start.monotonic_ns, err) != RESULT_OK ||
        read_sources(line, event, err) != RESULT_OK) {
        return err->code;
    }
    event->start.pid = (int64_t)pid;
    return read_limits(line, event->start.limits, &event->start.limit_count, err);
}

static enum result parse_sample(const cJSON *line, struct report_event *event, struct err *err)
{
    const enum result result = READ_COUNTERS(line, sample_counters, &event->sample, err);
    return result == RESULT_OK ? read_totals(line, &event->sample.totals, err) : result;
}

static enum result parse_error(const cJSON *line, struct report_event *event, struct err *err)
{
    struct error_trace *const trace = &event->error;
    const struct failure_members members = {&trace->phase, trace->call, &trace->error_number, &trace->words};
    const cJSON *frames = NULL;
    if (READ_COUNTERS(line, trace_counters, trace, err) != RESULT_OK ||
        read_failure(line, &members, trace->message, err) != RESULT_OK ||
        member_read_array(line, "frames", ERROR_FRAMES_MAX, &frames, err) != RESULT_OK) {
        return err->code;
    }
    return error_frames_from_json(frames, trace, err);
}

/* null: without a bound. */
static enum result read_bound_or_use(const cJSON *item, const char *name, uint64_t *number, struct err *err)
{
    const cJSON *const member = cJSON_GetObjectItemCaseSensitive(item, name);
    if (cJSON_IsNull(member)) {
        *number = LIMIT_UNLIMITED;
    }
    return member == NULL || cJSON_IsNull(member) ? RESULT_OK
                                                  : member_read_uint(item, name, JSON_EXACT_MOST, number, err);
}

static enum result read_used(const cJSON *line, const char *name, struct usage *usage, struct err *err)
{
    const cJSON *list = NULL;
    usage_init(usage);
    if (member_read_array(line, name, LIMIT_COUNT, &list, err) != RESULT_OK) {
        return err->code;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, list)
    {
        const enum limit_id id = limit_from_name(json_text_of(item, "name"));
        if (id == LIMIT_COUNT) {
            return member_wrong(err, "name", "a limit");
        }
        if (read_bound_or_use(item, "used", &usage->used[id], err) != RESULT_OK ||
            read_bound_or_use(item, "value", &usage->bounds[id], err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

static enum result parse_usage(const cJSON *line, struct report_event *event, struct err *err)
{
    struct group_usage *const usage = &event->usage;
    const struct failure_members members = {&usage->phase, usage->call, &usage->error_number, &usage->words};
    usage_init(&usage->used[LIMIT_SIDE_SERVER]);
    if (member_read_uint(line, "at_us", JSON_EXACT_MOST, &usage->at_us, err) != RESULT_OK ||
        read_group(line, &members, err) != RESULT_OK) {
        return err->code;
    }
    return read_used(line, "used", &usage->used[LIMIT_SIDE_CLIENT], err);
}

static enum result parse_log(const cJSON *line, struct report_event *event, struct err *err)
{
    const enum result result = member_read_uint(line, "at_us", JSON_EXACT_MOST, &event->log.at_us, err);
    return result == RESULT_OK ? member_read_text(line, "text", event->log.text, sizeof event->log.text, err) : result;
}

/* Counters that earlier generators left out: where the first is missing, all stay as they are. */
#define READ_LATER_COUNTERS(object, counters, into, err)                                                               \
    (cJSON_GetObjectItemCaseSensitive(object, (counters)[0].name) == NULL                                              \
         ? RESULT_OK                                                                                                   \
         : READ_COUNTERS(object, counters, into, err))

static enum result read_replies(const cJSON *item, struct error_group *group, struct err *err)
{
    group->last_client = group->answered = group->cut = group->resent = LIMIT_UNKNOWN;
    return READ_LATER_COUNTERS(item, replies_counters, group, err);
}

static enum result parse_groups(const cJSON *line, struct load_result *result, struct err *err)
{
    const cJSON *groups = NULL;
    if (member_read_array(line, "errors", ERROR_GROUPS_MAX, &groups, err) != RESULT_OK) {
        return err->code;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, groups)
    {
        struct error_group *const group = &result->groups[result->group_count];
        const struct failure_members members = {&group->phase, group->call, &group->error_number, &group->words};
        if (read_failure(item, &members, group->message, err) != RESULT_OK ||
            READ_COUNTERS(item, group_counters, group, err) != RESULT_OK ||
            read_replies(item, group, err) != RESULT_OK) {
            return err->code;
        }
        result->group_count++;
    }
    return RESULT_OK;
}

static enum result read_peaks(const cJSON *line, struct load_peaks *peaks, struct err *err)
{
    const cJSON *item = NULL;
    const enum result result = member_read_object(line, "peaks", &item, err);
    return result == RESULT_OK ? READ_COUNTERS(item, peaks_counters, peaks, err) : result;
}

/* A text that may be left out. */
static enum result read_known(const cJSON *line, const char *name, char *text, size_t size, struct err *err)
{
    return cJSON_GetObjectItemCaseSensitive(line, name) != NULL ? member_read_text(line, name, text, size, err)
                                                                : RESULT_OK;
}

static enum result parse_rank(const cJSON *line, struct report_event *event, struct err *err)
{
    struct load_rank *const rank = &event->rank;
    const cJSON *const offset = cJSON_GetObjectItemCaseSensitive(line, "clock_offset_ns");
    size_t status = 0;
    if (!cJSON_IsNumber(offset) || !(fabs(offset->valuedouble) <= CLOCK_MOST)) {
        return member_wrong(err, "clock_offset_ns", "a number in its range");
    }
    if (READ_COUNTERS(line, rank_counters, rank, err) != RESULT_OK ||
        member_read_text(line, "host", rank->host, sizeof rank->host, err) != RESULT_OK ||
        member_read_choice(line, "status", end_names, COUNT_OF(end_names), &status, err) != RESULT_OK ||
        read_totals(line, &rank->totals, err) != RESULT_OK || read_peaks(line, &rank->peaks, err) != RESULT_OK ||
        read_known(line, "verdict", rank->verdict, sizeof rank->verdict, err) != RESULT_OK ||
        read_known(line, "side", rank->side, sizeof rank->side, err) != RESULT_OK) {
        return err->code;
    }
    rank->status = (enum load_end)status;
    rank->clock_offset_ns = (int64_t)offset->valuedouble;
    return read_limits(line, rank->limits, &rank->limit_count, err);
}

static enum result read_cost(const cJSON *line, struct load_cost *cost, struct err *err)
{
    const cJSON *item = NULL;
    if (cJSON_GetObjectItemCaseSensitive(line, "cost") == NULL) {
        return RESULT_OK;
    }
    const enum result result = member_read_object(line, "cost", &item, err);
    return result == RESULT_OK ? READ_COUNTERS(item, cost_counters, cost, err) : result;
}

static enum result read_order(const cJSON *line, struct load_order *failed, struct err *err)
{
    failed->numbers = failed->places = LIMIT_UNKNOWN;
    return READ_LATER_COUNTERS(line, order_counters, failed, err);
}

static enum result fill_result(const cJSON *line, struct load_result *result, struct err *err)
{
    const cJSON *latency = NULL;
    if (READ_COUNTERS(line, result_counters, result, err) != RESULT_OK ||
        read_totals(line, &result->totals, err) != RESULT_OK || read_peaks(line, &result->peaks, err) != RESULT_OK ||
        READ_LATER_COUNTERS(line, begin_counters, &result->start, err) != RESULT_OK ||
        read_order(line, &result->failed, err) != RESULT_OK || read_cost(line, &result->cost, err) != RESULT_OK ||
        member_read_object(line, "latency", &latency, err) != RESULT_OK ||
        parse_groups(line, result, err) != RESULT_OK) {
        return err->code;
    }
    usage_init(&result->peak);
    /* A generator that does not read it leaves it out. */
    if (cJSON_GetObjectItemCaseSensitive(line, "peak") != NULL &&
        read_used(line, "peak", &result->peak, err) != RESULT_OK) {
        return err->code;
    }
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        const cJSON *item = NULL;
        if (member_read_object(latency, latency_kind_name(kind), &item, err) != RESULT_OK ||
            hist_from_json(&result->latency[kind], item, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

static enum result parse_result(const cJSON *line, struct report_event *event, struct err *err)
{
    struct load_result *const result = calloc(1, sizeof *result);
    if (result == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run's result");
    }
    if (fill_result(line, result, err) != RESULT_OK) {
        free(result);
        return err->code;
    }
    event->result = result;
    return RESULT_OK;
}

static enum result parse_end(const cJSON *line, struct report_event *event, struct err *err)
{
    size_t status = 0;
    if (member_read_choice(line, "status", end_names, COUNT_OF(end_names), &status, err) != RESULT_OK) {
        return err->code;
    }
    event->end.status = (enum load_end)status;
    if (cJSON_GetObjectItemCaseSensitive(line, "message") == NULL) {
        return RESULT_OK;
    }
    uint64_t number = 0;
    if (cJSON_GetObjectItemCaseSensitive(line, "errno") != NULL &&
        member_read_uint(line, "errno", INT_MAX, &number, err) != RESULT_OK) {
        return err->code;
    }
    event->end.error_number = (int)number;
    return member_read_text(line, "message", event->end.message, sizeof event->end.message, err);
}

static enum result parse_event(const cJSON *line, struct report_event *event, struct err *err)
{
    uint64_t version = 0;
    size_t type = 0;
    if (!cJSON_IsObject(line)) {
        return err_set(err, RESULT_INVALID, "a line of the load generator is no JSON object");
    }
    if (member_read_uint(line, "v", JSON_EXACT_MOST, &version, err) != RESULT_OK) {
        return err->code;
    }
    if (version != REPORT_VERSION) {
        return err_set(err, RESULT_INVALID, "the load generator speaks version %" PRIu64 " of the protocol, not %d",
                       version, REPORT_VERSION);
    }
    if (member_read_choice(line, "type", type_names, COUNT_OF(type_names), &type, err) != RESULT_OK) {
        return err->code;
    }
    event->type = (enum report_type)type;
    switch (event->type) {
    case REPORT_START:
        return parse_start(line, event, err);
    case REPORT_SAMPLE:
        return parse_sample(line, event, err);
    case REPORT_ERROR:
        return parse_error(line, event, err);
    case REPORT_USAGE:
        return parse_usage(line, event, err);
    case REPORT_LOG:
        return parse_log(line, event, err);
    case REPORT_RANK:
        return parse_rank(line, event, err);
    case REPORT_RESULT:
        return parse_result(line, event, err);
    case REPORT_END:
        return parse_end(line, event, err);
    }
    return RESULT_INVALID;
}

/* Whether `from`, up to `end`, holds white space alone. */
static bool is_blank(const char *from, const char *end)
{
    while (from < end && (*from == ' ' || *from == '\t' || *from == '\r')) {
        from++;
    }
    return from >= end;
}

enum result report_parse(const char *line, size_t length, struct report_event *event, struct err *err)
{
    memset(event, 0, sizeof *event);
    const char *end = NULL;
    errno = 0; /* the parser's result does not tell the two apart, malloc(3) does */
    cJSON *const json = cJSON_ParseWithLengthOpts(line, length, &end, false);
    enum result result = RESULT_OK;
    if (json == NULL && errno == ENOMEM) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory to read a line of the load generator");
    } else if (json == NULL) {
        result = err_set(err, RESULT_INVALID, "a line of the load generator is not JSON");
    } else if (!is_blank(end, line + length)) {
        result = err_set(err, RESULT_INVALID, "a line of the load generator goes on behind its JSON");
    } else {
        result = parse_event(json, event, err);
    }
    cJSON_Delete(json);
    if (result != RESULT_OK) {
        memset(event, 0, sizeof *event); /* so that report_event_free has nothing to free */
    }
    return result;
}

void report_event_free(struct report_event *event)
{
    if (event->type == REPORT_RESULT) {
        free(event->result);
        event->result = NULL;
    }
}
