#include "db/store_parts.h"
#include "tests/unit/web/web_fixture.h"

#include <cjson/cJSON.h>

static cJSON *ask_json(const struct fixture *fixture, const char *path)
{
    char line[128];
    snprintf(line, sizeof line, "GET %s", path);
    char *const answer = ask(fixture, line, NULL, NULL);
    assert_int_equal(status_of(answer), 200);
    cJSON *const json = cJSON_Parse(body_of(answer));
    if (json == NULL) {
        fail_msg("%s is not JSON: %s", path, answer);
    }
    free(answer);
    return json;
}

static const cJSON *item(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static size_t count_text(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

/* The ids of a page, which must go down one by one from `first`, and its `next` (0: null). */
static int64_t check_page(const struct fixture *fixture, const char *path, int64_t first, int expected)
{
    cJSON *const json = ask_json(fixture, path);
    const cJSON *const runs = item(json, "runs");
    assert_int_equal(cJSON_GetArraySize(runs), expected);
    for (int i = 0; i < expected; i++) {
        assert_int_equal((int64_t)cJSON_GetNumberValue(item(cJSON_GetArrayItem(runs, i), "id")), first - i);
    }
    const cJSON *const next = item(json, "next");
    const int64_t value = cJSON_IsNumber(next) ? (int64_t)next->valuedouble : 0;
    assert_true(value != 0 || cJSON_IsNull(next));
    cJSON_Delete(json);
    return value;
}

WEB_TEST(the_history_comes_in_pages)
{
    struct fixture *const fixture = *state;
    for (int i = 0; i < 60; i++) {
        (void)add_run(fixture, i % 2 == 0 ? "even" : "odd");
    }
    assert_int_equal(check_page(fixture, "/runs", 60, 50), 11);
    assert_int_equal(check_page(fixture, "/runs?before=11", 10, 10), 0);
    assert_int_equal(check_page(fixture, "/runs?limit=1", 60, 1), 60);
    assert_int_equal(check_page(fixture, "/runs?limit=16", 60, 16), 45);
    assert_int_equal(check_page(fixture, "/runs?limit=60", 60, 60), 0);
    assert_int_equal(check_page(fixture, "/runs?limit=59", 60, 59), 2);
    assert_int_equal(check_page(fixture, "/runs?limit=1000&mode=thread&status=queued", 60, 60), 0);
    assert_int_equal(check_page(fixture, "/runs?mode=pool", 0, 0), 0);
    assert_int_equal(check_page(fixture, "/runs?status=completed", 0, 0), 0);
    cJSON *const odd = ask_json(fixture, "/runs?q=ODD&limit=1000");
    assert_int_equal(cJSON_GetArraySize(item(odd, "runs")), 30);
    cJSON_Delete(odd);
}

WEB_TEST(the_history_is_csv_without_formulas)
{
    struct fixture *const fixture = *state;
    for (int i = 0; i < 40; i++) {
        (void)add_run(fixture, "=SUM(A1)");
    }
    char *const answer = ask(fixture, "GET /runs.csv", NULL, NULL);
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "\r\nContent-Type: text/csv; charset=utf-8; header=present\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Disposition: attachment; filename=\"runs.csv\"\r\n"));
    assert_non_null(strstr(answer, "id,status,mode,count,pool_size,ranks,hold,"));
    assert_int_equal(count_text(answer, ",\"'=SUM(A1)\","), 40);
    free(answer);
    expect(fixture, "GET /runs.csv?mode=pool", NULL, NULL, 200, "id,status,");
    expect(fixture, "GET /runs.csv?mode=none", NULL, NULL, 400, "\"field\":\"mode\"");
}

static void add_samples(const struct fixture *fixture, int64_t id, size_t count)
{
    struct err err;
    struct run_sample *const samples = calloc(count, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < count; i++) {
        samples[i].at_us = i * 100000;
        samples[i].client.at_us = samples[i].at_us;
    }
    OK(store_samples_add(fixture->store, id, samples, count, &err));
    free(samples);
}

/* 450 rows are two full pages and a part; 400 end with a page, so that the end is an empty one. */
WEB_TEST(all_samples_are_sent_whatever_their_number)
{
    static const size_t counts[] = {0, 1, 400, 450};
    struct fixture *const fixture = *state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        char path[64];
        char line[64];
        const int64_t id = add_run(fixture, "");
        if (counts[i] > 0) {
            add_samples(fixture, id, counts[i]);
        }
        snprintf(path, sizeof path, "/runs/%lld/samples", (long long)id);
        cJSON *const json = ask_json(fixture, path);
        assert_int_equal(cJSON_GetArraySize(item(json, "samples")), counts[i]);
        cJSON_Delete(json);
        snprintf(line, sizeof line, "GET /runs/%lld/samples.csv", (long long)id);
        char *const answer = ask(fixture, line, NULL, NULL);
        assert_int_equal(count_text(answer, "at_us,started,"), 1);
        assert_int_equal(count_text(answer, "00000,0,0,0,0,0,0,") + count_text(answer, "\n0,0,0,0,0,0,0,"), counts[i]);
        free(answer);
    }
}

