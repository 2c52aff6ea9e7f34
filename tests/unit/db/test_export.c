/* Copies for downloads: one moment of a store that is written to meanwhile, in small steps, without a name. */
#include "tests/unit/db/store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "db/store_export.h"

#define BATCHES 20

static bool no_room;

/* Replaces the C library's. */
int fallocate(int file, int mode, off_t from, off_t length)
{
    if (no_room) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_fallocate, file, mode, from, length);
}

static void finish(struct fixture *fixture, struct store_export *export)
{
    bool done = false;
    while (!done) {
        OK(store_export_step(export, &done, &fixture->err));
    }
}

/* Writes the copy to that file. */
static void save(struct fixture *fixture, struct store_export *export, const char *path)
{
    static char bytes[65536];
    size_t got = 1;
    FILE *const file = fopen(path, "we");
    assert_non_null(file);
    while (got > 0) {
        OK(store_export_read(export, bytes, sizeof bytes, &got, &fixture->err));
        assert_int_equal(fwrite(bytes, 1, got, file), got);
    }
    assert_int_equal(fclose(file), 0);
}

STORE_TEST(a_copy_is_of_the_moment_at_which_it_began)
{
    struct fixture *const fixture = *state;
    struct store_export *export = NULL;
    char path[80];
    bool done = false;
    int steps = 0;
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    OK(store_export_begin(fixture->store, &export, &fixture->err));
    for (; !done; steps++) {
        (void)fixture_create(fixture, 7);
        OK(store_export_step(export, &done, &fixture->err));
    }
    save(fixture, export, path);
    store_export_end(export);
    assert_int_equal(fixture_number(path, "SELECT count(*) FROM runs"), 1);
    assert_int_equal(fixture_number(path, "SELECT count(*) FROM run_transcript"), BATCHES * FILL_LINES);
    fixture_assert_whole(path);
    assert_int_equal(fixture_count_runs(fixture->store), 1 + steps);
    assert_int_equal(unlink(path), 0); /* the teardown sees that nothing else was left, no log either */
}

STORE_TEST(a_log_that_grows_long_is_not_held_up)
{
    struct fixture *const fixture = *state;
    struct store_export *export = NULL;
    char path[80];
    bool done = false;
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    const int64_t run = fixture_create(fixture, 3).id;
    OK(store_export_begin(fixture->store, &export, &fixture->err));
    fixture_fill(fixture, run, 100); /* over 8,000 pages */
    OK(store_export_step(export, &done, &fixture->err));
    (void)fixture_create(fixture, 7);
    finish(fixture, export);
    save(fixture, export, path);
    store_export_end(export);
    assert_int_equal(fixture_number(path, "SELECT count(*) FROM runs"), 2);
    fixture_assert_whole(path);
    assert_int_equal(unlink(path), 0);
}

STORE_TEST(so_many_copies_and_no_more)
{
    struct fixture *const fixture = *state;
    struct store_export *exports[STORE_EXPORTS];
    struct store_export *one_more = NULL;
    for (size_t i = 0; i < STORE_EXPORTS; i++) {
        OK(store_export_begin(fixture->store, &exports[i], &fixture->err));
        assert_int_equal(store_export_begin(fixture->store, &one_more, &fixture->err), RESULT_SYSTEM);
        assert_non_null(strstr(fixture->err.message, i + 1 < STORE_EXPORTS ? "is being made" : "are downloaded"));
        finish(fixture, exports[i]);
    }
    assert_int_equal(store_export_begin(fixture->store, &one_more, &fixture->err), RESULT_SYSTEM);
    for (size_t i = 0; i < STORE_EXPORTS; i++) {
        store_export_end(exports[i]);
    }
    OK(store_export_begin(fixture->store, &one_more, &fixture->err));
    store_export_end(one_more); /* before it is complete */
    OK(store_export_begin(fixture->store, &one_more, &fixture->err));
    store_export_end(one_more);
}

STORE_TEST(no_room_is_an_error_at_once)
{
    struct fixture *const fixture = *state;
    struct store_export *export = NULL;
    (void)fixture_create(fixture, 3);
    no_room = true;
    const enum result result = store_export_begin(fixture->store, &export, &fixture->err);
    no_room = false;
    assert_int_equal(result, RESULT_SYSTEM);
    assert_non_null(strstr(fixture->err.message, "no room"));
    assert_non_null(strstr(fixture->err.message, "ENOSPC"));
    OK(store_export_begin(fixture->store, &export, &fixture->err));
    store_export_end(export); /* the teardown sees that no file is left */
}
