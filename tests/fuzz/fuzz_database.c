/* A database with arbitrary values in every column: whatever it holds, every GET route answers in JSON and CSV that are
 * well-formed and valid UTF-8, no row hides another, and a start repairs what it can.
 *
 * The schema is that of the migrations, but takes any type and NULL everywhere. The input is a list of changes of a
 * small valid history: a table, a column, one row or all, and a value of any type. */
#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/table.h"
#include "base/utf8.h"
#include "db/store_prune.h"
#include "tests/fuzz/root.h"
#include "web/api/publisher.h"
#include "web/api/resources.h"
#include "web/http/http.h"

#define COLUMNS_MOST 256

static struct {
    sqlite3 *raw; /* the other program */
    struct store *store;
    unsigned port;
    int connection;
    struct {
        sqlite3_stmt *one, *all;
    } changes[COLUMNS_MOST];
    size_t count;
} panel;

/* --- the history --- */

static const char relax[] = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(replace(sql, "
                            "'STRICT, WITHOUT', 'WITHOUT'),"
                            " ') STRICT', ')'), 'NOT NULL', '') WHERE type = 'table'; PRAGMA writable_schema = RESET";

static const char history[] =
    "DELETE FROM runs; DELETE FROM run_samples; DELETE FROM error_groups; DELETE FROM error_traces; DELETE FROM "
    "run_limits;"
    "DELETE FROM run_histograms; DELETE FROM run_transcript; DELETE FROM experiments;"
    "INSERT INTO experiments (id, status, kind, asked, created_ms, prediction) VALUES (1, 'running', 'sweep',"
    " '{\"kind\":\"sweep\",\"modes\":[\"event\"],\"counts\":[5],\"repeats\":2}', 5, "
    "'{\"ceiling\":9,\"limit\":\"pids.max\","
    "\"side\":\"client\",\"value\":9,\"unit\":\"\",\"shared\":false,\"next\":null,\"certain\":true,\"sentence\":\"s\"}'"
    "),"
    " (2, 'completed', 'ceiling', '{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":50}', 5, NULL);"
    "INSERT INTO runs (id, status, experiment, created_ms, mode, count, pool_size, hold, requests, timeout_ms, "
    "stack_kib,"
    " target, label, duration_us, started, connected, completed, failed, not_started, server_model, cpu, environment,"
    " verdict_kind, verdict_name, verdict_side, verdict_value, verdict_reached, verdict_certainty, verdict_facts) "
    "SELECT value, iif(value = 3, 'running', 'completed'), 1 + value % 2, 7, 'event', 5, 8, 1, 1, "
    "30000, 64,"
    " 'builtin', 'a', 900, 5, 5, 4, 1, 0, 'thread', '{\"bottleneck\":\"client\"}', '{\"cores\":2}', "
    "'limit', 'pids.max', 'client', 9, 8, 'likely', '[{\"fact\":\"recorded\",\"text\":\"e\"}]'"
    " FROM json_each('[1,2,3,4]');"
    "INSERT INTO run_samples SELECT id, 1, 5, 5, 5, 5, 4, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1 FROM "
    "runs;"
    "INSERT INTO error_groups SELECT id, 1, 'connect', 'connect', 111, 'm', 1, 0, 5, 5 FROM runs;"
    "INSERT INTO error_traces SELECT id, 1, 0, 5, 'connect', 'connect', 111, 'm',"
    " '[{\"function\":\"f\",\"file\":\"c.c\",\"line\":1}]' FROM runs;"
    "INSERT INTO run_limits (run, side, name, scope, value, used, source) SELECT id, 'client', 'pids.max', 'cgroup', "
    "9, 1, 's'"
    " FROM runs;"
    "INSERT INTO run_histograms SELECT id, 'connect', 1, 1, 1, 1, 1, 1, 1, 1,"
    " '{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1,1]]}' FROM runs;"
    "INSERT INTO run_transcript (run, at_us, side, text) SELECT id, 5, 'client', 't' FROM runs";

static void sql(const char *text)
{
    char *message = NULL;
    if (sqlite3_exec(panel.raw, text, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s\n", message);
        abort();
    }
}

/* The statements that change one column, for every column. */
static void prepare_changes(void)
{
    static const char *const tables[][2] = {{"runs", "id = 2"},
                                            {"experiments", "id = 1"},
                                            {"run_samples", "run = 2"},
                                            {"error_groups", "run = 2"},
                                            {"error_traces", "run = 2"},
                                            {"run_limits", "run = 2"},
                                            {"run_histograms", "run = 2"},
                                            {"run_transcript", "run = 2"}};
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        char text[256];
        sqlite3_stmt *columns = NULL;
        snprintf(text, sizeof text, "SELECT name FROM pragma_table_info('%s')", tables[i][0]);
        MUST(sqlite3_prepare_v2(panel.raw, text, -1, &columns, NULL) == SQLITE_OK);
        while (sqlite3_step(columns) == SQLITE_ROW) {
            MUST(panel.count < COLUMNS_MOST);
            const char *const name = (const char *)sqlite3_column_text(columns, 0);
            snprintf(text, sizeof text, "UPDATE OR IGNORE %s SET %s = ?", tables[i][0], name);
            MUST(sqlite3_prepare_v2(panel.raw, text, -1, &panel.changes[panel.count].all, NULL) == SQLITE_OK);
            snprintf(text, sizeof text, "UPDATE OR IGNORE %s SET %s = ? WHERE %s", tables[i][0], name, tables[i][1]);
            MUST(sqlite3_prepare_v2(panel.raw, text, -1, &panel.changes[panel.count++].one, NULL) == SQLITE_OK);
        }
        sqlite3_finalize(columns);
    }
}

/* Binds the value at the front of `bytes`; returns how many it took. */
static size_t bind_value(sqlite3_stmt *change, const uint8_t *bytes, size_t size)
{
    static const char *const texts[] = {
        "{}",     "[1]",     "null",  "\"x\"", "unknown", "[{\"fact\":\"use\",\"limit\":\"x\"}]",
        "queued", "running", "proof", "pool",  "1e999",   "{\"a\":{\"b\":\"\\u0001\"}}"};
    static const sqlite3_int64 numbers[] = {
        0, 1, -1, INT64_MAX, INT64_MIN, 1700000000000, 4294967296, 9007199254740993};
    static const double reals[] = {0.5, -1e308, 1e308, HUGE_VAL};
    const size_t length = size > 1 && bytes[1] < size - 2 ? bytes[1] : 0;
    switch (bytes[0] % 8) {
    case 0:
        sqlite3_bind_null(change, 1);
        return 1;
    case 1:
        sqlite3_bind_text(change, 1, texts[bytes[0] / 8 % COUNT_OF(texts)], -1, SQLITE_STATIC);
        return 1;
    case 2:
        sqlite3_bind_int64(change, 1, numbers[bytes[0] / 8 % COUNT_OF(numbers)]);
        return 1;
    case 3:
        sqlite3_bind_double(change, 1, reals[bytes[0] / 8 % COUNT_OF(reals)]);
        return 1;
    case 4:
        sqlite3_bind_blob(change, 1, bytes + (length > 0 ? 2 : 0), (int)length, SQLITE_STATIC);
        return length > 0 ? 2 + length : 1;
    case 5:
        sqlite3_bind_zeroblob(change, 1, 3000);
        return 1;
    default:
        sqlite3_bind_text(change, 1, (const char *)bytes + (length > 0 ? 2 : 0), (int)length, SQLITE_STATIC);
        return length > 0 ? 2 + length : 1;
    }
}

static void write_history(const uint8_t *bytes, size_t size)
{
    sql("BEGIN IMMEDIATE");
    sql(history);
    while (size >= 3) {
        const size_t column = bytes[0] % panel.count;
        sqlite3_stmt *const change = bytes[1] % 4 == 0 ? panel.changes[column].all : panel.changes[column].one;
        const size_t taken = 2 + bind_value(change, bytes + 2, size - 2);
        (void)sqlite3_step(change); /* a key that is there already is refused */
        (void)sqlite3_reset(change);
        bytes += taken;
        size -= taken;
    }
    sql("COMMIT");
}

/* --- the panel --- */

static void start(void)
{
    static struct app app;
    static struct publisher publisher;
    static const char *const no_targets[] = {NULL};
    static struct live *live;
    static struct http *http; /* reachable to the end */
    struct err err;
    char path[128];
    struct net_address any;
    snprintf(path, sizeof path, "%s/fuzz.db", root());
    MUST(store_open(path, &panel.store, &err) == RESULT_OK);
    store_close(panel.store);
    MUST(sqlite3_open(path, &panel.raw) == SQLITE_OK);
    sql(relax);
    sqlite3_close(panel.raw);
    MUST(store_open(path, &panel.store, &err) == RESULT_OK);
    MUST(sqlite3_open(path, &panel.raw) == SQLITE_OK);
    sql("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
    prepare_changes();
    struct time_server_config time = time_server_defaults();
    MUST(net_parse("127.0.0.1:0", &any, &err) == RESULT_OK);
    time.address = any;
    MUST(live_create(&live, &err) == RESULT_OK && time_server_start(&time, &app.server, &err) == RESULT_OK);
    publisher = (struct publisher){.live = live, .store = panel.store, .server = app.server};
    const struct run_queue_config queue = {.watch.store = panel.store,
                                           .watch.observer = publisher_observer(&publisher),
                                           .watch.server = app.server,
                                           .watch.programs.generator = "/nowhere/koneksi-load",
                                           .watch.targets = no_targets,
                                           .held = true};
    MUST(run_queue_start(&queue, &app.queue, &err) == RESULT_OK);
    app.store = panel.store;
    const struct http_config web = {.address = any, .routes = api_routes, .app = &app, .live = live};
    MUST(http_start(&web, &http, &err) == RESULT_OK);
    http_address(http, &any);
    panel.port = net_port(&any);
}

static void connect_to_panel(void)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)panel.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    panel.connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(panel.connection >= 0);
    MUST(connect(panel.connection, (const struct sockaddr *)&address, sizeof address) == 0);
}

