/* Which files the store opens, and that it leaves the others alone. */
#include <limits.h>
#include <sys/stat.h>

#include "db/check.h"
#include "db/database.h"
#include "db/migrate.h"
#include "tests/unit/db/store_fixture.h"

#define NOBODY 65534

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
    fixture_close(fixture);
}

FILE_TEST(creates_a_missing_and_an_empty_file)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 1);
    assert_int_equal(unlink(fixture->path), 0);
    write_file(fixture->path, "", 0);
    create_and_close(fixture, 1);
    fixture_sql(fixture->path, "SELECT * FROM history");
}

FILE_TEST(refuses_what_is_not_a_database)
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

FILE_TEST(refuses_the_database_of_another_program)
{
    struct fixture *fixture = *state;
    fixture_sql(fixture->path, "CREATE TABLE runs (id)");
    assert_refused_untouched(fixture, "another program");
    fixture_sql(fixture->path, "PRAGMA application_id = 7; PRAGMA journal_mode = WAL");
    assert_refused_untouched(fixture, "another program");
}

FILE_TEST(refuses_a_newer_database)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 1);
    fixture_sql(fixture->path, "PRAGMA user_version = 4711");
    assert_refused_untouched(fixture, "newer koneksi (version 4711");
    fixture_sql(fixture->path, "PRAGMA user_version = -1");
    assert_refused_untouched(fixture, "newer koneksi (version -1");
}

/* As a newer program leaves it that was killed: the version stands in the write-ahead log alone. */
FILE_TEST(refuses_a_newer_database_whose_version_is_in_its_log)
{
    struct fixture *fixture = *state;
    char log[80];
    char index[80];
    snprintf(log, sizeof log, "%s-wal", fixture->path);
    snprintf(index, sizeof index, "%s-shm", fixture->path);
    create_and_close(fixture, 1);
    const struct contents old = read_all(fixture->path);
    sqlite3 *db = fixture_raw(fixture->path);
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

FILE_TEST(refuses_a_truncated_database)
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

FILE_TEST(refuses_a_damaged_database)
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

/* One whose last page, a part of a transcript, is not whole. */
static void create_large_and_damage(struct fixture *fixture)
{
    create_and_close(fixture, 1);
    fixture_sql(fixture->path, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
                               "INSERT INTO run_transcript (run, at_us, side, text) "
                               "SELECT 1, i, 'client', hex(zeroblob(2000)) FROM n");
    struct contents contents = read_all(fixture->path);
    assert_true(contents.length > DATABASE_CHECKED_AT_ONCE);
    memset(contents.bytes + contents.length - 4096, 0xff, 4096);
    write_file(fixture->path, contents.bytes, contents.length);
    free(contents.bytes);
}

FILE_TEST(checks_a_large_database_after_opening_it)
{
    struct fixture *fixture = *state;
    struct err *err = &fixture->err;
    struct run run = fixture_run(1);
    create_large_and_damage(fixture);
    OK(store_open(fixture->path, &fixture->store, err));
    while (store_ping(fixture->store, err) == RESULT_OK) {
        usleep(1000);
    }
    assert_non_null(strstr(err->message, fixture->path));
    assert_non_null(strstr(err->message, "malformed"));
    assert_int_equal(store_run_create(fixture->store, &run, err), RESULT_STORE);
    OK(store_run_get(fixture->store, 1, &run, err));
}

/* The writer interrupts it while the log is long. */
FILE_TEST(checks_a_large_database_although_it_is_interrupted)
{
    struct fixture *fixture = *state;
    struct check *check = NULL;
    create_large_and_damage(fixture);
    OK(check_start(fixture->path, &check, &fixture->err));
    for (int i = 0; i < 100; i++) {
        check_interrupt(check);
        usleep(100);
    }
    while (check_found(check, &fixture->err) == RESULT_OK) {
        usleep(1000);
    }
    check_stop(check);
    OK(check_start(fixture->path, &check, &fixture->err));
    check_stop(check); /* at once, and the interruptions go on until it has ended */
}

FILE_TEST(checks_a_large_database_before_migrating_it)
{
    struct fixture *fixture = *state;
    char sql[64];
    create_large_and_damage(fixture);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", migrate_newest(embedded_migrations) - 1);
    fixture_sql(fixture->path, sql);
    assert_refused_untouched(fixture, "malformed");
}

FILE_TEST(refuses_a_path_that_leads_nowhere)
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
FILE_TEST(believes_a_number_of_pages_only_when_it_counts)
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

FILE_TEST(refuses_where_there_can_be_no_log)
{
    struct fixture *fixture = *state;
    sqlite3_vfs *const usual = sqlite3_vfs_find(NULL);
    assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix-dotfile"), 1), SQLITE_OK); /* has no shared memory */
    const enum result result = store_open(fixture->path, &fixture->store, &fixture->err);
    assert_int_equal(sqlite3_vfs_register(usual, 1), SQLITE_OK);
    assert_int_equal(result, RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "write-ahead log"));
}

/* Modes of a file do not restrict root. */
FILE_TEST(refuses_what_cannot_be_written)
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
    /* the teardown checks that nothing lies beside it */
}

static sqlite3_vfs *usual_vfs;

static int open_to_read(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *flags_got)
{
    const int may = flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    return (flags & SQLITE_OPEN_MAIN_DB) != 0 ? usual_vfs->xOpen(vfs, name, file, may | SQLITE_OPEN_READONLY, flags_got)
                                              : usual_vfs->xOpen(vfs, name, file, flags, flags_got);
}

/* As under a security module that refuses writing when the file is opened. */
FILE_TEST(refuses_what_is_found_read_only_when_opened)
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

/* The header's two bytes have no room for 65536: there it is 1. */
FILE_TEST(knows_the_largest_pages)
{
    struct fixture *fixture = *state;
    create_and_close(fixture, 200);
    fixture_sql(fixture->path, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM");
    create_and_close(fixture, 1);
    const struct contents whole = read_all(fixture->path);
    assert_int_equal(whole.length % 65536, 0);
    assert_int_equal(truncate(fixture->path, (off_t)whole.length - 65536), 0);
    assert_refused_untouched(fixture, "is truncated");
    free(whole.bytes);
}

/* The first page was made room for, and the journal says that there was none: https://www.sqlite.org/fileformat.html,
 * 3. The Rollback Journal. */
FILE_TEST(begins_again_where_a_creation_was_cut_off)
{
    static const unsigned char page[4096];
    static const unsigned char journal[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, [22] = 2, [26] = 0x10};
    struct fixture *fixture = *state;
    char name[80];
    snprintf(name, sizeof name, "%s-journal", fixture->path);
    write_file(fixture->path, page, sizeof page);
    write_file(name, journal, sizeof journal);
    create_and_close(fixture, 1);
    fixture_sql(fixture->path, "SELECT * FROM history");
}

/* What SQLite would take for a database in memory or for a URI is a file name like any other. */
FILE_TEST(takes_any_name_for_a_file)
{
    static const char *const names[] = {"file:a?mode=memory", ":memory:", "50% #1"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", fixture->directory, names[i]);
        OK(store_open(path, &fixture->store, &fixture->err));
        fixture_close(fixture);
        assert_int_equal(unlink(path), 0);
    }
}
