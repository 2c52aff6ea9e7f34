/* The store on a disk that fails, or without memory: the n-th call on its files, or of malloc, fails,
 * once or from then on, for n = 1, 2, ... until it needs no more. What it has acknowledged is there afterwards,
 * and it works again as soon as it has what it lacked, without being reopened. */
#include <dirent.h>

#include "tests/unit/db/ledger.h"

#define FIRST 3 /* are always tried: what opening needs first, it needs there only */

static uint64_t step = 29; /* KONEKSI_FAULTS_STEP: 1 to try each n */

static int count_descriptors(void)
{
    int count = 0;
    DIR *const directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

/* The disk is well again: the store that is open takes a run, and one that is opened anew has everything. */
static void assert_recovered(struct fixture *fixture, struct store *store, struct ledger *ledger)
{
    struct err err;
    const unsigned failures = ledger->failures;
    if (store != NULL) {
        struct run run = fixture_run(COUNT);
        OK(store_ping(store, &err));
        ledger_assert_kept(store, ledger);
        OK(store_run_create(store, &run, &err));
        OK(store_run_delete(store, run.id, &err));
        store_close(store);
    }
    OK(store_open(fixture->path, &store, &err));
    ledger_assert_kept(store, ledger);
    ledger_read(store, ledger);
    store_close(store);
    assert_int_equal(ledger->failures, failures);
    fixture_assert_whole(fixture->path);
}

enum beginning { OPEN, MISSING, CLOSED, BEGINNING_COUNT };

static const char *const beginnings[] = {
    [OPEN] = "one that is open", [MISSING] = "a new database", [CLOSED] = "one that is opened"};

/* One round with the n-th operation failing. Returns false when nothing was left to fail. */
static bool round_at(struct fixture *fixture, uint64_t kind, uint64_t at, bool lasting, enum beginning beginning)
{
    struct store *store = NULL;
    struct ledger ledger = {.failures = 0};
    const int descriptors = count_descriptors();
    if (beginning != MISSING) {
        OK(store_open(fixture->path, &store, &fixture->err));
    }
    if (beginning == CLOSED) {
        store_close(store);
        store = NULL;
    }
    faults_begin(kind, at, lasting);
    if (store == NULL && store_open(fixture->path, &store, &fixture->err) != RESULT_OK) {
        assert_true(kind == FAULT_MEMORY || strstr(fixture->err.message, fixture->path) != NULL);
        assert_true(strlen(fixture->err.message) > 10);
        store = NULL;
    } else if (beginning != CLOSED) { /* there it is the same as after any other opening */
        ledger_work(store, &ledger, fixture->latency);
    }
    const bool hit = faults.injected > 0;
    faults.kinds = 0;
    assert_recovered(fixture, store, &ledger);
    assert_int_equal(count_descriptors(), descriptors);
    assert_true(unlink(fixture->path) == 0 || beginning == MISSING);
    return hit;
}

static void loses_nothing(struct fixture *fixture, uint64_t kind, const char *name, uint64_t apart)
{
    fixture_histograms(fixture);
    for (unsigned way = 0; way < 2 * BEGINNING_COUNT; way++) {
        const bool lasting = way % 2 != 0;
        const enum beginning beginning = (enum beginning)(way / 2);
        uint64_t at = 1;
        while (round_at(fixture, kind, at, lasting, beginning)) {
            at += at < FIRST ? 1 : apart;
        }
        print_message("figure: %s, %s, %s: %d operations, the first %d and each %d. failed\n", name,
                      lasting ? "from the n-th on" : "the n-th", beginnings[beginning], (int)at - 1, FIRST, (int)apart);
        assert_true(at > 1);
    }
}

/* Operations of a disk and calls of SQLite are fewer than allocations. */
static uint64_t near(uint64_t times)
{
    return step < times ? 1 : step / times;
}

FILE_TEST(a_full_disk)
{
    loses_nothing(*state, FAULT_DISK_FULL, "disk full", near(4));
}

FILE_TEST(an_error)
{
    loses_nothing(*state, FAULT_DISK_ERROR, "I/O error", near(4));
}

FILE_TEST(half_of_it)
{
    loses_nothing(*state, FAULT_DISK_SHORT, "half, then an error", near(4));
}

FILE_TEST(a_file_that_fails)
{
    loses_nothing(*state, FAULT_FILE, "a file fails", near(100));
}

FILE_TEST(no_memory)
{
    loses_nothing(*state, FAULT_MEMORY, "no memory", step);
}

FILE_TEST(no_memory_for_sqlite)
{
    loses_nothing(*state, FAULT_SQLITE, "no memory for SQLite", near(10));
}

int main(void)
{
    const char *const asked = getenv("KONEKSI_FAULTS_STEP");
    step = asked != NULL ? strtoull(asked, NULL, 10) : step;
    return step == 0 ? 1 : faults_run_cases();
}
