#include <errno.h>

#include <cjson/cJSON.h>

#include "tests/unit/loadgen/contract/report_events.h"
#include "tests/unit/test.h"

static enum result parse(const char *line, struct report_event *event)
{
    struct err err = {0};
    const size_t length = strlen(line);
    char *const bytes = exact_copy(line, length);
    const enum result result = report_parse(bytes, length, event, &err);
    free(bytes);
    assert_int_equal(result == RESULT_OK, err.message[0] == '\0');
    return result;
}

/* Formats and reads back. */
static char *round_trip(const struct report_event *event, struct report_event *again)
{
    char *const line = format_line(event);
    assert_non_null(line);
    const size_t length = strlen(line);
    assert_int_equal(line[length - 1], '\n');
    assert_ptr_equal(strchr(line, '\n'), line + length - 1);
    line[length - 1] = '\0';
    OK(parse(line, again));
    assert_int_equal(again->type, event->type);
    return line;
}

TEST(every_type_makes_the_round_trip)
{
    for (size_t i = 0; i < MAKERS; i++) {
        struct report_event event = makers[i]();
        struct report_event again;
        char *const line = round_trip(&event, &again);
        char *const second = format_line(&again);
        second[strlen(second) - 1] = '\0';
        assert_string_equal(line, second);
        free(line);
        free(second);
        report_event_free(&event);
        report_event_free(&again);
    }
}

TEST(a_usage_keeps_what_is_known)
{
    const struct report_event event = make_usage();
    struct report_event again;
    char *const line = round_trip(&event, &again);
    assert_string_equal(line, "{\"v\":1,\"type\":\"usage\",\"at_us\":1234567,\"phase\":\"start\",\"call\":\"fork\","
                              "\"errno\":11,\"words\":503,\"used\":[{\"name\":\"RLIMIT_NPROC\",\"value\":null},"
                              "{\"name\":\"pids.max\",\"used\":200,\"value\":200},"
                              "{\"name\":\"physical memory\",\"used\":9007199254740992}]}");
    assert_memory_equal(&again.usage, &event.usage, sizeof event.usage);
    free(line);
}

/* Which is so where memory has run out. */
TEST(a_line_after_a_longer_one_takes_no_memory)
{
    struct buf line = BUF_INIT;
    struct report_event event = make_start();
    assert_true(report_format(&event, &line));
    const char *const bytes = line.bytes;
    const size_t capacity = line.capacity;
    event = make_usage();
    assert_true(report_format(&event, &line));
    assert_ptr_equal(line.bytes, bytes);
    assert_int_equal(line.capacity, capacity);
    buf_free(&line);
}

TEST(a_result_without_a_peak_has_none)
{
    struct report_event event = make_result();
    struct report_event again;
    char *const line = round_trip(&event, &again);
    assert_int_equal(again.result->peak.used[LIMIT_CONNTRACK], 300);
    assert_true(again.result->peak.used[LIMIT_PIDS_MAX] == LIMIT_UNKNOWN);
    report_event_free(&again);
    const char *const peak = strstr(line, "\"peak\":[");
    char *const rest = strchr(peak, ']') + 2;
    memmove(line + (peak - line), rest, strlen(rest) + 1);
    OK(parse(line, &again));
    assert_true(again.result->peak.used[LIMIT_CONNTRACK] == LIMIT_UNKNOWN);
    report_event_free(&again);
    report_event_free(&event);
    free(line);
}

TEST(a_start_keeps_its_limits)
{
    const struct report_event event = make_start();
    struct report_event again;
    free(round_trip(&event, &again));
    assert_int_equal(again.start.pid, 4711);
    assert_int_equal(again.start.monotonic_ns, EXACT_MOST - 1);
    assert_int_equal(again.start.limit_count, 2);
    assert_int_equal(again.start.limits[0].value, 1024);
    assert_int_equal(again.start.limits[0].used, 7);
    assert_int_equal(again.start.limits[1].id, LIMIT_PIDS_MAX);
    assert_true(again.start.limits[1].value == LIMIT_UNLIMITED);
    assert_true(again.start.limits[1].used == LIMIT_UNKNOWN);
    assert_string_equal(again.start.limits[1].source, "/sys/fs/cgroup/pids.max");
}

TEST(a_start_time_above_2_to_the_53_is_kept)
{
    struct report_event event = make_start();
    struct report_event again;
    event.start.monotonic_ns = 31536000000000000ULL; /* above 2^53 */
    free(round_trip(&event, &again));
    assert_int_equal(again.start.monotonic_ns, event.start.monotonic_ns);
}

TEST(a_sample_keeps_every_number)
{
    const struct report_event event = make_sample();
    struct report_event again;
    free(round_trip(&event, &again));
    assert_memory_equal(&event.sample, &again.sample, sizeof event.sample);
}

TEST(an_error_keeps_its_frames)
{
    const struct report_event event = make_error();
    struct report_event again;
    free(round_trip(&event, &again));
    assert_memory_equal(&event.error, &again.error, sizeof event.error);
}

TEST(a_rank_keeps_what_it_is_and_what_its_clients_came_to)
{
    const struct report_event event = make_rank();
    struct report_event again;
    free(round_trip(&event, &again));
    assert_memory_equal(&event.rank, &again.rank, sizeof event.rank);
}

