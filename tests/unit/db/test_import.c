/* Imports: whatever a row has comes along, and what is no row of this store's stays out. */
#include "tests/unit/db/store_fixture.h"

#include "db/store_experiments.h"
#include "db/store_import.h"

static const char *const tables[] = {"runs",       "experiments",    "run_samples",    "error_groups", "error_traces",
                                     "run_limits", "run_histograms", "run_transcript", "run_ranks"};

struct paths {
    char other[80];
    char copy[80];
    char query[1024];
};

static struct paths paths_of(const struct fixture *fixture)
{
    struct paths paths;
    snprintf(paths.other, sizeof paths.other, "%s/other.db", fixture->directory);
    snprintf(paths.copy, sizeof paths.copy, "%s/copy.db", fixture->directory);
    return paths;
}

static enum result import_from(struct fixture *fixture, struct paths *paths, struct import_counts *counts)
{
    const char *const others[] = {paths->other};
    struct store_import import = {.paths = others, .count = 1, .copy = paths->copy, .counts = counts};
    return store_import(fixture->store, &import, &fixture->err);
}

/* One row in each table. */
static void fill(struct fixture *fixture, const char *path)
{
    static const struct run_sample sample;
    static const struct error_trace trace = {.call = "connect", .message = "refused"};
    static const struct run_log line = {1, RUN_SIDE_CLIENT, "a"};
    static const struct run_limit limit = {.limit = {.id = LIMIT_NOFILE, .source = "getrlimit"}};
    static const struct load_rank rank = {.host = "lab2", .limit_count = 1};
    struct fixture other = {.store = NULL};
    struct experiment experiment = {.kind = "sweep", .asked = "{\"run\":1}"};
    OK(store_open(path, &other.store, &other.err));
    OK(store_experiment_create(other.store, &experiment, &other.err));
    experiment.status = RUN_STATUS_COMPLETED;
    OK(store_experiment_update(other.store, &experiment, &other.err));
    struct run run = fixture_run(1);
    run.experiment = experiment.id;
    OK(store_run_create(other.store, &run, &other.err));
    OK(store_run_started(other.store, &run, &other.err));
    OK(store_samples_add(other.store, run.id, &sample, 1, &other.err));
    OK(store_traces_add(other.store, run.id, &trace, 1, &other.err));
    OK(store_logs_add(other.store, run.id, &line, 1, &other.err));
    OK(store_limits_put(other.store, run.id, &limit, 1, &other.err));
    OK(store_ranks_add(other.store, run.id, &rank, 1, &other.err));
    run.status = RUN_STATUS_COMPLETED;
    run.totals = (struct load_totals){.started = 1, .connected = 1, .completed = 1};
    run.group_count = 1;
    OK(store_run_finished(other.store, &run, fixture_histograms(fixture), &other.err));
    store_close(other.store);
}

/* Gives each column that no constraint binds a value of its own. */
static void make_distinct(const char *path, const char *table)
{
    char query[512];
    char update[256];
    sqlite3 *const db = fixture_raw(path);
    sqlite3_stmt *columns = NULL;
    snprintf(query, sizeof query,
             "SELECT name, type, cid FROM pragma_table_info('%s') WHERE pk = 0 AND name NOT IN ('run', 'experiment',"
             " 'status', 'hold', 'started', 'connected', 'completed', 'failed', 'not_started', 'side')"
             " AND NOT ('%s' = 'runs' AND name = 'count') AND name <> 'asked' AND name <> 'verdict_facts'",
             table, table);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &columns, NULL), SQLITE_OK);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *const name = (const char *)sqlite3_column_text(columns, 0);
        const bool is_text = strcmp((const char *)sqlite3_column_text(columns, 1), "TEXT") == 0;
        const int number = sqlite3_column_int(columns, 2) + 1000;
        snprintf(update, sizeof update, is_text ? "UPDATE %s SET %s = '%d'" : "UPDATE %s SET %s = %d", table, name,
                 number);
        assert_int_equal(sqlite3_exec(db, update, NULL, NULL, NULL), SQLITE_OK);
    }
    sqlite3_finalize(columns);
    sqlite3_close(db);
}

/* All rows of the other database are here, column by column. */
static void assert_same_rows(const struct fixture *fixture, const struct paths *paths, const char *table)
{
    char query[512];
    char compare[512];
    sqlite3 *const db = fixture_raw(fixture->path);
    sqlite3_stmt *columns = NULL;
    snprintf(query, sizeof query, "ATTACH '%s' AS other", paths->other);
    assert_int_equal(sqlite3_exec(db, query, NULL, NULL, NULL), SQLITE_OK);
    snprintf(query, sizeof query,
             "SELECT name FROM pragma_table_info('%s') WHERE name NOT IN ('id', 'run', 'experiment',"
             " 'asked')",
             table);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &columns, NULL), SQLITE_OK);
    int compared = 0;
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *const name = (const char *)sqlite3_column_text(columns, 0);
        sqlite3_stmt *same = NULL;
        snprintf(compare, sizeof compare,
                 "SELECT (SELECT group_concat(v) FROM (SELECT quote(%s) AS v FROM other.%s ORDER BY v)) IS"
                 " (SELECT group_concat(v) FROM (SELECT quote(%s) AS v FROM main.%s%s ORDER BY v))",
                 name, table, name, table, strcmp(table, "runs") == 0 ? " WHERE id = 2" : "");
        assert_int_equal(sqlite3_prepare_v2(db, compare, -1, &same, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(same), SQLITE_ROW);
        if (sqlite3_column_int(same, 0) != 1) {
            fail_msg("%s.%s did not come along", table, name);
        }
        sqlite3_finalize(same);
        compared++;
    }
    assert_true(compared >= 3);
    sqlite3_finalize(columns);
    sqlite3_close(db);
}