/* False when the panel has closed the connection. */
static bool receive_some(struct buf *answer)
{
    char piece[16384];
    const ssize_t length = read(panel.connection, piece, sizeof piece);
    if (length > 0) {
        buf_append(answer, piece, (size_t)length);
    }
    MUST(!answer->failed);
    return length > 0;
}

/* The chunks from `at` on, until the empty one that ends a whole answer; false when the panel closed before it. */
static bool read_chunks(struct buf *answer, size_t at, struct buf *body)
{
    for (;;) {
        char *end = NULL;
        while (answer->length <= at || (end = strstr(answer->bytes + at, "\r\n")) == NULL) {
            if (!receive_some(answer)) {
                return false;
            }
        }
        const size_t size = strtoul(answer->bytes + at, NULL, 16);
        at = (size_t)(end - answer->bytes) + 2;
        while (answer->length < at + size + 2) {
            if (!receive_some(answer)) {
                return false;
            }
        }
        if (size == 0) {
            return true;
        }
        buf_append(body, answer->bytes + at, size);
        at += size + 2;
    }
}

static bool read_length(struct buf *answer, size_t at, size_t size, struct buf *body)
{
    while (answer->length < at + size) {
        if (!receive_some(answer)) {
            return false;
        }
    }
    buf_append(body, answer->bytes + at, size);
    return true;
}

