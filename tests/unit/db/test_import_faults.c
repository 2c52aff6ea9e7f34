/* An import for which the disk, memory or descriptors fail: the n-th of its requests is refused, once or from then on,
 * for n = 1, 2, ... until it needs no more. All of the other database is there then, or nothing of it. */
#include "tests/unit/db/faults_fixture.h"

#include "db/store_import.h"

#define RUNS 3
#define FIRST 5 /* each of the first is refused, then each step-th */

static uint64_t step = 5; /* KONEKSI_FAULTS_STEP: 1 to try each n */

static void make_other(struct fixture *fixture, const char *path)
{
    struct store *store = NULL;
    OK(store_open(path, &store, &fixture->err));
    for (int i = 0; i < RUNS; i++) {
        struct run run = fixture_run(7);
        OK(store_run_create(store, &run, &fixture->err));
        run.status = RUN_STATUS_COMPLETED;
        run.totals = (struct load_totals){.started = 7, .connected = 7, .completed = 7};
        OK(store_run_finished(store, &run, fixture->latency, &fixture->err));
    }
    store_close(store);
}

static void assert_works(struct fixture *fixture, int runs)
{
    assert_int_equal(fixture_count_runs(fixture->store), runs);
    OK(store_run_delete(fixture->store, fixture_create(fixture, 3).id, &fixture->err));
}

static void delete_all(struct fixture *fixture)
{
    struct run run;
    while (store_run_latest(fixture->store, &run, &fixture->err) == RESULT_OK) {
        OK(store_run_delete(fixture->store, run.id, &fixture->err));
    }
}

/* Returns false when nothing was left to refuse. */
static bool round_at(struct fixture *fixture, const char *other, uint64_t kind, uint64_t at, bool lasting)
{
    char copy[80];
    struct import_counts counts = {0};
    struct store_import import = {.paths = &other, .count = 1, .copy = copy, .counts = &counts};
    snprintf(copy, sizeof copy, "%s/copy.db", fixture->directory);
    faults_begin(kind, at, lasting);
    const enum result result = store_import(fixture->store, &import, &fixture->err);
    faults.kinds = 0;
    assert_works(fixture, result == RESULT_OK ? RUNS : 0);
    if (result == RESULT_OK) {
        delete_all(fixture);
    } else {
        faults_expect(fixture, result, copy);
    }
    return faults.injected > 0;
}

static void each_fails(struct fixture *fixture, uint64_t kind, const char *name)
{
    char other[80];
    snprintf(other, sizeof other, "%s/other.db", fixture->directory);
    fixture_histograms(fixture);
    make_other(fixture, other);
    for (int lasting = 0; lasting < 2; lasting++) {
        uint64_t at = 1;
        while (round_at(fixture, other, kind, at, lasting != 0)) {
            at += at < FIRST ? 1 : step;
        }
        print_message("figure: %s, %s: %d requests, each %d. of them refused\n", name,
                      lasting != 0 ? "from the n-th on" : "the n-th", (int)at - 1, (int)step);
        assert_true(at > 1);
    }
    fixture_assert_whole(other);
    assert_int_equal(unlink(other), 0);
}

FAULT_CASES

int main(void)
{
    const char *const given = getenv("KONEKSI_FAULTS_STEP");
    step = given != NULL ? strtoull(given, NULL, 10) : step;
    return faults_run_cases();
}
