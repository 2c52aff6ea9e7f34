#include <errno.h>

#include "base/json.h"
#include "server/lab/json/run_json.h"
#include "server/lab/run/environment.h"
#include "tests/unit/test.h"

static void expect_json(cJSON *json, const char *text)
{
    assert_non_null(json);
    char *const printed = cJSON_PrintUnformatted(json);
    assert_string_equal(printed, text);
    free(printed);
    cJSON_Delete(json);
}

/* One member of the run as text; the caller frees it. */
static char *member_of(const struct run *run, const char *name)
{
    cJSON *const json = run_to_json(run, LANGUAGE_ENGLISH);
    assert_non_null(json);
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(json, name);
    assert_non_null(item);
    char *const text = cJSON_PrintUnformatted(item);
    cJSON_Delete(json);
    return text;
}

static void expect_member(const struct run *run, const char *name, const char *expected)
{
    char *const text = member_of(run, name);
    assert_string_equal(text, expected);
    free(text);
}

static void make_queued(struct run *run)
{
    memset(run, 0, sizeof *run);
    run_spec_init(&run->spec);
    run->spec.mode = MODE_THREAD;
    run->spec.count = 500;
    run->spec.pool_size = 6;
    run->id = 17;
    run->status = RUN_STATUS_QUEUED;
    run->created_ms = 1795450595123;
    run->totals.not_started = 500;
}

static void make_completed(struct run *run)
{
    make_queued(run);
    run->status = RUN_STATUS_COMPLETED;
    run->started_ms = 1795450596000;
    run->finished_ms = 1795450598500;
    run->duration_us = 2500000;
    run->totals = (struct load_totals){500, 499, 498, 2, 0};
    run->peaks = (struct load_peaks){1, 2, 3};
    run->start = (struct load_start){.last_up_us = 1250000, .peak_clients = 77};
    run->cost = (struct load_cost){.cpu_us = 25025, .memory_bytes = 1000 * 8500 + 5};
    run->peak_server_threads = 4;
    run->peak_server_connections = 5;
    run->server_known = true;
    memcpy(run->server_model, "thread", 7);
    run->server_backlog = 4096;
    run->server_accepted = 499;
    run->server_listen_overflows = 1;
    run->server_refused = 2;
    run->latency[LATENCY_CONNECT] = (struct latency){499, 1000, 2049, 3050, 4000, 5000, 6000000, 2051};
    run->latency[LATENCY_REPLY] = run->latency[LATENCY_CONNECT];
    run->latency[LATENCY_CLIENT] = run->latency[LATENCY_CONNECT];
    memcpy(run->environment, "{\"cores\":2}", 12);
    run->group_count = 2;
    run->groups[0] =
        (struct error_group){PHASE_CONNECT, "socket", EMFILE, 0, "none is free", 1, 7, 1500, 2000, 0, 0, 0, 0};
    run->groups[1] = (struct error_group){PHASE_PROTOCOL, "recv", 0, 5, "no JAM", 1, 8, 1, 1, 0, 0, 0, 0};
}

