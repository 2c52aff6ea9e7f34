/* Which files the store opens, and that it leaves the others alone. */
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/embed.h"
#include "db/migrate.h"
#include "tests/unit/db/store_fixture.h"
#include "tests/unit/skip.h"

#define MIGRATION(path, text)                                                                                          \
    {                                                                                                                  \
        path, (const unsigned char *)(text), (const unsigned char *)(text) + sizeof(text) - 1                          \
    }
#define MIGRATIONS_END                                                                                                 \
    {                                                                                                                  \
        NULL, NULL, NULL                                                                                               \
    }

#define NOBODY 65534

static sqlite3 *raw(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = raw(path);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

struct contents {
    char *bytes;
    size_t length;
};

static struct contents read_all(const char *path)
{
    struct contents contents = {NULL, 0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    struct stat status;
    assert_int_equal(fstat(fileno(file), &status), 0);
    contents.length = (size_t)status.st_size;
    contents.bytes = malloc(contents.length + 1);
    assert_non_null(contents.bytes);
    assert_int_equal(fread(contents.bytes, 1, contents.length, file), contents.length);
    (void)fclose(file);
    return contents;
}

/* Nothing but the database itself may lie in the directory: fixture_teardown removes only that. */
static void assert_refused_untouched(struct fixture *fixture, const char *words)
{
    const struct contents before = read_all(fixture->path);
    assert_int_equal(store_open(fixture->path, &fixture->store, &fixture->err), RESULT_STORE);
    if (strstr(fixture->err.message, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", fixture->err.message, words);
    }
    const struct contents after = read_all(fixture->path);
    assert_int_equal(after.length, before.length);
    assert_memory_equal(after.bytes, before.bytes, before.length);
    free(before.bytes);
    free(after.bytes);
}

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void create_and_close(struct fixture *fixture, size_t runs)
{
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    for (size_t i = 0; i < runs; i++) {
        (void)fixture_create(fixture, 1);
    }
    store_close(fixture->store);
    fixture->store = NULL;
}

static void creates_a_missing_and_an_empty_file(void **state)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 1);
    assert_int_equal(unlink(fixture->path), 0);
    write_file(fixture->path, "", 0);
    create_and_close(fixture, 1);
    run_sql(fixture->path, "SELECT * FROM history");
}

static void refuses_what_is_not_a_database(void **state)
{
    struct fixture *fixture = *state;
    char text[5000];
    memset(text, 'x', sizeof text);
    write_file(fixture->path, text, sizeof text);
    assert_refused_untouched(fixture, "is not a database");
    write_file(fixture->path, "SQLite format 3", 16);
    assert_refused_untouched(fixture, "is not a database");
    memset(text, 0, sizeof text);
    write_file(fixture->path, text, sizeof text);
    assert_refused_untouched(fixture, "is not a database");
}

static void refuses_the_database_of_another_program(void **state)
{
    struct fixture *fixture = *state;
    run_sql(fixture->path, "CREATE TABLE runs (id)");
    assert_refused_untouched(fixture, "another program");
    run_sql(fixture->path, "PRAGMA application_id = 7; PRAGMA journal_mode = WAL");
    assert_refused_untouched(fixture, "another program");
}

static void refuses_a_newer_database(void **state)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 1);
    run_sql(fixture->path, "PRAGMA user_version = 4711");
    assert_refused_untouched(fixture, "newer koneksi (version 4711");
}

/* As a newer program leaves it that was killed: the version stands in the write-ahead log alone. */
static void refuses_a_newer_database_whose_version_is_in_its_log(void **state)
{
    struct fixture *fixture = *state;
    char log[80];
    char index[80];
    snprintf(log, sizeof log, "%s-wal", fixture->path);
    snprintf(index, sizeof index, "%s-shm", fixture->path);
    create_and_close(fixture, 1);
    const struct contents old = read_all(fixture->path);
    sqlite3 *db = raw(fixture->path);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 4711", NULL, NULL, NULL), SQLITE_OK);
    const struct contents frames = read_all(log);
    sqlite3_close(db);
    write_file(fixture->path, old.bytes, old.length);
    write_file(log, frames.bytes, frames.length);
    assert_refused_untouched(fixture, "newer koneksi (version 4711");
    const struct contents after = read_all(log);
    assert_int_equal(after.length, frames.length);
    assert_memory_equal(after.bytes, frames.bytes, frames.length);
    assert_int_equal(unlink(log), 0);
    (void)unlink(index);
    free(old.bytes);
    free(frames.bytes);
    free(after.bytes);
}