/* Returns the status, 0 when the panel closed the connection before the end of the answer. */
static int ask(const char *path, struct buf *body)
{
    char request[256];
    const int length =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, panel.port);
    struct buf answer = BUF_INIT;
    char *end = NULL;
    bool whole = send(panel.connection, request, (size_t)length, MSG_NOSIGNAL) == length && receive_some(&answer);
    while (whole && (end = strstr(answer.bytes, "\r\n\r\n")) == NULL) {
        whole = receive_some(&answer);
    }
    int status = 0;
    if (whole) {
        const size_t at = (size_t)(end - answer.bytes) + 4;
        const char *const given = strcasestr(answer.bytes, "\r\nContent-Length: ");
        status = (int)strtol(answer.bytes + strlen("HTTP/1.1 "), NULL, 10);
        whole = given == NULL || given > end
                    ? read_chunks(&answer, at, body)
                    : read_length(&answer, at, strtoul(given + strlen("\r\nContent-Length: "), NULL, 10), body);
    }
    buf_free(&answer);
    return whole ? status : 0;
}

/* The panel ends a connection that idles, and one that takes its answer too slowly: on a busy machine, this one. */
static int get(const char *path, struct buf *body)
{
    int status = 0;
    for (int tries = 0; tries < 5 && status == 0; tries++) {
        if (tries > 0) {
            close(panel.connection);
            connect_to_panel();
        }
        buf_clear(body);
        status = ask(path, body);
    }
    return status;
}