TEST(a_queued_run_has_null_for_what_is_unknown)
{
    struct run *const run = malloc(sizeof *run);
    make_queued(run);
    expect_json(
        run_to_json(run, LANGUAGE_ENGLISH),
        "{\"mode\":\"thread\",\"count\":500,\"pool_size\":6,\"ranks\":1,\"hold\":false,\"requests\":1,\"rate\":0,"
        "\"exchange\":"
        "\"time\",\"request\":"
        "\"crlf2\",\"path\":\"/\",\"send\":\"\",\"expect\":\"\",\"timeout_ms\":30000,"
        "\"stack_kib\":64,\"target\":\"builtin\",\"sources\":0,\"limits\":{},\"label\":\"\",\"duration_s\":0,"
        "\"totals\":{\"started\":0,\"connected\":0,\"completed\":0,\"failed\":0,\"not_started\":500},"
        "\"peaks\":{\"client_threads\":0,\"client_processes\":0,\"client_connections\":0,\"server_threads\":0,"
        "\"server_connections\":0},\"start\":null,\"rate_reached\":null,\"late_side\":null,"
        "\"cost\":{\"cpu_us\":null,\"memory_bytes\":null},\"clients_per_s\":0,"
        "\"latency_us\":null,\"errors\":[],\"verdict\":null,\"source_addresses\":null,\"id\":17,\"status\":"
        "\"queued\",\"created_at\":\"2026-11-23T16:16:35.123Z\",\"started_at\":null,\"finished_at\":null,"
        "\"server\":null,\"server_process\":null,\"resolved\":null,\"cpu\":null,\"host\":null,\"environment\":null,"
        "\"message\":\"\",\"experiment\":null}");
    free(run);
}

TEST(a_completed_run_shows_what_was_measured)
{
    struct run *const run = malloc(sizeof *run);
    make_completed(run);
    run->experiment = 3;
    expect_member(run, "status", "\"completed\"");
    expect_member(run, "duration_s", "2.5");
    expect_member(run, "clients_per_s", "199.2");
    expect_member(run, "experiment", "3");
    expect_member(run, "environment", "{\"cores\":2}");
    expect_member(run, "peaks",
                  "{\"client_threads\":1,\"client_processes\":2,\"client_connections\":3,\"server_threads\":4,"
                  "\"server_connections\":5}");
    expect_member(run, "start", "{\"last_up_ms\":1250,\"per_s\":400,\"peak_clients\":77}");
    expect_member(run, "cost", "{\"cpu_us\":50.1,\"memory_bytes\":null}"); /* too few alive */
    run->start.peak_clients = 1000;
    run->cost.cpu_us = 19999;
    expect_member(run, "cost", "{\"cpu_us\":null,\"memory_bytes\":8500}");
    expect_member(run, "server",
                  "{\"model\":\"thread\",\"backlog\":4096,\"accepted\":499,\"listen_overflows\":1,\"refused\":2}");
    expect_member(run, "errors",
                  "[{\"phase\":\"connect\",\"call\":\"socket\",\"errno\":\"EMFILE\",\"message\":\"none is free\","
                  "\"count\":1,\"first_client\":7,\"first_at_ms\":1.5,\"last_at_ms\":2},"
                  "{\"phase\":\"protocol\",\"call\":\"recv\",\"errno\":null,\"message\":\"no JAM\",\"count\":1,"
                  "\"first_client\":8,\"first_at_ms\":0.001,\"last_at_ms\":0.001}]");
    free(run);
}

TEST(latencies_are_microseconds_with_one_decimal)
{
    const struct latency latency = {499, 1000, 2049, 3050, 4000, 5000, 6000000, 2051};
    struct json_tree tree;
    const struct json_writer writer = json_new_tree_writer(&tree);
    summary_write_latency(&writer, NULL, &latency);
    expect_json(json_tree_take(&tree),
                "{\"min\":1,\"p50\":2,\"p90\":3.1,\"p99\":4,\"p999\":5,\"max\":6000,\"mean\":2.1}");
}

TEST(latency_of_which_nothing_was_measured_is_null)
{
    struct run *const run = malloc(sizeof *run);
    make_queued(run);
    run->latency[LATENCY_CONNECT].count = 1;
    expect_member(run, "latency_us",
                  "{\"connect\":{\"min\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"max\":0,\"mean\":0},"
                  "\"reply\":null,\"client\":null}");
    free(run);
}

TEST(an_environment_that_is_not_json_is_null)
{
    struct run *const run = malloc(sizeof *run);
    make_completed(run);
    memcpy(run->environment, "{\"cores\":", 10);
    expect_member(run, "environment", "null");
    free(run);
}

