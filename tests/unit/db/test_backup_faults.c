/* A backup for which the disk, memory or descriptors fail: the n-th of its requests is refused, once or
 * from then on, for n = 1, 2, ... until it needs no more. It is whole, or an error and nothing; the database is as it
 * was. */

#include "tests/unit/db/store_fixture.h"

#include "db/backup.h"
#include "tests/faults/failing_sqlite.h"
#include "tests/faults/failing_vfs.h"
#include "tests/faults/faults.h"

#define RUNS 3

static struct faults faults;

/* For failing_calls.c, which is linked into this program. */
struct faults *faults_map(void)
{
    return &faults;
}

static void assert_whole(struct store *store)
{
    struct err err;
    OK(store_ping(store, &err));
    assert_int_equal(fixture_count_runs(store), RUNS);
}

/* Returns false when nothing was left to refuse. */
static bool round_at(struct fixture *fixture, uint64_t kind, uint64_t at, bool lasting)
{
    char path[80];
    struct store *copy = NULL;
    struct backup backup = {.from = fixture->path, .to = path};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    faults.at = at;
    faults.lasting = lasting;
    faults.seen = faults.injected = 0;
    faults.kinds = kind;
    const enum result result = backup_run(&backup, &fixture->err);
    faults.kinds = 0;
    if (result == RESULT_OK) {
        OK(store_open(path, &copy, &fixture->err));
        assert_whole(copy);
        store_close(copy);
        assert_int_equal(unlink(path), 0);
    } else {
        assert_true(faults.injected > 0);
        assert_true(result == RESULT_STORE || result == RESULT_SYSTEM || result == RESULT_NO_MEMORY);
        assert_true(strlen(fixture->err.message) > 10);
        assert_int_equal(access(path, F_OK), -1); /* that no other file is there either, the teardown sees */
    }
    assert_whole(fixture->store);
    return faults.injected > 0;
}

static void each_fails(struct fixture *fixture, uint64_t kind, const char *name)
{
    for (int i = 0; i < RUNS; i++) {
        (void)fixture_create(fixture, 7);
    }
    for (int lasting = 0; lasting < 2; lasting++) {
        uint64_t at = 1;
        while (round_at(fixture, kind, at, lasting != 0)) {
            at++;
        }
        print_message("figure: %s, %s: each of %d refused\n", name, lasting != 0 ? "from the n-th on" : "the n-th",
                      (int)at - 1);
        assert_true(at > 1);
    }
}

STORE_TEST(a_full_disk)
{
    each_fails(*state, FAULT_DISK_FULL, "disk full");
}

STORE_TEST(an_error)
{
    each_fails(*state, FAULT_DISK_ERROR, "I/O error");
}

STORE_TEST(no_memory)
{
    each_fails(*state, FAULT_MEMORY, "no memory");
}

STORE_TEST(no_memory_for_sqlite)
{
    each_fails(*state, FAULT_SQLITE, "no memory for SQLite");
}

STORE_TEST(a_file_that_fails)
{
    each_fails(*state, FAULT_FILE, "a file fails");
}

STORE_TEST(no_descriptor)
{
    each_fails(*state, FAULT_DESCRIPTOR, "no descriptor");
}

int main(void)
{
    if (failing_sqlite_install(&faults) != SQLITE_OK || failing_vfs_install(&faults) != SQLITE_OK) {
        return 1;
    }
    return run_cases();
}