static void refuses_a_truncated_database(void **state)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 200);
    const struct contents whole = read_all(fixture->path);
    assert_int_equal(truncate(fixture->path, (off_t)whole.length / 2), 0);
    assert_refused_untouched(fixture, "is truncated");
    assert_int_equal(truncate(fixture->path, 50), 0);
    assert_refused_untouched(fixture, "is not a database");
    free(whole.bytes);
}

static void refuses_a_damaged_database(void **state)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 200);
    struct contents contents = read_all(fixture->path);
    contents.bytes[39] += 5; /* pages that are free */
    write_file(fixture->path, contents.bytes, contents.length);
    assert_refused_untouched(fixture, "does not pass its check: ");
    memset(contents.bytes + 4096, 0xff, contents.length - 4096);
    write_file(fixture->path, contents.bytes, contents.length);
    free(contents.bytes);
    assert_refused_untouched(fixture, "malformed");
    assert_non_null(strstr(fixture->err.message, fixture->path));
}

static void refuses_a_path_that_leads_nowhere(void **state)
{
    struct fixture *fixture = *state;
    struct err *err = &fixture->err;
    char path[96];
    snprintf(path, sizeof path, "%s/no/koneksi.db", fixture->directory);
    assert_int_equal(store_open(path, &fixture->store, err), RESULT_STORE);
    assert_non_null(strstr(err->message, "ENOENT"));
    assert_int_equal(store_open(fixture->directory, &fixture->store, err), RESULT_STORE);
    assert_int_equal(store_open("", &fixture->store, err), RESULT_STORE);
    char longest[PATH_MAX];
    memset(longest, '/', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(store_open(longest, &fixture->store, err), RESULT_STORE);
    assert_non_null(strstr(err->message, "too long"));
    assert_int_equal(symlink("nothing.db", fixture->path), 0);
    assert_int_equal(store_open(fixture->path, &fixture->store, err), RESULT_STORE);
    assert_non_null(strstr(err->message, "is a link to a file that is not there"));
    assert_int_equal(unlink(fixture->path), 0);
    assert_int_equal(symlink(fixture->path, fixture->path), 0);
    assert_int_equal(store_open(fixture->path, &fixture->store, err), RESULT_STORE);
    assert_non_null(strstr(err->message, "ELOOP"));
}

/* In versions of SQLite before 3.7.0 the header's number of pages did not count. */
static void believes_a_number_of_pages_only_when_it_counts(void **state)
{
    static const unsigned char other[4] = {0xff, 0xff, 0xff, 0xff};
    struct fixture *fixture = *state;
    create_and_close(fixture, 200);
    struct contents contents = read_all(fixture->path);
    memcpy(contents.bytes + 28, other, sizeof other); /* the pages */
    memcpy(contents.bytes + 92, other, sizeof other); /* the change at which they counted */
    write_file(fixture->path, contents.bytes, contents.length);
    create_and_close(fixture, 1);
    free(contents.bytes);
}

static void refuses_where_there_can_be_no_log(void **state)
{
    struct fixture *fixture = *state;
    sqlite3_vfs *const usual = sqlite3_vfs_find(NULL);
    assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix-dotfile"), 1), SQLITE_OK); /* has no shared memory */
    const enum result result = store_open(fixture->path, &fixture->store, &fixture->err);
    assert_int_equal(sqlite3_vfs_register(usual, 1), SQLITE_OK);
    assert_int_equal(result, RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "write-ahead log"));
}

/* Whom the modes of a file hold: root writes to any. */
static void refuses_what_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    const bool root = geteuid() == 0;
    create_and_close(fixture, 1);
    assert_int_equal(chmod(fixture->path, 0444), 0);
    if (root && (chown(fixture->directory, NOBODY, (gid_t)-1) != 0 || seteuid(NOBODY) != 0)) {
        SKIP_BECAUSE("root, to whom file modes do not apply, may not become another user here");
    }
    const enum result result = store_open(fixture->path, &fixture->store, &fixture->err);
    if (root) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(result, RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "cannot be written: EACCES"));
    /* that nothing lies beside it, the teardown sees */
}

static sqlite3_vfs *usual_vfs;

static int open_to_read(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *flags_got)
{
    const int may = flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    return (flags & SQLITE_OPEN_MAIN_DB) != 0 ? usual_vfs->xOpen(vfs, name, file, may | SQLITE_OPEN_READONLY, flags_got)
                                              : usual_vfs->xOpen(vfs, name, file, flags, flags_got);
}

