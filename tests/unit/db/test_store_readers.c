/* Readers that take their time: others wait for them, and the log that they keep is cut when they have ended. */
#include <pthread.h>
#include <sys/stat.h>

#include "db/session.h"
#include "tests/unit/db/store_fixture.h"

struct readers {
    struct fixture *fixture;
    _Atomic int inside; /* lists that are open */
    _Atomic bool let_go, failed;
    _Atomic bool started, ended; /* the reader that has to wait */
    enum result result;
    uint64_t queued;
};

static bool stay(const struct run *run, void *arg)
{
    struct readers *const group = arg;
    group->inside++;
    while (!group->let_go) {
        usleep(1000);
    }
    return false;
}

static void *hold_a_list(void *arg)
{
    const struct run_filter filter = {.limit = 1, .mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    struct readers *const group = arg;
    struct err err;
    if (store_runs_each(group->fixture->store, &filter, stay, group, &err) != RESULT_OK) {
        group->failed = true;
    }
    return NULL;
}

static void hold_lists(struct readers *group, pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hold_a_list, group), 0);
    }
    while (group->inside < count && !group->failed) {
        usleep(1000);
    }
}

static void let_go(struct readers *group, const pthread_t *threads, int count)
{
    group->let_go = true;
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_false(group->failed);
}

static void *count_queued(void *arg)
{
    struct readers *const group = arg;
    struct err err;
    group->started = true;
    group->result = store_queued_count(group->fixture->store, &group->queued, &err);
    group->ended = true;
    return NULL;
}

STORE_TEST(a_reader_waits_while_all_are_busy)
{
    struct fixture *const fixture = *state;
    struct readers group = {.fixture = fixture};
    pthread_t readers[STORE_READERS];
    pthread_t outside;
    (void)fixture_create(fixture, 5);
    hold_lists(&group, readers, STORE_READERS);
    assert_int_equal(pthread_create(&outside, NULL, count_queued, &group), 0);
    while (!group.started) {
        usleep(1000);
    }
    usleep(50000); /* to come as far as the lock: one that is later makes the test weaker, not wrong */
    const bool early = group.ended;
    let_go(&group, readers, STORE_READERS);
    assert_int_equal(pthread_join(outside, NULL), 0);
    assert_false(early);
    OK(group.result);
    assert_int_equal(group.queued, 1);
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

STORE_TEST(the_log_is_cut_when_the_reader_that_kept_it_has_ended)
{
    struct fixture *const fixture = *state;
    struct readers group = {.fixture = fixture};
    pthread_t reader;
    const int64_t id = fixture_create(fixture, 5).id;
    hold_lists(&group, &reader, 1);
    fixture_fill(fixture, id, BATCHES);
    const off_t kept = log_size(fixture);
    let_go(&group, &reader, 1);
    assert_true(kept > 8000L * 4096);
    (void)fixture_create(fixture, 5);
    assert_int_equal(log_size(fixture), 0);
}
