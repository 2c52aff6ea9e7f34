/* The store where things are not as it made them: readers that stop early, changes of what is not there or is over,
 * and what another program wrote into its database. */
#include <fcntl.h>

#include "db/connection.h"
#include "db/store_experiments.h"
#include "db/store_parts.h"
#include "tests/unit/db/store_fixture.h"

static bool enough(void *arg)
{
    ++*(int *)arg;
    return false;
}

static bool see_run(const struct run *run, void *arg)
{
    return enough(arg);
}

static bool see_trace(int64_t position, const struct error_trace *trace, void *arg)
{
    return enough(arg);
}

static bool see_log(int64_t position, const struct run_log *log, void *arg)
{
    return enough(arg);
}

static bool see_limit(const struct run_limit *value, void *arg)
{
    return enough(arg);
}

static bool see_experiment(const struct experiment *experiment, void *arg)
{
    return enough(arg);
}

static bool see_experiment_run(const struct experiment_run *run, void *arg)
{
    return enough(arg);
}

static const struct error_trace traces[] = {{.call = "connect", .frame_count = 1}, {.call = "recv"}};

STORE_TEST(a_callback_that_returns_false_gets_no_more_rows)
{
    static const struct run_log logs[] = {{1, RUN_SIDE_CLIENT, "a"}, {2, RUN_SIDE_SERVER, "b"}};
    static const struct run_limit limits[] = {{.limit.id = LIMIT_NOFILE}, {.limit.id = LIMIT_NPROC}};
    const struct run_filter filter = fixture_any();
    struct fixture *const fixture = *state;
    struct store *const store = fixture->store;
    struct err *const err = &fixture->err;
    struct experiment experiments[2] = {{.kind = "sweep", .created_ms = 1}, {.kind = "sweep", .created_ms = 2}};
    struct run runs[2] = {fixture_run(5), fixture_run(5)};
    int seen[6] = {0};
    for (size_t i = 0; i < 2; i++) {
        OK(store_experiment_create(store, &experiments[i], err));
        runs[i].experiment = experiments[0].id;
        OK(store_run_create(store, &runs[i], err));
    }
    const int64_t id = runs[0].id;
    OK(store_traces_add(store, id, traces, 2, err));
    OK(store_logs_add(store, id, logs, 2, err));
    OK(store_limits_put(store, id, limits, 2, err));
    OK(store_runs_each(store, &filter, see_run, &seen[0], err));
    OK(store_traces_each(store, id, 0, 100, see_trace, &seen[1], err));
    OK(store_logs_each(store, id, 0, 100, see_log, &seen[2], err));
    OK(store_limits_each(store, id, see_limit, &seen[3], err));
    OK(store_experiments_each(store, experiments[1].id, 100, see_experiment, &seen[4], err));
    OK(store_experiment_runs_each(store, experiments[0].id, see_experiment_run, &seen[5], err));
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(seen[i], 1);
    }
}

STORE_TEST(what_is_missing_or_over_is_not_changed)
{
    struct fixture *const fixture = *state;
    struct store *const store = fixture->store;
    struct err *const err = &fixture->err;
    struct experiment experiment = {.id = 99, .kind = "sweep", .created_ms = 1};
    struct run run = fixture_create(fixture, 5);
    run.started_ms = 1763914595500;
    OK(store_run_started(store, &run, err));
    assert_int_equal(store_run_label_put(store, run.id, "x", err), RESULT_CONFLICT);
    assert_int_equal(store_run_label_put(store, 99, "x", err), RESULT_NOT_FOUND);
    assert_int_equal(store_run_verdict_put(store, &(struct run){.id = 99}, err), RESULT_NOT_FOUND);
    assert_int_equal(store_experiment_update(store, &experiment, err), RESULT_NOT_FOUND);
    OK(store_experiment_create(store, &experiment, err));
    experiment.status = RUN_STATUS_CANCELLED;
    OK(store_experiment_update(store, &experiment, err));
    experiment.status = RUN_STATUS_COMPLETED;
    assert_int_equal(store_experiment_update(store, &experiment, err), RESULT_CONFLICT);
    OK(store_experiment_get(store, experiment.id, &experiment, err));
    assert_int_equal(experiment.status, RUN_STATUS_CANCELLED);
    run.status = RUN_STATUS_COUNT;
    assert_int_equal(store_run_finished(store, &run, NULL, err), RESULT_STORE);
    assert_int_equal(store_experiment_get(store, 99, &experiment, err), RESULT_NOT_FOUND);
    assert_string_equal(run_status_name(RUN_STATUS_COUNT), "unknown");
    assert_string_equal(run_side_name(RUN_SIDE_COUNT), "unknown");
}

