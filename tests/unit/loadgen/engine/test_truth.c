/* Whether the figures of a run are true: what a latency counts, what hides nothing, and how clients were started. */

#include "base/clock.h"
#include "loadgen/engine/client_steps.h"
#include "loadgen/engine/engine.h"
#include "loadgen/engine/scoreboard_read.h"
#include "tests/unit/loadgen/engine/time_stub.h"

#define JAM "JAM 12:34:56\r\n"

struct outcome {
    struct sink sink;
    struct load_result result;
};

static bool keep_result(struct sink *sink, const struct report_event *event)
{
    struct outcome *const outcome = (struct outcome *)sink;
    if (event->type == REPORT_RESULT) {
        memcpy(&outcome->result, event->result, sizeof outcome->result);
    }
    return true;
}

/* The caller frees it. Every client completes. */
static struct outcome *run_against(struct time_stub_manners manners, const struct run_spec *spec)
{
    struct time_stub *const stub = time_stub_start(manners);
    struct outcome *const outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    outcome->sink.write = keep_result;
    struct engine *engine = NULL;
    struct load_totals totals;
    struct err err;
    OK(engine_create(spec, &stub->address, &outcome->sink, &engine, &err));
    OK(engine_run(engine, &totals, &err));
    engine_destroy(engine);
    time_stub_stop(stub);
    time_stub_free(stub);
    assert_int_equal(totals.completed, spec->count);
    return outcome;
}

static struct run_spec spec_of(enum run_mode mode, uint64_t count)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = mode;
    spec.count = count;
    spec.pool_size = 4;
    return spec;
}

static uint64_t slower_than(const struct hist *hist, uint64_t ns)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
        count += hist_bucket_lower(i) >= ns ? hist_bucket_count(hist, i) : 0;
    }
    return count;
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

#define TIMED 400U

/* The same clients twice: as the run's histogram has them, and as the full list of their raw timings. */
TEST(percentiles_agree_with_the_list_of_raw_timings)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM, .slow_us = 3000});
    const struct run_spec spec = spec_of(MODE_POOL, TIMED);
    struct scoreboard *const board = scoreboard_create(TIMED, false);
    struct load_result *const result = calloc(1, sizeof *result);
    struct client_plan plan;
    uint64_t raw[TIMED];
    assert_true(board != NULL && result != NULL);
    client_plan_init(&plan, &spec, &stub->address);
    for (uint64_t i = 0; i < TIMED; i++) {
        struct client_record record = {0};
        const uint64_t begun_ns = clock_now_ns();
        scoreboard_started(board, i);
        client_run(&plan, board, i, &record);
        assert_true(record.client_ns <= clock_now_ns() - begun_ns);
        scoreboard_count_outcome(board, i, &record);
        raw[i] = record.client_ns;
    }
    scoreboard_result(board, result);
    qsort(raw, TIMED, sizeof raw[0], compare);
    const struct latency seen = hist_summary(&result->latency[LATENCY_CLIENT]);
    const struct {
        uint64_t seen_ns, raw_ns;
    } pairs[] = {
        {seen.min_ns, raw[0]},
        {seen.p50_ns, raw[TIMED * 50 / 100 - 1]},
        {seen.p90_ns, raw[TIMED * 90 / 100 - 1]},
        {seen.p99_ns, raw[TIMED * 99 / 100 - 1]},
        {seen.max_ns, raw[TIMED - 1]},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint64_t off = pairs[i].seen_ns > pairs[i].raw_ns ? pairs[i].seen_ns - pairs[i].raw_ns
                                                                : pairs[i].raw_ns - pairs[i].seen_ns;
        assert_in_range(off, 0, pairs[i].raw_ns / 50);
    }
    scoreboard_destroy(board);
    free(result);
    time_stub_stop(stub);
    time_stub_free(stub);
}

#define STALL_MS 200U
#define STALL_NS (STALL_MS * NS_PER_MS)

static const struct time_stub_manners stalling = {.reply = JAM, .stall_ms = STALL_MS, .stalls = 20};

TEST(a_stall_shows_in_the_tail)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        const struct run_spec spec = spec_of((enum run_mode)mode, 60);
        struct outcome *const outcome = run_against(stalling, &spec);
        const struct latency latency = hist_summary(&outcome->result.latency[LATENCY_CLIENT]);
        assert_true(latency.max_ns >= STALL_NS);
        assert_true(latency.p99_ns >= STALL_NS - STALL_NS / 50);
        free(outcome);
    }
}