TEST(clients_per_s_is_zero_without_a_duration)
{
    struct run *const run = malloc(sizeof *run);
    make_completed(run);
    assert_true(run_clients_per_s(run) > 199.19 && run_clients_per_s(run) < 199.21);
    run->duration_us = 0;
    assert_true(run_clients_per_s(run) == 0);
    free(run);
}

TEST(a_sample_has_both_sides)
{
    const struct run_sample sample = {.at_us = 100250,
                                      .client = {1, {10, 9, 8, 1, 490}, 2, 3, 4, 5, 6, 7500},
                                      .server_processes = 10,
                                      .server_threads = 11,
                                      .server_connections = 12,
                                      .server_accepted = 13,
                                      .server_fds = 14,
                                      .server_rss_bytes = 15,
                                      .server_cpu_us = 16000,
                                      .server_queue = 17,
                                      .server_refused = 18,
                                      .server_overflows = 19,
                                      .server_accept_paused = 1};
    expect_json(run_sample_to_json(&sample),
                "{\"at_ms\":100.25,\"client\":{\"threads\":2,\"processes\":3,\"connections\":4,\"fds\":5,"
                "\"rss_bytes\":6,\"cpu_ms\":7.5},\"server\":{\"processes\":10,\"threads\":11,\"connections\":12,"
                "\"accepted\":13,"
                "\"fds\":14,\"rss_bytes\":15,\"cpu_ms\":16,\"queue\":17,\"refused\":18,\"listen_overflows\":19,"
                "\"accept_paused\":true},\"totals\":{\"started\":10,\"connected\":9,"
                "\"completed\":8,\"failed\":1,\"not_started\":490}}");
}

TEST(a_log_line_has_its_side)
{
    struct run_log log = {.at_us = 1000, .side = RUN_SIDE_SERVER, .text = "total koneksi 7"};
    expect_json(run_log_to_json(&log), "{\"at_ms\":1,\"side\":\"server\",\"text\":\"total koneksi 7\"}");
    log.side = RUN_SIDE_CLIENT;
    expect_json(run_log_to_json(&log), "{\"at_ms\":1,\"side\":\"client\",\"text\":\"total koneksi 7\"}");
}

TEST(a_trace_has_its_frames)
{
    const struct error_trace trace = {.client = 2044,
                                      .at_us = 1500,
                                      .phase = PHASE_START,
                                      .call = "fork",
                                      .error_number = EAGAIN,
                                      .message = "no \"task\"",
                                      .frame_count = 1,
                                      .frames = {{"start_client", "loadgen/engine/mode_process.c", 42}}};
    expect_json(run_trace_to_json(&trace),
                "{\"client\":2044,\"at_ms\":1.5,\"phase\":\"start\",\"call\":\"fork\",\"errno\":\"EAGAIN\","
                "\"message\":\"no \\\"task\\\"\",\"frames\":[{\"function\":\"start_client\","
                "\"file\":\"loadgen/engine/mode_process.c\",\"line\":42}]}");
}

TEST(the_server_shows_its_counters)
{
    const struct time_stats stats = {.model = TIME_MODEL_THREAD,
                                     .backlog = 128,
                                     .workers = 64,
                                     .budget = 19872,
                                     .total = 1,
                                     .live = 2,
                                     .threads = 3,
                                     .replies = 4,
                                     .invalid = 5,
                                     .refused = 6,
                                     .evicted = 7,
                                     .accept_pauses = 8,
                                     .accept_paused = true,
                                     .listen_overflows = 9,
                                     .queue = 10};
    expect_json(
        time_stats_to_json(&stats, "127.0.0.1:45000", 42),
        "{\"model\":\"thread\",\"listen\":\"127.0.0.1:45000\",\"backlog\":128,\"workers\":64,\"total\":1,\"live\":2,"
        "\"threads\":3,\"fds\":42,\"budget\":19872,\"accept_paused\":true,\"accept_pauses\":8,\"refused\":6,"
        "\"evicted\":7,\"replies\":4,\"invalid\":5,\"listen_overflows\":9,\"queue\":10}");
    cJSON *const json = time_stats_to_json(&stats, "x:1", LIMIT_UNKNOWN);
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "fds")));
    cJSON_Delete(json);
}

