/* Lines that a load generator may write and the panel refuses. */
#include "loadgen/contract/report.h"
#include "tests/unit/test.h"

static enum result parse(const char *line)
{
    struct report_event event;
    struct err err = {0};
    char *const bytes = exact_copy(line, strlen(line));
    const enum result result = report_parse(bytes, strlen(line), &event, &err);
    free(bytes);
    assert_int_equal(result == RESULT_OK, err.message[0] == '\0');
    return result;
}

static void expect_invalid(const char *line)
{
    if (parse(line) != RESULT_INVALID) {
        fail_msg("not refused: %s", line);
    }
}

#define ERROR_LINE(phase, number, frames)                                                                              \
    "{\"v\":1,\"type\":\"error\",\"client\":1,\"at_us\":1,\"phase\":\"" phase "\",\"call\":\"x\",\"errno\":" number    \
    ",\"message\":\"\",\"frames\":" frames "}"

TEST(what_is_not_the_protocol_is_refused)
{
    static const char *const lines[] = {
        "",
        " ",
        "hello",
        "[]",
        "null",
        "17",
        "{}",
        "{\"v\":1}",
        "{\"type\":\"end\",\"status\":\"completed\"}",
        "{\"v\":2,\"type\":\"end\",\"status\":\"completed\"}",
        "{\"v\":\"1\",\"type\":\"end\",\"status\":\"completed\"}",
        "{\"v\":1.5,\"type\":\"end\",\"status\":\"completed\"}",
        "{\"v\":1,\"type\":\"begin\"}",
        "{\"v\":1,\"type\":5}",
        "{\"v\":1,\"type\":\"end\"}",
        "{\"v\":1,\"type\":\"end\",\"status\":\"fine\"}",
        "{\"v\":1,\"type\":\"end\",\"status\":\"failed\",\"message\":5}",
        "{\"v\":1,\"type\":\"end\",\"status\":\"completed\"} {}",
        "{\"v\":1,\"type\":\"end\",\"status\":\"completed\"}x",
        "{\"v\":1,\"type\":\"log\",\"at_us\":-1,\"text\":\"x\"}",
        "{\"v\":1,\"type\":\"log\",\"at_us\":1e300,\"text\":\"x\"}",
        "{\"v\":1,\"type\":\"log\",\"at_us\":1.25,\"text\":\"x\"}",
        "{\"v\":1,\"type\":\"log\",\"at_us\":1,\"text\":null}",
        "{\"v\":1,\"type\":\"start\",\"pid\":1,\"monotonic_ns\":1,\"limits\":{}}",
        "{\"v\":1,\"type\":\"start\",\"pid\":1,\"monotonic_ns\":1,\"limits\":[5]}",
        "{\"v\":1,\"type\":\"start\",\"pid\":4294967296,\"monotonic_ns\":1,\"limits\":[]}",
        ERROR_LINE("lunch", "1", "[]"),
        ERROR_LINE("send", "4096", "[]"),
        ERROR_LINE("send", "1", "[null]"),
        ERROR_LINE("send", "1", "null"),
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        expect_invalid(lines[i]);
    }
    OK(parse(ERROR_LINE("send", "1", "[]"))); /* so the rest of that line is valid */
}

/* A line of the list's rows, `count` of them. */
static void expect_too_many(const char *head, const char *row, size_t count, const char *tail)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const file = open_memstream(&text, &size);
    fputs(head, file);
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%s%s", i > 0 ? "," : "", row);
    }
    fputs(tail, file);
    fclose(file);
    expect_invalid(text);
    free(text);
}

TEST(lists_that_are_too_long_are_refused)
{
    expect_too_many("{\"v\":1,\"type\":\"start\",\"pid\":1,\"monotonic_ns\":1,\"limits\":[",
                    "{\"name\":\"RLIMIT_NOFILE\",\"side\":\"client\",\"scope\":\"process\",\"value\":1,\"used\":1,"
                    "\"source\":\"\"}",
                    LIMIT_COUNT + 1, "]}");
    expect_too_many(
        "{\"v\":1,\"type\":\"error\",\"client\":1,\"at_us\":1,\"phase\":\"send\",\"call\":\"x\",\"errno\":1,"
        "\"message\":\"\",\"frames\":[",
        "{\"function\":\"f\",\"file\":\"f\",\"line\":1}", ERROR_FRAMES_MAX + 1, "]}");
    expect_too_many("{\"v\":1,\"type\":\"result\",\"duration_us\":1,\"last_up_us\":1,\"peak_clients\":1,\"totals\":{"
                    "\"started\":1,\"connected\":1,"
                    "\"completed\":1,\"failed\":1,\"not_started\":1},\"peaks\":{\"threads\":1,\"processes\":1,"
                    "\"connections\":1},\"latency\":{},\"errors\":[",
                    "{\"phase\":\"send\",\"call\":\"x\",\"errno\":1,\"message\":\"\",\"count\":1,\"first_client\":1,"
                    "\"first_at_us\":1,\"last_at_us\":1}",
                    ERROR_GROUPS_MAX + 1, "]}");
}

TEST(deep_nesting_is_refused)
{
    char *const line = malloc(200001);
    memset(line, '[', 200000);
    line[200000] = '\0';
    expect_invalid(line);
    free(line);
}