/* One thread at 200 a second: 40 clients are due while the server stands still, and each of them waited. */
TEST(with_a_rate_a_stall_shows_in_all_clients_that_it_kept_from_starting)
{
    struct run_spec spec = spec_of(MODE_POOL, 120);
    spec.pool_size = 1;
    struct outcome *const free_running = run_against(stalling, &spec);
    assert_in_range(slower_than(&free_running->result.latency[LATENCY_CLIENT], STALL_NS / 2), 1, 119);
    spec.rate = 200;
    struct outcome *const outcome = run_against(stalling, &spec);
    assert_true(slower_than(&outcome->result.latency[LATENCY_CLIENT], STALL_NS / 2) >= 18);
    /* What the server itself took is another figure. */
    assert_true(slower_than(&outcome->result.latency[LATENCY_REPLY], STALL_NS / 2) <
                slower_than(&outcome->result.latency[LATENCY_CLIENT], STALL_NS / 2));
    free(free_running);
    free(outcome);
}

TEST(clients_are_not_started_before_they_are_due)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct run_spec spec = spec_of((enum run_mode)mode, 20);
        spec.rate = 100;
        struct outcome *const outcome = run_against((struct time_stub_manners){.reply = JAM}, &spec);
        assert_true(outcome->result.duration_us >= 190000);
        assert_true(outcome->result.start.last_up_us >= 190000);
        assert_true(load_start_per_s(&outcome->result.start, spec.count) <= 20 / 0.19);
        free(outcome);
    }
}

TEST(when_a_client_is_due_does_not_overflow)
{
    struct client_plan plan = {.rate = 1, .begin_ns = 5};
    assert_int_equal(client_due_ns(&plan, 0), 5);
    assert_int_equal(client_due_ns(&plan, 9999999), 5 + 9999999 * NS_PER_S);
    plan.rate = 1000000;
    assert_int_equal(client_due_ns(&plan, 9999999), 5 + 9999999 * NS_PER_US);
    plan.rate = 3;
    assert_int_equal(client_due_ns(&plan, 3), 5 + NS_PER_S);
    assert_int_equal(client_due_ns(&plan, 4), 5 + NS_PER_S + NS_PER_S / 3);
    plan.rate = 0;
    assert_int_equal(client_due_ns(&plan, 4), 0);
}

/* Returns how many clients took longer than half of the time in which they started. */
static uint64_t slow_in_a_held_run(enum run_mode mode)
{
    struct run_spec spec = spec_of(mode, 20);
    spec.pool_size = 20;
    spec.hold = true;
    spec.rate = 20;
    struct outcome *const outcome = run_against((struct time_stub_manners){.reply = JAM}, &spec);
    assert_true(outcome->result.duration_us >= 950000);
    assert_int_equal(outcome->result.start.peak_clients, 20);
    const uint64_t slow = slower_than(&outcome->result.latency[LATENCY_CLIENT], 475 * NS_PER_MS);
    free(outcome);
    return slow;
}

/* With a rate the first client holds its connection for a long time before the last one comes: half of them are at the
 * barrier for longer than that. A busy machine may make clients slow in one attempt, but not in each. */
TEST(the_wait_at_the_barrier_is_no_latency)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        unsigned attempts = 1;
        while (slow_in_a_held_run((enum run_mode)mode) > 3) {
            assert_true(attempts++ < 20);
        }
    }
}

TEST(how_many_were_alive_at_one_time_is_counted)
{
    struct run_spec spec = spec_of(MODE_POOL, 40);
    spec.pool_size = 3;
    struct outcome *const few = run_against((struct time_stub_manners){.reply = JAM, .slow_us = 2000}, &spec);
    assert_in_range(few->result.start.peak_clients, 1, 3);
    assert_in_range(few->result.start.last_up_us, 1, few->result.duration_us);
    assert_in_range(few->result.start.first_up_us, 1, few->result.start.last_up_us);
    spec = spec_of(MODE_THREAD, 40);
    spec.hold = true;
    struct outcome *const all = run_against((struct time_stub_manners){.reply = JAM}, &spec);
    assert_int_equal(all->result.start.peak_clients, 40);
    free(few);
    free(all);
}