STORE_TEST(every_column_of_every_table_comes_along)
{
    struct fixture *const fixture = *state;
    struct paths paths = paths_of(fixture);
    struct import_counts counts = {0};
    (void)fixture_create(fixture, 3); /* so that the ids differ */
    fill(fixture, paths.other);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        make_distinct(paths.other, tables[i]);
    }
    OK(import_from(fixture, &paths, &counts));
    assert_true(counts.runs_added == 1 && counts.experiments_added == 1 && counts.runs_left == 0);
    fixture_close(fixture);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        assert_same_rows(fixture, &paths, tables[i]);
    }
    assert_int_equal(fixture_number(fixture->path, "SELECT experiment FROM runs WHERE id = 2"), 1);
    assert_int_equal(fixture_number(fixture->path, "SELECT json_extract(asked, '$.run') FROM experiments"), 2);
    fixture_assert_whole(fixture->path);
    assert_int_equal(unlink(paths.other), 0);
}

STORE_TEST(each_row_has_an_identity_of_its_own)
{
    struct fixture *const fixture = *state;
    for (int i = 0; i < 3; i++) {
        struct experiment experiment = {.kind = "sweep", .asked = "{}"};
        (void)fixture_create(fixture, 3);
        OK(store_experiment_create(fixture->store, &experiment, &fixture->err));
        assert_int_equal(experiment.id, i + 1);
    }
    fixture_close(fixture);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(DISTINCT identity) FROM runs"), 3);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(DISTINCT identity) FROM experiments"), 3);
    assert_int_equal(fixture_number(fixture->path, "SELECT min(length(identity)) FROM runs"), 32);
}

static bool stop(void *arg)
{
    return --*(int *)arg > 0;
}

STORE_TEST(an_import_that_is_stopped_changes_nothing)
{
    struct fixture *const fixture = *state;
    struct paths paths = paths_of(fixture);
    struct import_counts counts = {0};
    const char *const others[] = {paths.other};
    enum result result = RESULT_CONFLICT;
    fill(fixture, paths.other);
    for (int at = 1; result != RESULT_OK; at++) {
        int left = at;
        struct store_import import = {
            .paths = others, .count = 1, .copy = paths.copy, .go_on = stop, .arg = &left, .counts = &counts};
        assert_int_equal(fixture_count_runs(fixture->store), 0);
        result = store_import(fixture->store, &import, &fixture->err);
        assert_true(result == RESULT_OK ||
                    (result == RESULT_CONFLICT && strstr(fixture->err.message, "stopped") != NULL));
    }
    assert_int_equal(fixture_count_runs(fixture->store), 1);
    assert_int_equal(unlink(paths.other), 0); /* the teardown sees that no copy is left */
}

STORE_TEST(only_what_is_over_is_taken)
{
    struct fixture *const fixture = *state;
    struct paths paths = paths_of(fixture);
    struct import_counts counts = {0};
    fill(fixture, paths.other);
    fixture_sql(paths.other, "UPDATE experiments SET status = 'running'");
    OK(import_from(fixture, &paths, &counts));
    assert_true(counts.runs_added == 0 && counts.runs_left == 1 && counts.experiments_left == 1);
    assert_int_equal(fixture_count_runs(fixture->store), 0);
    fixture_sql(paths.other, "UPDATE experiments SET status = 'completed'");
    OK(import_from(fixture, &paths, &counts));
    assert_true(counts.runs_added == 1 && counts.runs_left == 0 && counts.experiments_added == 1);
    OK(import_from(fixture, &paths, &counts));
    assert_true(counts.runs_present == 1 && counts.runs_added == 0 && counts.experiments_present == 1);
    assert_int_equal(unlink(paths.other), 0);
}

STORE_TEST(the_stores_own_file_is_refused)
{
    struct fixture *const fixture = *state;
    struct paths paths = paths_of(fixture);
    struct import_counts counts = {0};
    assert_int_equal(link(fixture->path, paths.other), 0);
    assert_int_equal(import_from(fixture, &paths, &counts), RESULT_CONFLICT);
    assert_int_equal(unlink(paths.other), 0);
    assert_int_equal(import_from(fixture, &paths, &counts), RESULT_STORE);
    (void)fixture_create(fixture, 3);
}