/* As under a security module that only the opening meets. */
static void refuses_what_only_the_opening_finds_read_only(void **state)
{
    struct fixture *fixture = *state;
    char beside[80];
    create_and_close(fixture, 1);
    usual_vfs = sqlite3_vfs_find(NULL);
    static sqlite3_vfs reads; /* should a store be open, it is closed after this */
    reads = *usual_vfs;
    reads.pNext = NULL;
    reads.zName = "reads";
    reads.xOpen = open_to_read;
    assert_int_equal(sqlite3_vfs_register(&reads, 1), SQLITE_OK);
    const enum result result = store_open(fixture->path, &fixture->store, &fixture->err);
    assert_int_equal(sqlite3_vfs_unregister(&reads), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(usual_vfs, 1), SQLITE_OK);
    assert_int_equal(result, RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "cannot be written"));
    snprintf(beside, sizeof beside, "%s-shm", fixture->path); /* a reader may not remove them */
    (void)unlink(beside);
    snprintf(beside, sizeof beside, "%s-wal", fixture->path);
    (void)unlink(beside);
}

static void refuses_what_cannot_be_locked(void **state)
{
    struct fixture *fixture = *state;
    char lock[80];
    snprintf(lock, sizeof lock, "%s-lock", fixture->path);
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_int_equal(store_open(fixture->path, &fixture->store, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "EISDIR"));
    assert_int_equal(rmdir(lock), 0);
}

/* The header's two bytes have no room for 65536: there it is 1. */
static void knows_the_largest_pages(void **state)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 200);
    run_sql(fixture->path, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM");
    create_and_close(fixture, 1);
    const struct contents whole = read_all(fixture->path);
    assert_int_equal(whole.length % 65536, 0);
    assert_int_equal(truncate(fixture->path, (off_t)whole.length - 65536), 0);
    assert_refused_untouched(fixture, "is truncated");
    free(whole.bytes);
}

/* The first page was made room for, and the journal tells that there was none: https://www.sqlite.org/fileformat.html,
 * 3. The Rollback Journal. */
static void begins_again_where_a_creation_was_cut_off(void **state)
{
    static const unsigned char page[4096];
    static const unsigned char journal[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, [22] = 2, [26] = 0x10};
    struct fixture *fixture = *state;
    char name[80];
    snprintf(name, sizeof name, "%s-journal", fixture->path);
    write_file(fixture->path, page, sizeof page);
    write_file(name, journal, sizeof journal);
    create_and_close(fixture, 1);
    run_sql(fixture->path, "SELECT * FROM history");
}

/* What SQLite would take for a database in memory or for a URI is a file name like any other. */
static void takes_any_name_for_a_file(void **state)
{
    static const char *const names[] = {"file:a?mode=memory", ":memory:", "50% #1"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", fixture->directory, names[i]);
        OK(store_open(path, &fixture->store, &fixture->err));
        store_close(fixture->store);
        fixture->store = NULL;
        assert_int_equal(unlink(path), 0);
    }
}

/* Returns what store_open gives in another process. */
static int open_elsewhere(const char *path)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        struct err err = {.message = ""};
        const enum result result = store_open(path, &store, &err);
        _exit(result == RESULT_STORE && strstr(err.message, "in use") != NULL ? 100 : (int)result);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* What another process does between the opening of the lock and its locking; at the first time alone. */
static void (*meanwhile)(const char *path);
static char lock_path[80];

/* Stands before the C library's own. */
int flock(int descriptor, int operation)
{
    if (meanwhile != NULL) {
        void (*const once)(const char *) = meanwhile;
        meanwhile = NULL;
        once(lock_path);
    }
    return (int)syscall(SYS_flock, descriptor, operation);
}

static void remove_it(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void make_it_anew(const char *path)
{
    char other[96];
    snprintf(other, sizeof other, "%s.new", path);
    write_file(other, "", 0);
    assert_int_equal(rename(other, path), 0);
}

static void locks_the_file_that_is_there(void **state)
{
    static void (*const ways[])(const char *) = {remove_it, make_it_anew};
    struct fixture *fixture = *state;
    snprintf(lock_path, sizeof lock_path, "%s-lock", fixture->path);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        meanwhile = ways[i];
        OK(store_open(fixture->path, &fixture->store, &fixture->err));
        assert_null(meanwhile);
        assert_int_equal(access(lock_path, F_OK), 0);
        assert_int_equal(open_elsewhere(fixture->path), 100);
        store_close(fixture->store);
        fixture->store = NULL;
    }
    /* Another process may hold the file that lies there now. */
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    make_it_anew(lock_path);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(unlink(lock_path), 0);
}

