#include "tests/unit/loadgen/contract/report_events.h"

#include <errno.h>

#include "tests/unit/test.h"

const struct load_totals some_totals = {5000, 4321, 4000, 1000, EXACT_MOST};

struct report_event make_start(void)
{
    struct report_event event = {.type = REPORT_START};
    event.start.pid = 4711;
    event.start.monotonic_ns = EXACT_MOST - 1;
    event.start.limit_count = 2;
    event.start.limits[0] =
        (struct limit_value){LIMIT_NOFILE, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_PROCESS, 1024, 7, "getrlimit"};
    event.start.limits[1] = (struct limit_value){LIMIT_PIDS_MAX,  LIMIT_SIDE_CLIENT, LIMIT_SCOPE_CGROUP,
                                                 LIMIT_UNLIMITED, LIMIT_UNKNOWN,     "/sys/fs/cgroup/pids.max"};
    return event;
}

struct report_event make_sample(void)
{
    struct report_event event = {.type = REPORT_SAMPLE};
    event.sample = (struct load_sample){EXACT_MOST, some_totals, 1, 2, 3, 4, 5, 6};
    return event;
}

struct report_event make_error(void)
{
    struct report_event event = {.type = REPORT_ERROR};
    event.error =
        (struct error_trace){.client = 9999999,
                             .at_us = 1234567,
                             .phase = PHASE_CONNECT,
                             .call = "socket",
                             .error_number = EMFILE,
                             .message = "no \"descriptor\" is free: EMFILE\n(r\xc3\xb4le)",
                             .frame_count = 2,
                             .frames = {{"client_connect", "loadgen/client.c", 42}, {"run", "loadgen/x.c", 7}}};
    return event;
}

struct report_event make_log(void)
{
    struct report_event event = {.type = REPORT_LOG};
    event.log.at_us = 77;
    snprintf(event.log.text, sizeof event.log.text, "[CLIENT 7] sending b'TIME\\r\\n\\r\\n'");
    return event;
}

struct report_event make_usage(void)
{
    struct report_event event = {.type = REPORT_USAGE};
    event.usage = (struct group_usage){
        .phase = PHASE_START, .call = "fork", .error_number = EAGAIN, .words = 503, .at_us = 1234567};
    usage_init(&event.usage.used[LIMIT_SIDE_CLIENT]);
    usage_init(&event.usage.used[LIMIT_SIDE_SERVER]); /* not on the wire */
    event.usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] =
        event.usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_PIDS_MAX] = 200;
    event.usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_NPROC] = LIMIT_UNLIMITED;
    event.usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_MEMORY] = EXACT_MOST;
    return event;
}

struct report_event make_rank(void)
{
    struct report_event event = {.type = REPORT_RANK};
    event.rank = (struct load_rank){.rank = 51,
                                    .host = "lab2",
                                    .pid = 4711,
                                    .status = LOAD_END_CANCELLED,
                                    .clock_offset_ns = -1234567890123,
                                    .clock_error_ns = 40000,
                                    .late_ns = 75000,
                                    .totals = some_totals,
                                    .peaks = {11, 12, 13},
                                    .verdict = "RLIMIT_NOFILE",
                                    .side = "client",
                                    .limit_count = 1};
    event.rank.limits[0] = (struct limit_value){.id = LIMIT_NOFILE, .value = 60, .used = 20, .source = "getrlimit"};
    return event;
}

struct report_event make_result(void)
{
    struct report_event event = {.type = REPORT_RESULT};
    struct load_result *const result = calloc(1, sizeof *result);
    assert_non_null(result);
    result->duration_us = 31000001;
    result->totals = some_totals;
    result->peaks = (struct load_peaks){11, 12, 13};
    result->start = (struct load_start){14, 15, 18};
    result->failed = (struct load_order){19, 20};
    result->cost = (struct load_cost){16, 17};
    usage_init(&result->peak);
    result->peak.used[LIMIT_CONNTRACK] = 300;
    result->group_count = 2;
    result->groups[0] =
        (struct error_group){PHASE_CONNECT, "socket", EMFILE, 0, "none is free", 4, 3, 2, 1, 5, 7, 2, 3};
    result->groups[1] = (struct error_group){
        PHASE_PROTOCOL, "recv",       0, UINT32_MAX, "no JAM", EXACT_MOST, 0, 0, 9, LIMIT_UNKNOWN, LIMIT_UNKNOWN,
        LIMIT_UNKNOWN,  LIMIT_UNKNOWN};
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        hist_init(&result->latency[kind]);
    }
    hist_record(&result->latency[LATENCY_CONNECT], 1500);
    hist_record(&result->latency[LATENCY_CLIENT], 30000000000);
    event.result = result;
    return event;
}

static struct report_event make_end(void)
{
    struct report_event event = {.type = REPORT_END};
    event.end.status = LOAD_END_FAILED;
    snprintf(event.end.message, sizeof event.end.message, "no memory for the scoreboard");
    return event;
}

struct report_event (*const makers[MAKERS])(void) = {make_start, make_sample, make_error,  make_usage,
                                                     make_log,   make_rank,   make_result, make_end};

char *format_line(const struct report_event *event)
{
    struct buf line = BUF_INIT;
    assert_true(report_format(event, &line));
    return buf_take(&line);
}
