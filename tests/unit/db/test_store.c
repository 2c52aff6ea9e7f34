/* The store: what is put in comes out, what is refused stays out. */
#include <pthread.h>

#include "db/store_parts.h"
#include "tests/unit/db/store_fixture.h"

/* Structs are compared by bytes, so each begins as zeros. */
static void fill_groups(struct run *run)
{
    run->group_count = 2;
    run->groups[0] =
        (struct error_group){PHASE_CONNECT, "socket", 24, 0, "Too many open files", 4, 509, 1000, 9000, 0, 0, 0, 0};
    run->groups[1] =
        (struct error_group){PHASE_PROTOCOL, "recv", 0, 0, "replied b'\\xff'", 1, 7, 2000, 2000, 0, 0, 0, 0};
}

static void fill_finished(struct run *run)
{
    run->status = RUN_STATUS_COMPLETED;
    run->finished_ms = 1763914600456;
    run->duration_us = 987654321;
    run->totals =
        (struct load_totals){.started = 499, .connected = 496, .completed = 494, .failed = 5, .not_started = 1};
    run->peaks = (struct load_peaks){11, 12, 13};
    run->start = (struct load_start){.last_up_us = 19, .peak_clients = 20};
    run->cost = (struct load_cost){.cpu_us = 21, .memory_bytes = 22};
    run->source_addresses = 3;
    run->late_side = FACT_SIDE_BOTH;
    run->peak_server_threads = 14;
    run->peak_server_connections = 15;
    run->server_accepted = 496;
    run->server_listen_overflows = 17;
    run->server_refused = 18;
    fill_groups(run);
}

STORE_TEST(keeps_every_field_of_a_run)
{
    struct fixture *fixture = *state;
    struct run run = fixture_run(500);
    run.experiment = 9;
    run.spec = (struct run_spec){.mode = MODE_POOL,
                                 .count = 500,
                                 .pool_size = 32,
                                 .ranks = 8,
                                 .hold = true,
                                 .requests = 3,
                                 .rate = 250,
                                 .request = REQUEST_CRLF,
                                 .timeout_ms = 4000,
                                 .stack_kib = 128,
                                 .target = "127.0.0.1:45001",
                                 .limit_nofile = 1024,
                                 .limit_nproc = 77,
                                 .limit_as_mib = 512,
                                 .label = "percobaan pertama \xc3\xa9 'a' \"b\""};
    OK(store_run_create(fixture->store, &run, &fixture->err));
    assert_true(run.id > 0);
    assert_int_equal(run.status, RUN_STATUS_QUEUED);
    assert_int_equal(run.totals.not_started, 500);
    fixture_assert_same(fixture, &run);

    run.status = RUN_STATUS_RUNNING;
    run.started_ms = 1763914600123;
    snprintf(run.environment, sizeof run.environment, "%s", "{\"kernel\":\"6.18\"}");
    snprintf(run.resolved, sizeof run.resolved, "%s", "{\"address\":\"[::1]:80\",\"refused\":[]}");
    run.server_known = true;
    snprintf(run.server_model, sizeof run.server_model, "%s", "thread");
    run.server_backlog = 128;
    snprintf(run.server_process, sizeof run.server_process, "%s", "{\"program\":\"nginx\",\"pid\":123}");
    OK(store_run_started(fixture->store, &run, &fixture->err));
    fixture_assert_same(fixture, &run);

    fill_finished(&run);
    struct hist *latency = fixture_histograms(fixture);
    OK(store_run_finished(fixture->store, &run, latency, &fixture->err));
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        run.latency[kind] = hist_summary(&latency[kind]);
        assert_int_equal(run.latency[kind].count, 100);
    }
    fixture_assert_same(fixture, &run);
    fixture_reopen(fixture);
    fixture_assert_same(fixture, &run);
}

STORE_TEST(keeps_why_a_run_failed_before_it_started)
{
    struct fixture *fixture = *state;
    struct run run = fixture_create(fixture, 10);
    run.status = RUN_STATUS_FAILED;
    run.finished_ms = 5;
    snprintf(run.message, sizeof run.message, "%s", "koneksi-load could not be started: ENOENT");
    OK(store_run_finished(fixture->store, &run, NULL, &fixture->err));
    fixture_assert_same(fixture, &run);
    static struct hist latency[LATENCY_COUNT];
    assert_int_equal(store_histogram_get(fixture->store, run.id, latency, &fixture->err), RESULT_NOT_FOUND);
}

STORE_TEST(returns_a_histogram_as_it_was_stored)
{
    struct fixture *fixture = *state;
    struct run run = fixture_create(fixture, 500);
    const struct hist *latency = fixture_histograms(fixture);
    fill_finished(&run);
    OK(store_run_finished(fixture->store, &run, latency, &fixture->err));
    struct hist *back = calloc(LATENCY_COUNT, sizeof *back);
    assert_non_null(back);
    OK(store_histogram_get(fixture->store, run.id, back, &fixture->err));
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        const struct latency before = hist_summary(&latency[kind]);
        const struct latency after = hist_summary(&back[kind]);
        assert_memory_equal(&before, &after, sizeof before);
    }
    free(back);
}

