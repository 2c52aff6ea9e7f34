/* Readers that take their time: others wait for them, and the log that they keep is cut when they have ended. */
#include <pthread.h>
#include <sys/stat.h>

#include "db/session.h"
#include "tests/unit/db/store_fixture.h"

struct crowd {
    struct fixture *fixture;
    _Atomic int inside; /* lists that are open */
    _Atomic bool let_go, failed;
    _Atomic bool asks, has_asked; /* another, from outside */
    enum result result;
    uint64_t queued;
};

static bool stay(const struct run *run, void *arg)
{
    struct crowd *const crowd = arg;
    (void)run;
    crowd->inside++;
    while (!crowd->let_go) {
        usleep(1000);
    }
    return false;
}

static void *hold_a_list(void *arg)
{
    const struct run_filter filter = {.limit = 1, .mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    struct crowd *const crowd = arg;
    struct err err;
    if (store_runs_each(crowd->fixture->store, &filter, stay, crowd, &err) != RESULT_OK) {
        crowd->failed = true;
    }
    return NULL;
}

static void hold_lists(struct crowd *crowd, pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hold_a_list, crowd), 0);
    }
    while (crowd->inside < count && !crowd->failed) {
        usleep(1000);
    }
}

static void let_go(struct crowd *crowd, const pthread_t *threads, int count)
{
    crowd->let_go = true;
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_false(crowd->failed);
}

static void *ask_from_outside(void *arg)
{
    struct crowd *const crowd = arg;
    struct err err;
    crowd->asks = true;
    crowd->result = store_queued_count(crowd->fixture->store, &crowd->queued, &err);
    crowd->has_asked = true;
    return NULL;
}

static void who_finds_all_readers_busy_waits(void **state)
{
    struct fixture *const fixture = *state;
    struct crowd crowd = {.fixture = fixture};
    pthread_t readers[STORE_READERS];
    pthread_t outside;
    (void)fixture_create(fixture, 5);
    hold_lists(&crowd, readers, STORE_READERS);
    assert_int_equal(pthread_create(&outside, NULL, ask_from_outside, &crowd), 0);
    while (!crowd.asks) {
        usleep(1000);
    }
    usleep(50000); /* to come as far as the lock: one that is later makes the test weaker, not wrong */
    const bool early = crowd.has_asked;
    let_go(&crowd, readers, STORE_READERS);
    assert_int_equal(pthread_join(outside, NULL), 0);
    assert_false(early);
    OK(crowd.result);
    assert_int_equal(crowd.queued, 1);
}

#define BATCHES 90 /* some nine thousand pages: more than the log is to have */

static off_t log_size(const struct fixture *fixture)
{
    char path[80];
    struct stat status;
    snprintf(path, sizeof path, "%s-wal", fixture->path);
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static void the_log_that_a_reader_kept_goes_when_it_has_ended(void **state)
{
    struct fixture *const fixture = *state;
    struct crowd crowd = {.fixture = fixture};
    pthread_t reader;
    const int64_t id = fixture_create(fixture, 5).id;
    hold_lists(&crowd, &reader, 1);
    fixture_fill(fixture, id, BATCHES);
    const off_t kept = log_size(fixture);
    let_go(&crowd, &reader, 1);
    assert_true(kept > 8000L * 4096);
    (void)fixture_create(fixture, 5);
    assert_int_equal(log_size(fixture), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_finds_all_readers_busy_waits),
        TEST(the_log_that_a_reader_kept_goes_when_it_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