TEST(a_rank_without_a_verdict_names_none)
{
    struct report_event event = make_rank();
    struct report_event again;
    event.rank.verdict[0] = event.rank.side[0] = '\0';
    char *const line = round_trip(&event, &again);
    assert_null(strstr(line, "verdict"));
    assert_null(strstr(line, "\"side\":\"\""));
    assert_string_equal(again.rank.verdict, "");
    free(line);
}

TEST(a_result_keeps_groups_and_latencies)
{
    struct report_event event = make_result();
    struct report_event again;
    free(round_trip(&event, &again));
    assert_int_equal(again.result->duration_us, 31000001);
    assert_int_equal(again.result->start.last_up_us, 14);
    assert_int_equal(again.result->start.peak_clients, 15);
    assert_int_equal(again.result->start.first_up_us, 18);
    assert_int_equal(again.result->failed.numbers, 19);
    assert_int_equal(again.result->failed.places, 20);
    assert_int_equal(again.result->cost.cpu_us, 16);
    assert_int_equal(again.result->cost.memory_bytes, 17);
    assert_memory_equal(&again.result->totals, &some_totals, sizeof some_totals);
    assert_int_equal(again.result->peaks.connections, 13);
    assert_int_equal(again.result->group_count, 2);
    assert_memory_equal(&again.result->groups[1], &event.result->groups[1], sizeof event.result->groups[1]);
    assert_int_equal(hist_count(&again.result->latency[LATENCY_CONNECT]), 1);
    assert_int_equal(hist_count(&again.result->latency[LATENCY_REPLY]), 0);
    assert_int_equal(hist_summary(&again.result->latency[LATENCY_CLIENT]).max_ns, 30000000000);
    report_event_free(&event);
    report_event_free(&again);
}

TEST(the_protocol_is_as_documented)
{
    struct report_event event;
    OK(parse("{\"v\":1,\"type\":\"end\",\"status\":\"completed\"}", &event));
    assert_int_equal(event.end.status, LOAD_END_COMPLETED);
    assert_string_equal(event.end.message, "");
    const struct report_event log = make_log();
    char *const line = format_line(&log);
    assert_string_equal(
        line, "{\"v\":1,\"type\":\"log\",\"at_us\":77,\"text\":\"[CLIENT 7] sending b'TIME\\\\r\\\\n\\\\r\\\\n'\"}\n");
    free(line);
}

TEST(white_space_and_unknown_members_are_ignored)
{
    struct report_event event;
    OK(parse(" {\"later\":[1,{}],\"v\":1,\"type\":\"end\",\"status\":\"cancelled\"} \t\r", &event));
    assert_int_equal(event.type, REPORT_END);
    assert_int_equal(event.end.status, LOAD_END_CANCELLED);
}

TEST(long_texts_are_cut_between_characters)
{
    char line[2000] = "{\"v\":1,\"type\":\"log\",\"at_us\":1,\"text\":\"";
    struct report_event event;
    const size_t head = strlen(line);
    for (size_t i = 0; i < 100; i++) {
        snprintf(line + head + 3 * i, 4, "\xe2\x82\xac");
    }
    snprintf(line + head + 300, 3, "\"}");
    OK(parse(line, &event));
    assert_int_equal(strlen(event.log.text), 159); /* 53 of 3 bytes each: all that fit whole */
    assert_memory_equal(event.log.text + 156, "\xe2\x82\xac", 4);
}

TEST(bytes_that_are_not_utf8_are_replaced)
{
    struct report_event event;
    OK(parse("{\"v\":1,\"type\":\"log\",\"at_us\":1,\"text\":\"a\xff\xe2\x82z\"}", &event));
    assert_string_equal(event.log.text, "a???z");
    struct report_event log = make_log();
    snprintf(log.log.text, sizeof log.log.text, "a\xc3");
    char *const line = format_line(&log);
    assert_non_null(strstr(line, "\"a?\""));
    free(line);
}

TEST(names_of_phases_and_latencies)
{
    for (enum error_phase phase = 0; phase < PHASE_COUNT; phase++) {
        assert_int_equal(error_phase_from_name(error_phase_name(phase)), phase);
    }
    assert_int_equal(error_phase_from_name("lunch"), PHASE_COUNT);
    assert_string_equal(latency_kind_name(LATENCY_CONNECT), "connect");
    assert_string_equal(latency_kind_name(LATENCY_REPLY), "reply");
    assert_string_equal(latency_kind_name(LATENCY_CLIENT), "client");
}

static void *no_memory(size_t size)
{
    errno = ENOMEM; /* as malloc(3) does */
    return NULL;
}

/* It is the panel's memory that ran out: the load generator is not to be blamed for it. */
TEST(out_of_memory_is_not_an_invalid_line)
{
    static const char line[] = "{\"v\":1,\"type\":\"end\",\"status\":\"completed\"}";
    struct report_event event;
    struct err err;
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = no_memory, .free_fn = free});
    const enum result result = report_parse(line, sizeof line - 1, &event, &err);
    cJSON_InitHooks(NULL);
    assert_int_equal(result, RESULT_NO_MEMORY);
    OK(report_parse(line, sizeof line - 1, &event, &err));
}
