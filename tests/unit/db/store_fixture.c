#include "tests/unit/db/store_fixture.h"

int fixture_directory(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) {
        return -1;
    }
    *state = fixture;
    folder_make(fixture->directory);
    snprintf(fixture->path, sizeof fixture->path, "%s/koneksi.db", fixture->directory);
    return 0;
}

int fixture_setup(void **state)
{
    if (fixture_directory(state) != 0) {
        return -1;
    }
    struct fixture *fixture = *state;
    if (store_open(fixture->path, &fixture->store, &fixture->err) != RESULT_OK) {
        print_error("%s\n", fixture->err.message);
        return -1;
    }
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    (void)unlink(fixture->path);
    const int left = rmdir(fixture->directory);
    if (left != 0) {
        print_error("%s is not empty\n", fixture->directory);
    }
    free(fixture->latency);
    free(fixture);
    return left;
}

void fixture_close(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

void fixture_reopen(struct fixture *fixture)
{
    fixture_close(fixture);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
}

struct run fixture_run(uint64_t count)
{
    struct run run;
    memset(&run, 0, sizeof run);
    run.late_side = FACT_SIDE_NONE;
    run.verdict = verdict_of_kind(VERDICT_NONE);
    run_spec_init(&run.spec);
    run.spec.mode = MODE_THREAD;
    run.spec.count = count;
    run.created_ms = 1763914595000;
    return run;
}

struct run fixture_create(struct fixture *fixture, uint64_t count)
{
    struct run run = fixture_run(count);
    OK(store_run_create(fixture->store, &run, &fixture->err));
    return run;
}

void fixture_fill(struct fixture *fixture, int64_t run, int batches)
{
    struct run_log *const logs = calloc(FILL_LINES, sizeof *logs);
    assert_non_null(logs);
    for (size_t i = 0; i < FILL_LINES; i++) {
        memset(logs[i].text, 'x', sizeof logs[i].text - 1);
    }
    for (int i = 0; i < batches; i++) {
        OK(store_logs_add(fixture->store, run, logs, FILL_LINES, &fixture->err));
    }
    free(logs);
}

struct run_filter fixture_any(void)
{
    return (struct run_filter){.limit = 100000, .mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
}

static bool fixture_count_run(const struct run *run, void *arg)
{
    ++*(int *)arg;
    return true;
}

int fixture_count_runs(struct store *store)
{
    const struct run_filter any = fixture_any();
    struct err err;
    int count = 0;
    return store_runs_each(store, &any, fixture_count_run, &count, &err) == RESULT_OK ? count : -1;
}

sqlite3 *fixture_raw(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

void fixture_sql(const char *path, const char *sql)
{
    sqlite3 *const db = fixture_raw(path);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

int64_t fixture_number(const char *path, const char *sql)
{
    sqlite3 *const db = fixture_raw(path);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

void fixture_assert_whole(const char *path)
{
    assert_int_equal(fixture_number(path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
                     0);
}

void fixture_assert_same(struct fixture *fixture, const struct run *run)
{
    struct run back;
    memset(&back, 0xa5, sizeof back);
    OK(store_run_get(fixture->store, run->id, &back, &fixture->err));
    assert_memory_equal(&back, run, sizeof back);
}

struct hist *fixture_histograms(struct fixture *fixture)
{
    fixture->latency = calloc(LATENCY_COUNT, sizeof *fixture->latency);
    assert_non_null(fixture->latency);
    for (uint64_t kind = 0; kind < LATENCY_COUNT; kind++) {
        hist_init(&fixture->latency[kind]);
        for (uint64_t i = 1; i <= 100; i++) {
            hist_record(&fixture->latency[kind], (kind + 1) * i * i * 1001);
        }
    }
    return fixture->latency;
}
