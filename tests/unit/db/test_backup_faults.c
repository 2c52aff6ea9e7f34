/* A backup for which the disk, memory or descriptors fail: the n-th of its requests is refused, once or
 * from then on, for n = 1, 2, ... until it needs no more. It is whole, or an error and nothing; the database is as it
 * was. */

#include "tests/unit/db/faults_fixture.h"

#include "db/backup.h"

#define RUNS 3

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
    faults_begin(kind, at, lasting);
    const enum result result = backup_run(&backup, &fixture->err);
    faults.kinds = 0;
    if (result == RESULT_OK) {
        OK(store_open(path, &copy, &fixture->err));
        assert_whole(copy);
        store_close(copy);
        assert_int_equal(unlink(path), 0);
    } else {
        faults_expect(fixture, result, path);
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

FAULT_CASES

int main(void)
{
    return faults_run_cases();
}
