/* One process at a time has a database open. */
#include <fcntl.h>
#include <stdarg.h>
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

/* What another process does once, between the opening of the file and its locking. */
static void (*meanwhile)(const char *path);
static const char *meanwhile_path;

/* Replaces the C library's: file_lock calls it with F_OFD_SETLK. Every other command takes a number or a pointer, which
 * travel alike. */
int fcntl(int descriptor, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *const argument = va_arg(arguments, void *);
    va_end(arguments);
    if (command == F_OFD_SETLK && meanwhile != NULL) {
        void (*const once)(const char *) = meanwhile;
        meanwhile = NULL;
        once(meanwhile_path);
    }
    return (int)syscall(SYS_fcntl, descriptor, command, argument);
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
    meanwhile_path = fixture->path;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        meanwhile = ways[i];
        OK(store_open(fixture->path, &fixture->store, &fixture->err));
        assert_null(meanwhile);
        assert_int_equal(open_elsewhere(fixture->path), 100);
        fixture_close(fixture);
    }
}

FILE_TEST(leaves_nothing_beside_the_database)
{
    struct fixture *fixture = *state;
    char lock[80];
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    snprintf(lock, sizeof lock, "%s-lock", fixture->path);
    assert_int_equal(access(lock, F_OK), -1);
}

FILE_TEST(refuses_every_other_path_of_the_file)
{
    struct fixture *fixture = *state;
    char alias[96];
    OK(store_open(fixture->path, &fixture->store, &fixture->err));
    const struct run run = fixture_create(fixture, 1);
    snprintf(alias, sizeof alias, "%s/alias.db", fixture->directory);
    assert_int_equal(link(fixture->path, alias), 0);
    assert_int_equal(open_elsewhere(alias), 100);
    assert_int_equal(unlink(alias), 0);
    assert_int_equal(symlink(fixture->path, alias), 0);
    assert_int_equal(open_elsewhere(alias), 100);
    assert_int_equal(unlink(alias), 0);
    fixture_assert_same(fixture, &run);
}

FILE_TEST(refuses_a_database_that_an_earlier_version_has_open)
{
    struct fixture *fixture = *state;
    char lock[80];
    snprintf(lock, sizeof lock, "%s-lock", fixture->path);
    const int held = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(held >= 0);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(store_open(fixture->path, &fixture->store, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "in use by another koneksi"));
    close(held);
    OK(store_open(fixture->path, &fixture->store, &fixture->err)); /* what it left is nobody's */
    fixture_close(fixture);
    assert_int_equal(unlink(lock), 0);
}

FILE_TEST(a_new_file_can_be_opened_again_whatever_the_umask)
{
    struct fixture *fixture = *state;
    struct stat status;
    const mode_t before = umask(0777);
    const enum result result = store_open(fixture->path, &fixture->store, &fixture->err);
    umask(before);
    OK(result);
    assert_int_equal(stat(fixture->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    fixture_reopen(fixture);
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
    fixture_assert_same(fixture, &run);
    fixture_close(fixture);
    /* The child ends without closing: what it leaves must not keep the next one out. */
    OK(open_elsewhere(fixture->path));
    fixture_reopen(fixture);
    fixture_assert_same(fixture, &run);
}