static void add_traces(const struct fixture *fixture, int64_t id, size_t count)
{
    struct err err;
    struct error_trace *const traces = calloc(count, sizeof *traces);
    assert_non_null(traces);
    for (size_t i = 0; i < count; i++) {
        traces[i] = (struct error_trace){.client = i, .phase = PHASE_CONNECT, .error_number = 24, .frame_count = 2};
        snprintf(traces[i].call, sizeof traces[i].call, "socket");
        snprintf(traces[i].message, sizeof traces[i].message, "Too many open files");
        for (int k = 0; k < 2; k++) {
            snprintf(traces[i].frames[k].function, sizeof traces[i].frames[k].function, k == 0 ? "inner" : "outer");
            snprintf(traces[i].frames[k].file, sizeof traces[i].frames[k].file, "client.c");
            traces[i].frames[k].line = 10 + k;
        }
    }
    OK(store_traces_add(fixture->store, id, traces, count, &err));
    free(traces);
}

WEB_TEST(traces_come_in_pages)
{
    struct fixture *const fixture = *state;
    add_traces(fixture, add_run(fixture, ""), 250);
    int total = 0;
    int64_t after = 0;
    bool more = true;
    while (more) {
        char path[64];
        snprintf(path, sizeof path, "/runs/1/errors?limit=100&after=%lld", (long long)after);
        cJSON *const json = ask_json(fixture, path);
        const cJSON *const traces = item(json, "traces");
        assert_true(cJSON_IsArray(item(json, "errors")));
        assert_int_equal((int)cJSON_GetNumberValue(item(cJSON_GetArrayItem(traces, 0), "client")), total);
        total += cJSON_GetArraySize(traces);
        more = cJSON_IsNumber(item(json, "next"));
        after = more ? (int64_t)item(json, "next")->valuedouble : 0;
        cJSON_Delete(json);
    }
    assert_int_equal(total, 250);
    char *const answer = ask(fixture, "GET /runs/1/errors.csv", NULL, NULL);
    assert_int_equal(
        count_text(answer, ",connect,socket,EMFILE,Too many open files,inner (client.c:10) < outer (client.c:11)\r\n"),
        250);
    free(answer);
    expect(fixture, "GET /runs/1/errors?limit=1001", NULL, NULL, 400, "\"field\":\"limit\"");
}

WEB_TEST(the_transcript_has_both_sides_in_time_order)
{
    static const struct run_log logs[] = {
        {1000, RUN_SIDE_CLIENT, "[CLIENT 0] sending b'TIME\\r\\n\\r\\n'"},
        {3000, RUN_SIDE_CLIENT, "[CLIENT 0] received b'JAM 12:00:00\\r\\n'"},
        {2000, RUN_SIDE_SERVER, "total koneksi 1"},
    };
    struct fixture *const fixture = *state;
    struct err err;
    OK(store_logs_add(fixture->store, add_run(fixture, ""), logs, COUNT_OF(logs), &err));
    cJSON *const json = ask_json(fixture, "/runs/1/transcript");
    const cJSON *const lines = item(json, "transcript");
    assert_int_equal(cJSON_GetArraySize(lines), 3);
    assert_string_equal(cJSON_GetStringValue(item(cJSON_GetArrayItem(lines, 1), "text")), "total koneksi 1");
    assert_string_equal(cJSON_GetStringValue(item(cJSON_GetArrayItem(lines, 1), "side")), "server");
    cJSON_Delete(json);
    expect(fixture, "GET /runs/1/transcript.txt", NULL, NULL, 200,
           "   0.001000  client  [CLIENT 0] sending b'TIME\\r\\n\\r\\n'\n"
           "   0.002000  server  total koneksi 1\n"
           "   0.003000  client  [CLIENT 0] received b'JAM 12:00:00\\r\\n'\n");
}

WEB_TEST(histograms_list_their_buckets)
{
    struct fixture *const fixture = *state;
    struct err err;
    struct run run;
    struct hist *const latency = calloc(LATENCY_COUNT, sizeof *latency);
    assert_non_null(latency);
    for (int i = 0; i < LATENCY_COUNT; i++) {
        hist_init(&latency[i]);
        hist_record(&latency[i], 5000000);
        hist_record(&latency[i], 5000000);
    }
    OK(store_run_get(fixture->store, add_run(fixture, ""), &run, &err));
    run.started_ms = run.created_ms;
    OK(store_run_started(fixture->store, &run, &err));
    run.status = RUN_STATUS_COMPLETED;
    run.finished_ms = run.created_ms;
    run.totals = (struct load_totals){.started = 5, .connected = 5, .completed = 5};
    OK(store_run_finished(fixture->store, &run, latency, &err));
    cJSON *const json = ask_json(fixture, "/runs/1/histogram");
    const cJSON *const rows = item(item(json, "histogram"), "reply");
    assert_int_equal(cJSON_GetArraySize(rows), 1);
    const cJSON *const row = cJSON_GetArrayItem(rows, 0);
    assert_true(cJSON_GetNumberValue(item(row, "from_us")) <= 5000 && cJSON_GetNumberValue(item(row, "to_us")) > 5000);
    assert_true(cJSON_GetNumberValue(item(row, "count")) == 2);
    cJSON_Delete(json);
    free(latency);
    (void)add_run(fixture, "nothing measured");
    expect(fixture, "GET /runs/2/histogram", NULL, NULL, 200,
           "{\"histogram\":{\"connect\":[],\"reply\":[],\"client\":[]}}");
}