STORE_TEST(refuses_totals_that_do_not_add_up)
{
    static const struct load_totals wrong[] = {
        {.started = 10, .completed = 9, .failed = 0, .not_started = 0},
        {.started = 10, .completed = 10, .failed = 1, .not_started = 0},
        {.started = 9, .completed = 9, .failed = 0, .not_started = 0},
        {.started = 10, .connected = 11, .completed = 10},
        {.started = 11, .completed = 11},
        {.started = 10, .completed = UINT64_MAX, .failed = 11},
        {.started = 10, .completed = 10, .failed = UINT64_MAX},
        {.started = 11, .completed = 11, .not_started = UINT64_MAX},
        {.started = 10, .completed = 10, .not_started = 11},
    };
    struct fixture *fixture = *state;
    struct run run = fixture_create(fixture, 10);
    const struct run before = run;
    run.status = RUN_STATUS_COMPLETED;
    run.group_count = 1;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        run.totals = wrong[i];
        assert_int_equal(store_run_finished(fixture->store, &run, NULL, &fixture->err), RESULT_STORE);
        assert_non_null(strstr(fixture->err.message, "does not add up"));
        fixture_assert_same(fixture, &before);
    }
    run.status = RUN_STATUS_RUNNING;
    run.totals = (struct load_totals){.started = 10, .completed = 10};
    assert_int_equal(store_run_finished(fixture->store, &run, NULL, &fixture->err), RESULT_STORE);
    fixture_assert_same(fixture, &before);
}

STORE_TEST(refuses_a_status_out_of_order)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct err *err = &fixture->err;
    struct run run = fixture_create(fixture, 10);
    OK(store_run_started(store, &run, err));
    assert_int_equal(store_run_started(store, &run, err), RESULT_CONFLICT);
    assert_int_equal(store_run_cancel_queued(store, run.id, 1, err), RESULT_CONFLICT);
    assert_int_equal(store_run_delete(store, run.id, err), RESULT_CONFLICT);
    run.status = RUN_STATUS_CANCELLED;
    OK(store_run_finished(store, &run, NULL, err));
    assert_int_equal(store_run_finished(store, &run, NULL, err), RESULT_CONFLICT);
    assert_int_equal(store_run_started(store, &run, err), RESULT_CONFLICT);
    OK(store_run_delete(store, run.id, err));
    assert_int_equal(store_run_delete(store, run.id, err), RESULT_NOT_FOUND);
    assert_int_equal(store_run_get(store, run.id, &run, err), RESULT_NOT_FOUND);
    assert_int_equal(store_run_started(store, &run, err), RESULT_NOT_FOUND);
    assert_int_equal(store_run_finished(store, &run, NULL, err), RESULT_NOT_FOUND);
    assert_int_equal(store_run_cancel_queued(store, 4711, 1, err), RESULT_NOT_FOUND);
}

STORE_TEST(never_gives_an_id_twice)
{
    struct fixture *fixture = *state;
    const struct run first = fixture_create(fixture, 1);
    OK(store_run_delete(fixture->store, first.id, &fixture->err));
    fixture_reopen(fixture);
    assert_int_equal(fixture_create(fixture, 1).id, first.id + 1);
}

STORE_TEST(returns_queued_runs_oldest_first)
{
    struct fixture *fixture = *state;
    struct run next;
    uint64_t queued = 7;
    OK(store_queued_count(fixture->store, &queued, &fixture->err));
    assert_int_equal(queued, 0);
    assert_int_equal(store_run_next(fixture->store, &next, &fixture->err), RESULT_NOT_FOUND);
    const struct run first = fixture_create(fixture, 1);
    struct run second = fixture_create(fixture, 2);
    OK(store_queued_count(fixture->store, &queued, &fixture->err));
    assert_int_equal(queued, 2);
    OK(store_run_next(fixture->store, &next, &fixture->err));
    assert_int_equal(next.id, first.id);
    OK(store_run_cancel_queued(fixture->store, first.id, 99, &fixture->err));
    OK(store_run_next(fixture->store, &next, &fixture->err));
    assert_memory_equal(&next, &second, sizeof next);
    OK(store_run_get(fixture->store, first.id, &next, &fixture->err));
    assert_int_equal(next.status, RUN_STATUS_CANCELLED);
    assert_int_equal(next.finished_ms, 99);
    assert_int_equal(next.totals.not_started, 1);
}

/* --- after a crash --- */