TEST(every_status_has_its_name)
{
    for (enum run_status status = 0; status < RUN_STATUS_COUNT; status++) {
        assert_int_equal(run_status_from_name(run_status_name(status)), status);
        assert_int_equal(run_status_is_over(status), status != RUN_STATUS_QUEUED && status != RUN_STATUS_RUNNING);
    }
    assert_int_equal(run_status_from_name("done"), RUN_STATUS_COUNT);
    assert_false(run_status_is_over(RUN_STATUS_COUNT));
}

TEST(the_host_is_shown_as_far_as_it_is_known)
{
    static const struct {
        struct run_host host;
        const char *json;
    } rows[] = {
        {{.name = ""}, "{\"host\":null}"},
        {{.kernel = "6.1.0"}, "{\"host\":{\"name\":null,\"kernel\":\"6.1.0\",\"fingerprint\":null}}"},
        {{"pc-1", "6.1.0", "0123456789abcdef"},
         "{\"host\":{\"name\":\"pc-1\",\"kernel\":\"6.1.0\",\"fingerprint\":\"0123456789abcdef\"}}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cJSON *const object = cJSON_CreateObject();
        assert_true(run_host_add_json(object, &rows[i].host));
        expect_json(object, rows[i].json);
    }
}

TEST(the_environment_is_json_and_fits)
{
    char text[1024];
    assert_true(environment_json("3.40.1", text, sizeof text));
    cJSON *const json = cJSON_Parse(text);
    assert_non_null(json);
    static const char *const texts[] = {"kernel", "machine", "system", "fingerprint"};
    for (size_t i = 0; i < 4; i++) {
        const cJSON *const item = cJSON_GetObjectItemCaseSensitive(json, texts[i]);
        assert_true(cJSON_IsString(item));
        assert_true(item->valuestring[0] != '\0');
    }
    assert_true(cJSON_GetObjectItemCaseSensitive(json, "cores")->valuedouble >= 1);
    assert_true(cJSON_GetObjectItemCaseSensitive(json, "memory_bytes")->valuedouble > 1 << 20);
    const cJSON *const versions = cJSON_GetObjectItemCaseSensitive(json, "versions");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(versions, "sqlite")->valuestring, "3.40.1");
    cJSON_Delete(json);
    assert_false(environment_json("3.40.1", text, 40));
    assert_string_equal(text, "");
}

TEST(the_fingerprint_distinguishes_environments)
{
    struct limit_value limits[2] = {
        {LIMIT_NOFILE, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_PROCESS, 1024, 7, "getrlimit"},
        {LIMIT_BACKLOG, LIMIT_SIDE_SERVER, LIMIT_SCOPE_SOCKET, 128, 7, "listen"},
    };
    struct environment_facts facts = {"6.1.0", "x86_64", 2, 8ULL << 30, limits, 2};
    const uint64_t first = environment_fingerprint(&facts);
    limits[0].used = 99;   /* what is in use changes from run to run */
    limits[1].value = 256; /* the run records its backlog itself */
    facts.memory_bytes += 1 << 20;
    assert_true(environment_fingerprint(&facts) == first);
    limits[0].value = 1025;
    assert_true(environment_fingerprint(&facts) != first);
    limits[0].value = 1024;
    facts.cores = 4;
    assert_true(environment_fingerprint(&facts) != first);
    facts.cores = 2;
    facts.kernel = "6.1.1";
    assert_true(environment_fingerprint(&facts) != first);
    facts.kernel = "6.1.0";
    facts.memory_bytes = 16ULL << 30;
    assert_true(environment_fingerprint(&facts) != first);
}