static bool keep_run(const struct run *run, void *arg)
{
    *(struct run *)arg = *run;
    return false;
}

static bool keep_trace(int64_t position, const struct error_trace *trace, void *arg)
{
    *(struct error_trace *)arg = *trace;
    return false;
}

STORE_TEST(invalid_values_of_another_program_are_read_as_empty)
{
    static const char *const histograms[] = {"'no JSON'", "'[1]'", "''"};
    struct fixture *const fixture = *state;
    struct store *const store = fixture->store;
    struct err *const err = &fixture->err;
    struct error_trace trace;
    struct hist *const latency = fixture_histograms(fixture);
    struct run run = fixture_create(fixture, 5);
    run.status = RUN_STATUS_COMPLETED;
    run.totals = (struct load_totals){.started = 5, .connected = 5, .completed = 5};
    OK(store_traces_add(store, run.id, traces, 1, err));
    OK(store_run_finished(store, &run, latency, err));

    fixture_sql(fixture->path,
                "UPDATE error_traces SET errno = 99999999999, frames = '[' || replace(hex(zeroblob(20)), '00',"
                " '{\"function\":1,\"line\":\"x\"},') || '{}]'");
    OK(store_traces_each(store, run.id, 0, 1, keep_trace, &trace, err));
    assert_int_equal(trace.frame_count, ERROR_FRAMES_MAX);
    assert_string_equal(trace.frames[0].function, "");
    assert_int_equal(trace.frames[0].line, 0);
    assert_int_equal(trace.error_number, 0);
    fixture_sql(fixture->path, "UPDATE error_traces SET errno = -99999999999, frames = 'no JSON'");
    OK(store_traces_each(store, run.id, 0, 1, keep_trace, &trace, err));
    assert_int_equal(trace.frame_count, 0);
    assert_int_equal(trace.error_number, 0);

    for (size_t i = 0; i < sizeof histograms / sizeof histograms[0]; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "UPDATE run_histograms SET histogram = %s", histograms[i]);
        fixture_sql(fixture->path, sql);
        assert_int_equal(store_histogram_get(store, run.id, latency, err), RESULT_INVALID);
        assert_non_null(strstr(err->message, "reading a histogram"));
    }
}

STORE_TEST(values_of_another_type_are_not_damage)
{
    struct fixture *const fixture = *state;
    struct run run = fixture_create(fixture, 5);
    fixture_close(fixture);
    fixture_sql(fixture->path, "PRAGMA writable_schema = ON;"
                               "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'runs'");
    fixture_sql(fixture->path, "PRAGMA ignore_check_constraints = ON; UPDATE runs SET rate = 'fast'");
    fixture_sql(fixture->path, "PRAGMA writable_schema = ON;"
                               "UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'runs'");
    fixture_reopen(fixture);
    OK(store_run_get(fixture->store, run.id, &run, &fixture->err));
    assert_non_null(strstr(run.message, "rate: not a whole number"));
}

static bool note_request(const struct run *run, void *arg)
{
    ((enum run_request *)arg)[run->id] = run->spec.request;
    return true;
}

