/* The TIME server through HTTP: GET and PATCH /server, GET /metrics. */
#include "tests/unit/web/web_fixture.h"

#include <ctype.h>

#define JSON "Content-Type: application/json\r\n"
#define PATCH "PATCH /server"

WEB_TEST(the_server_is_changed_by_json_and_by_form)
{
    const struct fixture *const fixture = *state;
    struct time_stats stats;
    expect(fixture, PATCH, JSON, "{\"model\":\"pool\",\"workers\":7,\"backlog\":9}", 200,
           "{\"model\":\"pool\",\"listen\":");
    time_server_stats(fixture->server, &stats);
    assert_true(stats.model == TIME_MODEL_POOL && stats.workers == 7 && stats.backlog == 9);
    expect(fixture, PATCH, NULL, "model=epoll&backlog=10", 200, "\"backlog\":10,\"workers\":7,");
    expect(fixture, PATCH, NULL, "workers=10000", 200, "{\"model\":\"epoll\",");
    expect(fixture, PATCH, JSON, "{}", 200, "{\"model\":\"epoll\",");
    time_server_stats(fixture->server, &stats);
    assert_true(stats.model == TIME_MODEL_EPOLL && stats.workers == 10000 && stats.backlog == 10);
}

WEB_TEST(a_wrong_field_is_named_and_changes_nothing)
{
    static const struct {
        const char *headers;
        const char *body;
        const char *text;
    } cases[] = {
        {JSON, "{\"model\":\"fibre\"}",
         "\"field\":\"model\",\"message\":\"model must be one of thread, pool, epoll, uring, "},
        {JSON, "{\"model\":null}", "\"field\":\"model\""},
        {JSON, "{\"model\":1}", "\"field\":\"model\""},
        {JSON, "{\"backlog\":0}",
         "\"field\":\"backlog\",\"message\":\"backlog must be a whole number, 1..2147483647, "},
        {JSON, "{\"backlog\":\"5\"}", "\"field\":\"backlog\""},
        {JSON, "{\"backlog\":5.5}", "\"field\":\"backlog\""},
        {JSON, "{\"backlog\":2147483648}", "\"field\":\"backlog\""},
        {JSON, "{\"backlog\":-1}", "\"field\":\"backlog\""},
        {JSON, "{\"backlog\":true}", "\"field\":\"backlog\""},
        {JSON, "{\"workers\":10001}", "\"field\":\"workers\""},
        {JSON, "{\"workers\":[]}", "\"field\":\"workers\""},
        {JSON, "{\"worker\":5}", "\"field\":\"worker\""},
        {JSON, "{\"backlog\":5,\"listen\":\"x\"}", "\"field\":\"listen\""},
        {JSON, "{\"backlog\":5,\"backlog\":6}", "\"field\":\"backlog\""},
        {JSON, "[5]", "\"code\":\"invalid_json\""},
        {JSON, "{", "\"code\":\"invalid_json\""},
        {NULL, "model=", "\"field\":\"model\""},
        {NULL, "backlog=5x", "\"field\":\"backlog\""},
        {NULL, "backlog=99999999999999999999", "\"field\":\"backlog\""},
        {NULL, "workers=0", "\"field\":\"workers\""},
        {NULL, "total=0", "\"field\":\"total\""},
    };
    const struct fixture *const fixture = *state;
    struct time_stats before;
    struct time_stats after;
    time_server_stats(fixture->server, &before);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect(fixture, PATCH, cases[i].headers, cases[i].body, 400, cases[i].text);
    }
    expect(fixture, PATCH, "Content-Type: text/plain\r\n", "backlog=5", 415, NULL);
    expect(fixture, PATCH, "Sec-Fetch-Site: cross-site\r\n", "backlog=5", 403, NULL);
    time_server_stats(fixture->server, &after);
    assert_true(before.model == after.model && before.backlog == after.backlog && before.workers == after.workers);
}

/* --- the Prometheus text format, version 0.0.4 --- */

static bool is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (!isalpha(c) && c != '_' && c != ':' && (i == 0 || !isdigit(c))) {
            return false;
        }
    }
    return length > 0;
}