STORE_TEST(makes_an_interrupted_run_add_up_from_its_last_sample)
{
    struct fixture *fixture = *state;
    struct run run = fixture_create(fixture, 100);
    run.server_known = true;
    snprintf(run.server_model, sizeof run.server_model, "%s", "thread");
    OK(store_run_started(fixture->store, &run, &fixture->err));
    const struct run_sample samples[] = {
        {.at_us = 100000,
         .client = {.totals = {30, 29, 10, 0, 70}, .threads = 19, .connections = 18},
         .server_processes = 3,
         .server_threads = 40,
         .server_connections = 39,
         .server_accepted = 29},
        {.at_us = 200000,
         .client = {.totals = {60, 58, 50, 3, 40}, .threads = 7, .connections = 8, .processes = 2},
         .server_threads = 9,
         .server_connections = 8,
         .server_accepted = 58,
         .server_refused = 6,
         .server_overflows = 7},
    };
    OK(store_samples_add(fixture->store, run.id, samples, 2, &fixture->err));
    const struct run untouched = fixture_create(fixture, 5);
    struct run bare = fixture_create(fixture, 7);
    OK(store_run_started(fixture->store, &bare, &fixture->err));
    fixture_reopen(fixture);

    size_t interrupted = 0;
    OK(store_recover(fixture->store, 123456, &interrupted, &fixture->err));
    assert_int_equal(interrupted, 2);
    run.status = RUN_STATUS_INTERRUPTED;
    run.finished_ms = 123456;
    run.duration_us = 200000;
    run.totals = (struct load_totals){60, 58, 50, 10, 40};
    run.peaks = (struct load_peaks){.threads = 19, .processes = 2, .connections = 18};
    run.peak_server_threads = 40;
    run.peak_server_connections = 39;
    run.server_accepted = 58;
    run.server_refused = 6;
    run.server_listen_overflows = 7;
    snprintf(run.message, sizeof run.message, "%s", "Koneksi ended during the run");
    run.group_count = 1; /* every failed client is in a group */
    run.groups[0] = (struct error_group){
        .phase = PHASE_RECEIVE, .count = 10, .first_at_us = run.duration_us, .last_at_us = run.duration_us};
    snprintf(run.groups[0].message, sizeof run.groups[0].message, "%s", "Koneksi ended during the run");
    fixture_assert_same(fixture, &run);
    fixture_assert_same(fixture, &untouched);
    struct run back;
    OK(store_run_get(fixture->store, bare.id, &back, &fixture->err));
    assert_int_equal(back.status, RUN_STATUS_INTERRUPTED);
    assert_int_equal(back.totals.not_started, 7);
    OK(store_recover(fixture->store, 1, &interrupted, &fixture->err));
    assert_int_equal(interrupted, 0);
}

STORE_TEST(recovers_from_an_impossible_sample)
{
    struct fixture *fixture = *state;
    struct run run = fixture_create(fixture, 10);
    OK(store_run_started(fixture->store, &run, &fixture->err));
    const struct run_sample sample = {.at_us = 1, .client = {.totals = {UINT64_MAX, 99, 20, 0, 0}}};
    OK(store_samples_add(fixture->store, run.id, &sample, 1, &fixture->err));
    size_t interrupted = 0;
    OK(store_recover(fixture->store, 1, &interrupted, &fixture->err));
    OK(store_run_get(fixture->store, run.id, &run, &fixture->err));
    assert_int_equal(run.totals.completed + run.totals.failed + run.totals.not_started, 10);
}

/* --- several threads --- */

#define WRITES 40

struct writer {
    struct store *store;
    int64_t run;
    enum result result;
};

static void *write_parts(void *arg)
{
    struct writer *writer = arg;
    struct err err;
    for (uint64_t i = 0; i < WRITES && writer->result == RESULT_OK; i++) {
        const struct run_sample samples[2] = {{.at_us = 2 * i}, {.at_us = 2 * i + 1}};
        writer->result = store_samples_add(writer->store, writer->run, samples, 2, &err);
    }
    return NULL;
}

static bool count_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    int64_t *count = arg;
    assert_int_equal(position, *count + 1);
    assert_int_equal(sample->at_us, *count);
    ++*count;
    return true;
}

STORE_TEST(two_threads_write_while_one_reads)
{
    struct fixture *fixture = *state;
    struct writer writers[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        writers[i] = (struct writer){fixture->store, fixture_create(fixture, 10).id, RESULT_OK};
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_parts, &writers[i]), 0);
    }
    int64_t before = 0;
    int64_t count = 0;
    while (count < 2L * WRITES) {
        count = 0;
        OK(store_samples_each(fixture->store, writers[1].run, 0, 1000, count_sample, &count, &fixture->err));
        assert_true(count >= before && count % 2 == 0);
        before = count;
        OK(store_ping(fixture->store, &fixture->err));
        assert_int_equal(fixture_count_runs(fixture->store), 2);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        OK(writers[i].result);
    }
}