/* As the next version of the program would store it: the database takes it, and the other runs are still listed. */
STORE_TEST(a_run_with_an_unknown_request_hides_no_other)
{
    const struct run_filter filter = {.limit = 10, .mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    enum run_request requests[4] = {0};
    struct fixture *const fixture = *state;
    for (int i = 0; i < 3; i++) {
        (void)fixture_create(fixture, 5);
    }
    fixture_sql(fixture->path, "UPDATE runs SET request = 'tomorrow' WHERE id = 2");
    OK(store_runs_each(fixture->store, &filter, note_request, requests, &fixture->err));
    assert_int_equal(requests[1], REQUEST_CRLF2);
    assert_int_equal(requests[2], REQUEST_COUNT);
    assert_int_equal(requests[3], REQUEST_CRLF2);
}

#define PAGE 4096
#define PAGES 5

/* Behind the next page of a long text there is one that the file does not have. */
static int cut_long_text(const struct fixture *fixture)
{
    static char blank[PAGE - 4];
    char page[PAGE];
    off_t at = 0;
    memset(blank, ' ', sizeof blank);
    const int file = open(fixture->path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    do {
        assert_int_equal(pread(file, page, sizeof page, at), PAGE);
        at += PAGE;
    } while (memcmp(page + 4, blank, sizeof blank) != 0);
    assert_int_equal(pwrite(file, "\x7f\xff\xff\xff", 4, at - PAGE), 4);
    return file;
}

STORE_TEST(a_histogram_that_the_store_fails_to_read_is_neither_missing_nor_invalid)
{
    static const char *const first_kinds[] = {"UPDATE run_histograms SET histogram = 'x' WHERE kind = 'connect'",
                                              "DELETE FROM run_histograms WHERE kind = 'connect'"};
    static const enum result without_failure[] = {RESULT_INVALID, RESULT_NOT_FOUND};
    struct fixture *const fixture = *state;
    char sql[128];
    struct hist *const latency = fixture_histograms(fixture);
    for (size_t i = 0; i < 2; i++) {
        struct run run = fixture_create(fixture, 5);
        run.status = RUN_STATUS_COMPLETED;
        run.totals = (struct load_totals){.started = 5, .connected = 5, .completed = 5};
        OK(store_run_finished(fixture->store, &run, latency, &fixture->err));
        fixture_sql(fixture->path, first_kinds[i]);
        assert_int_equal(store_histogram_get(fixture->store, run.id, latency, &fixture->err), without_failure[i]);
        snprintf(sql, sizeof sql,
                 "UPDATE run_histograms SET histogram = histogram || printf('%%%dc', 32) WHERE kind = 'reply'",
                 PAGES * PAGE);
        fixture_sql(fixture->path, sql);
        fixture_reopen(fixture); /* moves the log into the file */
        const int file = cut_long_text(fixture);
        assert_int_equal(store_histogram_get(fixture->store, run.id, latency, &fixture->err), RESULT_STORE);
        assert_non_null(strstr(fixture->err.message, "malformed"));
        fixture_close(fixture);
        assert_int_equal(close(file), 0); /* not before: it would drop SQLite's locks */
        assert_int_equal(unlink(fixture->path), 0);
        fixture_reopen(fixture);
    }
}

/* A newer panel, or a person, may have other names and more rows. */
STORE_TEST(unknown_names_are_read_as_unknown)
{
    const struct run_filter filter = {.limit = 1, .mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    const struct run_limit limit = {.limit.id = LIMIT_NOFILE};
    struct fixture *const fixture = *state;
    struct store *const store = fixture->store;
    struct err *const err = &fixture->err;
    uint64_t counts[RUN_STATUS_COUNT];
    int limits = 0;
    struct hist *const latency = fixture_histograms(fixture);
    struct run run = fixture_create(fixture, 5);
    run.status = RUN_STATUS_COMPLETED;
    run.totals = (struct load_totals){.started = 5, .connected = 5, .completed = 5};
    run.group_count = ERROR_GROUPS_MAX + 1; /* one more than there is room for */
    for (size_t i = 0; i < ERROR_GROUPS_MAX; i++) {
        snprintf(run.groups[i].message, sizeof run.groups[i].message, "%zu", i);
    }
    OK(store_limits_put(store, run.id, &limit, 1, err));
    OK(store_run_finished(store, &run, latency, err));
    fixture_sql(fixture->path,
                "PRAGMA ignore_check_constraints = ON; UPDATE runs SET status = 'odd';"
                "UPDATE run_limits SET name = 'odd'; UPDATE run_histograms SET kind = 'odd' WHERE kind = 'reply';"
                "INSERT INTO error_groups SELECT run, 1000, phase, call, errno, message, count, first_client,"
                " first_at_us, last_at_us FROM error_groups WHERE position = 1");
    OK(store_runs_each(store, &filter, keep_run, &run, err));
    assert_int_equal(run.status, RUN_STATUS_COUNT);
    assert_int_equal(run.group_count, ERROR_GROUPS_MAX);
    assert_int_equal(run.latency[LATENCY_REPLY].count, 0);
    assert_int_equal(run.latency[LATENCY_CONNECT].count, 100);
    OK(store_limits_each(store, run.id, see_limit, &limits, err));
    assert_int_equal(limits, 1);
    assert_non_null(strstr(run.message, "status: not known to this version: \"odd\""));
    OK(store_status_counts(store, counts, err));
    for (size_t i = 0; i < RUN_STATUS_COUNT; i++) {
        assert_int_equal(counts[i], 0);
    }
}

STORE_TEST(a_trace_keeps_only_the_innermost_frames)
{
    const struct error_trace deep = {.call = "connect", .frame_count = ERROR_FRAMES_MAX + 1};
    struct fixture *const fixture = *state;
    struct error_trace trace;
    const int64_t id = fixture_create(fixture, 5).id;
    OK(store_traces_add(fixture->store, id, &deep, 1, &fixture->err));
    OK(store_traces_each(fixture->store, id, 0, 1, keep_trace, &trace, &fixture->err));
    assert_int_equal(trace.frame_count, ERROR_FRAMES_MAX);
}

TEST(the_first_bind_that_fails_is_reported)
{
    sqlite3 *db = NULL;
    struct statement statement = {NULL};
    struct err err;
    bool row = true;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT ?", -1, &statement.handle, NULL), SQLITE_OK);
    bind_i64(&statement, 1);
    bind_i64(&statement, 2); /* there is no second parameter */
    bind_null(&statement);
    assert_int_equal(statement_step(&statement, "trying", &row, &err), RESULT_STORE);
    assert_string_equal(err.message, "trying: column index out of range (SQLite 25)");
    assert_false(row);
    sqlite3_finalize(statement.handle);
    sqlite3_close(db);
}

static void assert_gone(struct fixture *fixture)
{
    struct run run = fixture_run(5);
    assert_int_equal(store_run_create(fixture->store, &run, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "is no longer there"));
    assert_int_equal(store_ping(fixture->store, &fixture->err), RESULT_STORE);
}

/* Whatever was acknowledged then would go with the panel's last descriptor of it. */
STORE_TEST(nothing_is_stored_in_a_file_that_was_moved)
{
    struct fixture *const fixture = *state;
    char moved[80];
    char log[80];
    snprintf(moved, sizeof moved, "%s/moved.db", fixture->directory);
    const struct run run = fixture_create(fixture, 5);
    assert_int_equal(rename(fixture->path, moved), 0);
    assert_gone(fixture);
    FILE *const other = fopen(fixture->path, "we");
    assert_non_null(other);
    assert_int_equal(fclose(other), 0);
    assert_gone(fixture);
    fixture_assert_same(fixture, &run);
    assert_int_equal(rename(moved, fixture->path), 0);
    (void)fixture_create(fixture, 5);
    snprintf(log, sizeof log, "%s-wal", fixture->path); /* what was stored may be there alone */
    assert_int_equal(rename(log, moved), 0);
    assert_gone(fixture);
    assert_int_equal(rename(moved, log), 0);
    OK(store_ping(fixture->store, &fixture->err));
}