static void refuses_a_second_opener_until_the_first_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct store *second = NULL;
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    const struct run run = fixture_create(fixture, 1);
    assert_int_equal(open_elsewhere(fixture->path), 100);
    assert_int_equal(store_open(fixture->path, &second, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "in use by another koneksi"));
    char alias[96];
    snprintf(alias, sizeof alias, "%s/alias.db", fixture->directory);
    assert_int_equal(symlink(fixture->path, alias), 0);
    assert_int_equal(open_elsewhere(alias), 100);
    assert_int_equal(unlink(alias), 0);
    fixture_assert_same(fixture, &run);
    store_close(fixture->store);
    fixture->store = NULL;
    /* The child ends without closing: what it leaves must not keep the next one out. */
    assert_int_equal(open_elsewhere(fixture->path), RESULT_OK);
    fixture_reopen(fixture);
    fixture_assert_same(fixture, &run);
}

/* --- migrations of their own --- */

static const struct embedded_file two[] = {
    MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
    MIGRATION("002_b.sql", "ALTER TABLE a ADD COLUMN y; PRAGMA user_version = 2;"),
    MIGRATIONS_END,
};

static void applies_what_the_database_lacks(void **state)
{
    static const struct embedded_file one[] = {
        MIGRATION("001_a.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1); PRAGMA user_version = 1;"),
        MIGRATIONS_END,
    };
    struct fixture *fixture = *state;
    sqlite3 *db = raw(fixture->path);
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

static void leaves_nothing_of_a_migration_that_fails(void **state)
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
    sqlite3 *db = raw(fixture->path);
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
    sqlite3 *db = raw(fixture->path);
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

static int count_rows(const char *path, const char *sql)
{
    sqlite3 *db = raw(path);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static void a_migrated_database_keeps_its_other_rules(void **state)
{
    struct fixture *fixture = *state;
    create_version_1(fixture);
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    struct run run = fixture_run(7);
    OK(store_run_create(fixture->store, &run, &fixture->err));
    assert_int_equal(run.id, 42); /* 41 was deleted: its id is not given again */
    OK(store_run_delete(fixture->store, 1, &fixture->err));
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(count_rows(fixture->path, "SELECT count(*) FROM run_transcript"), 0);
    assert_int_equal(count_rows(fixture->path, "SELECT count(*) FROM history"), 1);
    assert_int_equal(
        count_rows(fixture->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    sqlite3 *db = raw(fixture->path);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET mode = 'a mode of tomorrow'", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET request = 'a request of tomorrow'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET status = 'unheard of'", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "UPDATE runs SET count = 0", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

static void a_database_of_the_first_version_goes_on(void **state)
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
    store_close(fixture->store);
    fixture->store = NULL;
    sqlite3 *db = raw(fixture->path);
    int version = 0;
    OK(migrate_version(db, &version, &fixture->err));
    assert_int_equal(version, migrate_newest(embedded_migrations));
    sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_directory, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(creates_a_missing_and_an_empty_file),
        TEST(refuses_what_is_not_a_database),
        TEST(refuses_the_database_of_another_program),
        TEST(refuses_a_newer_database),
        TEST(refuses_a_newer_database_whose_version_is_in_its_log),
        TEST(refuses_a_truncated_database),
        TEST(refuses_a_damaged_database),
        TEST(refuses_a_path_that_leads_nowhere),
        TEST(refuses_what_cannot_be_written),
        TEST(refuses_what_only_the_opening_finds_read_only),
        TEST(refuses_what_cannot_be_locked),
        TEST(locks_the_file_that_is_there),
        TEST(refuses_where_there_can_be_no_log),
        TEST(believes_a_number_of_pages_only_when_it_counts),
        TEST(knows_the_largest_pages),
        TEST(begins_again_where_a_creation_was_cut_off),
        TEST(takes_any_name_for_a_file),
        TEST(refuses_a_second_opener_until_the_first_is_gone),
        TEST(applies_what_the_database_lacks),
        TEST(a_database_of_the_first_version_goes_on),
        TEST(a_migrated_database_keeps_its_other_rules),
        TEST(leaves_nothing_of_a_migration_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