/* {name="value",...}: returns what follows, NULL when it is none. Values without escapes are enough here. */
static const char *skip_labels(const char *at)
{
    do {
        at++;
        const size_t name = strcspn(at, "=");
        if (!is_name(at, name) || strncmp(at + name, "=\"", 2) != 0) {
            return NULL;
        }
        at += name + 2;
        at += strcspn(at, "\"\\\n");
        if (*at++ != '"') {
            return NULL;
        }
    } while (*at == ',');
    return *at == '}' ? at + 1 : NULL;
}

struct family {
    char name[80];
    bool typed, counter;
    unsigned samples;
};

static bool read_sample(const char *line, struct family *family)
{
    const size_t length = strcspn(line, "{ ");
    if (!family->typed || strlen(family->name) != length || strncmp(line, family->name, length) != 0) {
        return false; /* all lines of a metric stand together, behind its TYPE */
    }
    const char *const value = line[length] == '{' ? skip_labels(line + length) : line + length;
    if (value == NULL || *value != ' ') {
        return false;
    }
    char *end = NULL;
    const double number = strtod(value + 1, &end);
    const bool total = length > 6 && strcmp(family->name + length - 6, "_total") == 0;
    family->samples++;
    return end != value + 1 && *end == '\0' && number >= 0 && total == family->counter;
}

static bool read_line(const char *line, struct family *family)
{
    char name[80];
    char kind[16];
    int read = 0;
    if (sscanf(line, "# HELP %79s %n", name, &read) == 1 && read > 0) {
        if (family->name[0] != '\0' && family->samples == 0) {
            return false;
        }
        *family = (struct family){.typed = false};
        memcpy(family->name, name, sizeof name);
        return is_name(name, strlen(name)) && strchr(line + read, '\\') == NULL;
    }
    if (sscanf(line, "# TYPE %79s %15s", name, kind) == 2) {
        const bool fits = strcmp(name, family->name) == 0 && !family->typed;
        family->typed = true;
        family->counter = strcmp(kind, "counter") == 0;
        return fits && (family->counter || strcmp(kind, "gauge") == 0);
    }
    return read_sample(line, family);
}

WEB_TEST(metrics_follow_the_grammar)
{
    const struct fixture *const fixture = *state;
    char *const answer = ask(fixture, "GET /metrics", NULL, NULL);
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    struct family family = {.typed = false};
    char *at = (char *)(uintptr_t)body_of(answer);
    assert_true(*at != '\0' && at[strlen(at) - 1] == '\n');
    for (char *line = at; *line != '\0'; line = at) {
        at = strchr(line, '\n');
        *at++ = '\0';
        if (!read_line(line, &family)) {
            fail_msg("not in the Prometheus format: %s", line);
        }
    }
    assert_true(family.samples > 0);
    free(answer);
}

WEB_TEST(metrics_report_the_current_state)
{
    const struct fixture *const fixture = *state;
    (void)add_run(fixture, "one");
    (void)add_run(fixture, "two");
    expect(fixture, PATCH, NULL, "model=pool&workers=3&backlog=77", 200, NULL);
    static const char *const lines[] = {
        "\nkoneksi_time_connections_total 0\n",
        "\nkoneksi_time_workers 3\n",
        "\nkoneksi_time_backlog 77\n",
        "\nkoneksi_time_accept_paused 0\n",
        "\nkoneksi_time_model{model=\"thread\"} 0\n",
        "\nkoneksi_time_model{model=\"pool\"} 1\n",
        "\nkoneksi_runs{status=\"queued\"} 2\n",
        "\nkoneksi_runs{status=\"interrupted\"} 0\n",
        "\nkoneksi_run_queue_length 2\n",
        "\nkoneksi_run_active 0\n",
        "\nkoneksi_run_active_clients{state=\"completed\"} 0\n",
        "\nkoneksi_time_fds ",
        "\nkoneksi_time_budget ",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        expect(fixture, "GET /metrics", NULL, NULL, 200, lines[i]);
    }
    expect(fixture, "GET /metrics?x=1", NULL, NULL, 400, NULL);
}