/* --- what must hold --- */

static void check_utf8(const struct buf *body)
{
    size_t at = 0;
    while (at < body->length) {
        uint32_t ignored = 0;
        const size_t step = utf8_decode(body->bytes + at, body->length - at, &ignored);
        MUST(step > 0);
        at += step;
    }
}

static void check_rectangle(const struct buf *body)
{
    size_t columns = 0;
    size_t row = 1;
    bool quoted = false;
    for (size_t i = 0; i < body->length; i++) {
        const char c = body->bytes[i];
        quoted = quoted != (c == '"');
        row += !quoted && c == ',';
        if (!quoted && c == '\n') {
            MUST(columns == 0 || row == columns);
            columns = row;
            row = 1;
        }
    }
    MUST(!quoted && body->length > 0 && body->bytes[body->length - 1] == '\n');
}

static void check(const char *path)
{
    struct buf body = BUF_INIT;
    const int status = get(path, &body);
    if (status != 200 && status != 404) {
        fprintf(stderr, "%s: %d %s\n", path, status, body.bytes);
    }
    MUST(status == 200 || status == 404); /* 404: the input gave the row another id */
    check_utf8(&body);
    if (strstr(path, ".csv") != NULL && status == 200) {
        check_rectangle(&body);
    } else if (strstr(path, ".txt") == NULL && strstr(path, "/metrics") == NULL) {
        cJSON *const json = cJSON_ParseWithLengthOpts(body.bytes, body.length, NULL, 0);
        MUST(json != NULL);
        cJSON_Delete(json);
    }
    buf_free(&body);
}

/* What a start and the queue do with the same rows. */
static void check_upkeep(void)
{
    struct err err;
    size_t interrupted = 0;
    struct store_ids deleted;
    struct pruning pruning = {.keep = 1};
    MUST(store_recover(panel.store, 9, &interrupted, &err) == RESULT_OK);
    MUST(store_prune_find(panel.store, &pruning, &err) == RESULT_OK);
    MUST(store_prune_batch(panel.store, &pruning, &deleted, &err) == RESULT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {"/runs?limit=1000",
                                        "/runs?sort=label&order=asc",
                                        "/runs?sort=clients_per_s",
                                        "/runs.csv",
                                        "/runs.csv?sort=mode",
                                        "/runs/2",
                                        "/runs/2/errors",
                                        "/runs/2/errors.csv",
                                        "/runs/2/limits",
                                        "/runs/2/histogram",
                                        "/runs/2/samples",
                                        "/runs/2/samples.csv",
                                        "/runs/2/transcript",
                                        "/runs/2/transcript.txt",
                                        "/compare?runs=1,2",
                                        "/compare.csv?runs=1,2",
                                        "/compare?experiment=1",
                                        "/compare.csv?experiment=1",
                                        "/experiments",
                                        "/experiments/1",
                                        "/experiments/2",
                                        "/metrics",
                                        "/healthz"};
    if (panel.store == NULL) {
        start();
    }
    write_history(bytes, size);
    connect_to_panel();
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        check(paths[i]);
    }
    close(panel.connection);
    check_upkeep();
    return 0;
}
