/* Migrations: what a database lacks is applied, all of it or nothing, and an old database keeps its rows. */
#include "base/embed.h"
#include "db/migrate.h"
#include "db/store_experiments.h"
#include "tests/unit/db/store_fixture.h"

#define MIGRATION(path, text)                                                                                          \
    {                                                                                                                  \
        path, (const unsigned char *)(text), (const unsigned char *)(text) + sizeof(text) - 1                          \
    }
#define MIGRATIONS_END                                                                                                 \
    {                                                                                                                  \
        NULL, NULL, NULL                                                                                               \
    }

static const struct embedded_file two[] = {
    MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
    MIGRATION("002_b.sql", "ALTER TABLE a ADD COLUMN y; PRAGMA user_version = 2;"),
    MIGRATIONS_END,
};

FILE_TEST(applies_what_the_database_lacks)
{
    static const struct embedded_file one[] = {
        MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
        MIGRATIONS_END,
    };
    struct fixture *fixture = *state;
    sqlite3 *db = fixture_raw(fixture->path);
    int version = 0;
    assert_int_equal(migrate_newest(two), 2);
    OK(migrate(db, one, &fixture->err));
    OK(migrate_version(db, &version, &fixture->err));
    assert_int_equal(version, 1);
    OK(migrate(db, two, &fixture->err));
    OK(migrate(db, two, &fixture->err));
    OK(migrate_version(db, &version, &fixture->err));
    assert_int_equal(version, 2);
    assert_int_equal(sqlite3_exec(db, "SELECT x, y FROM a", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(migrate(db, one, &fixture->err), RESULT_STORE);
    sqlite3_close(db);
}

FILE_TEST(leaves_nothing_of_a_migration_that_fails)
{
    static const struct embedded_file broken[] = {
        MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
        MIGRATION("002_b.sql", "DELETE FROM a; CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);"
                               "PRAGMA user_version = 2;"),
        MIGRATIONS_END,
    };
    static const struct embedded_file misnumbered[] = {
        MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
        MIGRATION("002_b.sql", "DELETE FROM a; CREATE TABLE b (x); PRAGMA user_version = 3;"),
        MIGRATIONS_END,
    };
    struct fixture *fixture = *state;
    sqlite3 *db = fixture_raw(fixture->path);
    const struct embedded_file *const cases[] = {broken, misnumbered};
    for (size_t i = 0; i < 2; i++) {
        int version = 0;
        assert_int_equal(migrate(db, cases[i], &fixture->err), RESULT_STORE);
        assert_non_null(strstr(fixture->err.message, "002_b.sql"));
        OK(migrate_version(db, &version, &fixture->err));
        assert_int_equal(version, 1);
        assert_int_equal(sqlite3_exec(db, "SELECT * FROM b", NULL, NULL, NULL), SQLITE_ERROR);
        assert_int_equal(sqlite3_exec(db, "UPDATE a SET x = 2", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_changes(db), 1);
    }
    sqlite3_close(db);
}

/* As the first release left it: its own SQL, and rows with the columns that it knew. */
static void create_version_1(struct fixture *fixture)
{
    const struct embedded_file first[] = {embedded_migrations[0], MIGRATIONS_END};
    sqlite3 *db = fixture_raw(fixture->path);
    OK(migrate(db, first, &fixture->err));
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO runs (status, created_ms, started_ms, finished_ms, mode, count, pool_size, hold,"
                     " requests, timeout_ms, stack_kib, target, label, duration_us, started, connected, completed,"
                     " failed, not_started, server_model, server_backlog, server_accepted, server_listen_overflows)"
                     " VALUES ('completed', 1, 2, 3, 'process', 100, 6, 1, 4, 30000, 64, 'builtin', 'old', 1000000,"
                     " 100, 100, 99, 1, 0, 'thread', 4096, 100, 0);"
                     "INSERT INTO run_transcript (run, at_us, side, text) VALUES (1, 5, 'server', 'total koneksi 1');"
                     "INSERT INTO runs (id, status, created_ms, mode, count, pool_size, hold, requests, timeout_ms,"
                     " stack_kib, target, label, not_started)"
                     " VALUES (41, 'cancelled', 1, 'pool', 5, 6, 0, 1, 30000, 64, 'builtin', '', 5);"
                     "DELETE FROM runs WHERE id = 41",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
}

FILE_TEST(a_migrated_database_keeps_its_other_rules)
{
    struct fixture *fixture = *state;
    create_version_1(fixture);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    struct run run = fixture_run(7);
    OK(store_run_create(fixture->store, &run, &fixture->err));
    assert_int_equal(run.id, 42); /* 41 was deleted: its id is not given again */
    OK(store_run_delete(fixture->store, 1, &fixture->err));
    fixture_close(fixture);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM run_transcript"), 0);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM history"), 1);
    fixture_assert_whole(fixture->path);
    sqlite3 *db = fixture_raw(fixture->path);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET mode = 'a mode of tomorrow'", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET request = 'a request of tomorrow'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET status = 'unheard of'", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET count = 0", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

FILE_TEST(a_database_of_the_first_version_goes_on)
{
    struct fixture *fixture = *state;
    struct run run;
    create_version_1(fixture);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    OK(store_run_get(fixture->store, 1, &run, &fixture->err));
    assert_int_equal(run.spec.request, REQUEST_CRLF2);
    assert_int_equal(run.spec.mode, MODE_PROCESS);
    assert_int_equal(run.spec.requests, 4);
    assert_int_equal(run.spec.timeout_ms, 30000);
    assert_string_equal(run.spec.label, "old");
    assert_int_equal(run.totals.completed, 99);
    assert_string_equal(run.server_model, "thread");
    assert_int_equal(run.spec.rate, 0);
    assert_int_equal(run.start.peak_clients, 0);
    struct run new = fixture_run(7);
    new.spec.request = REQUEST_CRLF;
    OK(store_run_create(fixture->store, &new, &fixture->err));
    fixture_reopen(fixture);
    fixture_assert_same(fixture, &new);
    fixture_close(fixture);
    sqlite3 *db = fixture_raw(fixture->path);
    int version = 0;
    OK(migrate_version(db, &version, &fixture->err));
    assert_int_equal(version, migrate_newest(embedded_migrations));
    sqlite3_close(db);
}

static sqlite3 *create_version(struct fixture *fixture, size_t version)
{
    struct embedded_file first[32] = {{NULL, NULL, NULL}};
    assert_true(version < COUNT_OF(first));
    memcpy(first, embedded_migrations, version * sizeof *first);
    sqlite3 *const db = fixture_raw(fixture->path);
    OK(migrate(db, first, &fixture->err));
    return db;
}

/* --- what clients took, which samples alone had --- */

static void put_samples(sqlite3 *db, const char *mode, unsigned run)
{
    static const unsigned rows[][3] = {
        {0, 0, 10}, {0, 100000, 500}, {60, 700000, 900}, {60, 820000, 1500}, {0, 900000, 2000}};
    char sql[640];
    snprintf(sql, sizeof sql,
             "INSERT INTO runs (id, status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib,"
             " target, label, not_started, start_last_up_us, start_peak_clients)"
             " VALUES (%u, 'completed', 1, '%s', 80, 8, 1, 1, 1, 64, 'builtin', '', 80, 5, 80)",
             run, mode);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO run_samples (run, position, at_us, client_at_us, started, connected, completed, failed,"
                 " not_started, client_threads, client_processes, client_connections, client_fds, client_rss_bytes,"
                 " client_cpu_us, server_threads, server_connections, server_accepted, server_fds, server_rss_bytes,"
                 " server_cpu_us, server_queue) VALUES (%u, %zu, 1, 1, 1, 1, 1, 1, 1, 1, 1, %u, 1, %u, %u, 1, 1, 1, 1, "
                 "1, 1, 1)",
                 run, i + 1, rows[i][0], rows[i][1], rows[i][2]);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
}

FILE_TEST(what_clients_took_is_found_in_the_samples)
{
    struct fixture *fixture = *state;
    struct run run;
    sqlite3 *const db = create_version(fixture, 18);
    put_samples(db, "thread", 1);
    put_samples(db, "process", 2);
    sqlite3_close(db);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    OK(store_run_get(fixture->store, 1, &run, &fixture->err));
    assert_int_equal(run.cost.cpu_us, 2000);
    assert_int_equal(run.cost.memory_bytes, (820000 - 100000) / 60 * 80);
    OK(store_run_get(fixture->store, 2, &run, &fixture->err));
    assert_int_equal(run.cost.cpu_us, 2000);
    assert_int_equal(run.cost.memory_bytes, 0); /* of processes, samples do not have it */
    fixture_close(fixture);
}

/* --- predictions of experiments, which had one limit and the next --- */

static void create_version_14(struct fixture *fixture)
{
    sqlite3 *const db = create_version(fixture, 14);
    assert_int_equal(
        sqlite3_exec(
            db,
            "INSERT INTO experiments (status, kind, asked, created_ms, prediction) VALUES"
            " ('completed', 'ceiling', '{\"mode\":\"event\"}', 1, "
            "'{\"ceiling\":40,\"limit\":\"RLIMIT_NOFILE\",\"side\":\"client\","
            "\"value\":49,\"unit\":\"descriptors\",\"shared\":true,\"next\":{\"ceiling\":72,\"limit\":\"workers\","
            "\"side\":\"server\",\"value\":200,\"unit\":\"x\",\"shared\":false},\"estimate\":false,"
            "\"certain\":true,\"queues\":false,\"sentence\":\"it stops\"}'),"
            " ('completed', 'ceiling', '{\"mode\":\"event\"}', 1, "
            "'{\"ceiling\":null,\"limit\":null,\"side\":null,\"next\":null,"
            "\"sentence\":\"nothing stops it\"}'),"
            " ('completed', 'ceiling', '{}', 1, 'no JSON'), ('completed', 'sweep', '{}', 1, NULL)",
            NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
}

FILE_TEST(a_prediction_and_its_next_become_a_ladder)
{
    struct fixture *fixture = *state;
    struct experiment experiment;
    create_version_14(fixture);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    OK(store_experiment_get(fixture->store, 1, &experiment, &fixture->err));
    const struct prediction *const prediction = &experiment.predictions.of[MODE_EVENT];
    assert_true(experiment.predictions.known[MODE_EVENT]);
    assert_int_equal(prediction->count, 2);
    assert_int_equal(prediction->ceilings[0].clients, 40);
    assert_int_equal(prediction->ceilings[0].limit, LIMIT_NOFILE);
    assert_true(prediction->ceilings[0].shared);
    assert_true(prediction->ceilings[0].needed == LIMIT_UNKNOWN);
    assert_int_equal(prediction->ceilings[1].clients, 72);
    assert_int_equal(prediction->ceilings[1].side, LIMIT_SIDE_SERVER);
    assert_false(prediction->ceilings[1].shared);
    assert_string_equal(prediction->sentence, "it stops");
    OK(store_experiment_get(fixture->store, 2, &experiment, &fixture->err));
    assert_true(experiment.predictions.known[MODE_EVENT]);
    assert_int_equal(experiment.predictions.of[MODE_EVENT].count, 0);
    OK(store_experiment_get(fixture->store, 4, &experiment, &fixture->err));
    assert_false(experiment.predictions.known[MODE_EVENT]);
    fixture_close(fixture);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM experiments WHERE prediction = 'no JSON'"), 1);
}
