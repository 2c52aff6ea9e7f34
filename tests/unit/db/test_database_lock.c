/* One process at a time has a database open. */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/unit/db/store_fixture.h"

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

/* What another process does once, between the opening of the lock file and its locking. */
static void (*meanwhile)(const char *path);
static char lock_path[80];

/* Replaces the C library's. */
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
    FILE *const file = fopen(other, "we");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(other, path), 0);
}

FILE_TEST(locks_the_file_that_is_there)
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
        fixture_close(fixture);
    }
    /* Another process may hold the file that lies there now. */
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    make_it_anew(lock_path);
    fixture_close(fixture);
    assert_int_equal(unlink(lock_path), 0);
}

FILE_TEST(refuses_a_second_opener_until_the_first_is_gone)
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
    fixture_close(fixture);
    /* The child ends without closing: what it leaves must not keep the next one out. */
    OK(open_elsewhere(fixture->path));
    fixture_reopen(fixture);
    fixture_assert_same(fixture, &run);
}

FILE_TEST(refuses_what_cannot_be_locked)
{
    struct fixture *fixture = *state;
    char lock[80];
    snprintf(lock, sizeof lock, "%s-lock", fixture->path);
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_int_equal(store_open(fixture->path, &fixture->store, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "EISDIR"));
    assert_int_equal(rmdir(lock), 0);
}
