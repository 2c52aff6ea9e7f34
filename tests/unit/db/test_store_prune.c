/* Deleting old runs: which are deleted, which stay, and how many at a time. */
#include "tests/unit/db/store_fixture.h"

#include "db/store_experiments.h"
#include "db/store_prune.h"

static int64_t add_run(struct fixture *fixture, int64_t experiment, bool over)
{
    struct run run = fixture_run(5);
    run.experiment = experiment;
    OK(store_run_create(fixture->store, &run, &fixture->err));
    if (over) {
        OK(store_run_cancel_queued(fixture->store, run.id, 7, &fixture->err));
    }
    return run.id;
}

static int64_t add_experiment(struct fixture *fixture, const char *kind, const char *asked)
{
    struct experiment experiment = {.created_ms = 1};
    snprintf(experiment.kind, sizeof experiment.kind, "%s", kind);
    snprintf(experiment.asked, sizeof experiment.asked, "%s", asked);
    OK(store_experiment_create(fixture->store, &experiment, &fixture->err));
    return experiment.id;
}

static void end_experiment(struct fixture *fixture, int64_t id)
{
    struct experiment experiment;
    OK(store_experiment_get(fixture->store, id, &experiment, &fixture->err));
    experiment.status = RUN_STATUS_COMPLETED;
    OK(store_experiment_update(fixture->store, &experiment, &fixture->err));
}

static struct store_ids prune_ids(struct fixture *fixture, uint64_t keep)
{
    struct pruning pruning = {.keep = keep};
    struct store_ids deleted;
    OK(store_prune_find(fixture->store, &pruning, &fixture->err));
    OK(store_prune_batch(fixture->store, &pruning, &deleted, &fixture->err));
    return deleted;
}

static size_t prune(struct fixture *fixture, uint64_t keep)
{
    return prune_ids(fixture, keep).count;
}

static bool is_there(struct fixture *fixture, int64_t id)
{
    struct run run;
    return store_run_get(fixture->store, id, &run, &fixture->err) == RESULT_OK;
}

STORE_TEST(goes_in_batches_from_the_oldest_on)
{
    struct fixture *const fixture = *state;
    for (int i = 0; i < 25; i++) {
        (void)add_run(fixture, 0, true);
    }
    const struct store_ids deleted = prune_ids(fixture, 2);
    assert_int_equal(deleted.count, STORE_PRUNE_BATCH);
    assert_int_equal(deleted.of[0], 1);
    assert_int_equal(deleted.of[9], 10);
    assert_int_equal(prune(fixture, 2), 10);
    assert_int_equal(prune(fixture, 2), 3);
    assert_int_equal(prune(fixture, 2), 0);
    assert_true(!is_there(fixture, 23) && is_there(fixture, 24) && is_there(fixture, 25));
}

STORE_TEST(a_run_that_is_not_over_stays_and_does_not_count)
{
    struct fixture *const fixture = *state;
    const int64_t waits = add_run(fixture, 0, false);
    const int64_t old = add_run(fixture, 0, true);
    const int64_t new = add_run(fixture, 0, true);
    (void)add_run(fixture, 0, false);
    assert_int_equal(prune(fixture, 1), 1);
    assert_true(is_there(fixture, waits) && !is_there(fixture, old) && is_there(fixture, new));
}

STORE_TEST(an_experiments_runs_go_at_once_when_it_is_over)
{
    struct fixture *const fixture = *state;
    const int64_t experiment = add_experiment(fixture, "sweep", "{}");
    for (int i = 0; i < 15; i++) {
        (void)add_run(fixture, experiment, true);
    }
    (void)add_run(fixture, 0, true);
    assert_int_equal(prune(fixture, 1), 0); /* it is not over */
    end_experiment(fixture, experiment);
    assert_int_equal(prune(fixture, 2), 0); /* its last run is to be kept */
    /* It has none from the first batch on. */
    assert_int_equal(prune(fixture, 1), STORE_PRUNE_BATCH);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM runs WHERE experiment IS NOT NULL"), 0);
    assert_int_equal(prune(fixture, 1), 5);
    assert_int_equal(prune(fixture, 1), 0);
}

STORE_TEST(a_run_that_a_result_is_made_from_goes_with_its_experiment)
{
    struct fixture *const fixture = *state;
    struct err *const err = &fixture->err;
    static const enum run_status statuses[] = {RUN_STATUS_COMPLETED, RUN_STATUS_FAILED, RUN_STATUS_CANCELLED};
    const int64_t experiment = add_experiment(fixture, "sweep", "{}");
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct run run = fixture_run(5);
        run.experiment = experiment;
        OK(store_run_create(fixture->store, &run, err));
        OK(store_run_started(fixture->store, &run, err));
        run.status = statuses[i];
        OK(store_run_finished(fixture->store, &run, NULL, err));
        const bool kept = statuses[i] != RUN_STATUS_CANCELLED;
        assert_int_equal(store_run_delete(fixture->store, run.id, err), kept ? RESULT_CONFLICT : RESULT_OK);
        assert_int_equal(is_there(fixture, run.id), kept);
    }
    end_experiment(fixture, experiment);
    OK(store_experiment_delete(fixture->store, experiment, err));
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM runs"), 0);
}

STORE_TEST(what_ends_between_two_batches_is_found)
{
    struct fixture *const fixture = *state;
    struct pruning pruning = {.keep = 1};
    struct store_ids deleted;
    (void)add_run(fixture, 0, true);
    (void)add_run(fixture, 0, true);
    for (int i = 0; i < 2; i++) {
        OK(store_prune_find(fixture->store, &pruning, &fixture->err));
        OK(store_prune_batch(fixture->store, &pruning, &deleted, &fixture->err));
        assert_int_equal(deleted.count, 1);
        (void)add_run(fixture, 0, true);
        OK(store_prune_batch(fixture->store, &pruning, &deleted, &fixture->err));
        assert_int_equal(deleted.count, 0);
        assert_int_equal(pruning.newest, 0);
    }
}

/* Another program's. */
STORE_TEST(a_plan_that_is_no_json_keeps_no_run)
{
    struct fixture *const fixture = *state;
    (void)add_experiment(fixture, "proof", "no JSON");
    (void)add_run(fixture, 0, true);
    (void)add_run(fixture, 0, true);
    assert_int_equal(prune(fixture, 1), 1);
}

STORE_TEST(a_proof_keeps_the_run_that_it_is_about)
{
    struct fixture *const fixture = *state;
    const int64_t search = add_experiment(fixture, "ceiling", "{}");
    const int64_t alone = add_run(fixture, 0, true);
    const int64_t first = add_run(fixture, search, true);
    const int64_t proved = add_run(fixture, search, true);
    char asked[64];
    snprintf(asked, sizeof asked, "{\"kind\":\"proof\",\"run\":%lld}", (long long)proved);
    end_experiment(fixture, search);
    const int64_t proof = add_experiment(fixture, "proof", asked);
    (void)add_run(fixture, 0, true);
    assert_int_equal(prune(fixture, 1), 1);
    assert_true(!is_there(fixture, alone) && is_there(fixture, first) && is_there(fixture, proved));
    end_experiment(fixture, proof);
    assert_int_equal(prune(fixture, 1), 2);
}
