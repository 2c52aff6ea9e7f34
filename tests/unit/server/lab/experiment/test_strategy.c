/* The strategies against made-up machines: which runs does an experiment take on such a machine, and what is its
 * result?
 */

#include "server/lab/experiment/strategy.h"
#include "tests/unit/test.h"

enum { RUNS_MOST = 400 };

static const struct verdict stopped = {.kind = VERDICT_LIMIT,
                                       .limit = LIMIT_NOFILE,
                                       .side = FACT_SIDE_CLIENT,
                                       .value = 1024,
                                       .certainty = CERTAINTY_PROVED};

struct lab {
    struct plan plan;
    struct experiment_run runs[RUNS_MOST];
    struct findings findings;
    struct search_result result; /* of a search */
};

/* How many of the clients of a run complete on a machine that carries `limit` at once. */
typedef uint64_t (*machine)(uint64_t count, uint64_t limit, size_t run);

static uint64_t hard(uint64_t count, uint64_t limit, size_t run)
{
    return count < limit ? count : limit;
}

/* One too many, and nothing comes of any. */
static uint64_t brittle(uint64_t count, uint64_t limit, size_t run)
{
    return count <= limit ? count : 0;
}

/* Something else is in the way once. */
static uint64_t disturbed_first(uint64_t count, uint64_t limit, size_t run)
{
    return run == 0 ? count - 1 : hard(count, limit, run);
}

static uint64_t lucky_once(uint64_t count, uint64_t limit, size_t run)
{
    return run == 1 ? count : hard(count, limit, run);
}

static uint64_t random_one(uint64_t count, uint64_t limit, size_t run)
{
    return run % 2 == 0 ? count : count / 2;
}

static int set_up(void **state)
{
    struct lab *const lab = calloc(1, sizeof *lab);
    plan_init(&lab->plan);
    lab->findings = (struct findings){.plan = &lab->plan, .runs = lab->runs};
    *state = lab;
    return 0;
}

static int tear_down(void **state)
{
    struct lab *const lab = *state;
    free(lab);
    return 0;
}

static void complete(struct lab *lab)
{
    struct err err;
    if (strategy_complete(&lab->plan, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

static void ask(struct lab *lab, const char *name, const char *value)
{
    struct err err;
    if (plan_set_text(&lab->plan, name, value, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

static void add_run(struct lab *lab, const struct run_spec *spec, uint64_t completed)
{
    struct experiment_run *const run = &lab->runs[lab->findings.count++];
    *run = (struct experiment_run){.id = (int64_t)lab->findings.count,
                                   .status = RUN_STATUS_COMPLETED,
                                   .mode = spec->mode,
                                   .count = spec->count,
                                   .completed = completed,
                                   .failed = spec->count - completed,
                                   .duration_us = 1000000,
                                   .took_ms = 1000};
    if (completed < spec->count) {
        run->verdict = stopped;
    }
}

/* Runs the experiment to its end and takes its result. */
static void run_all(struct lab *lab, machine carries, uint64_t limit)
{
    const struct strategy *const strategy = strategy_of(lab->plan.kind);
    struct run_spec spec;
    while (strategy->next(&lab->findings, &spec) == STRATEGY_RUN) {
        assert_true(lab->findings.count < RUNS_MOST);
        assert_true(spec.count >= 1 && spec.count <= 10000000);
        add_run(lab, &spec, carries(spec.count, limit, lab->findings.count));
    }
    if (strategy->found != NULL) {
        strategy->found(&lab->findings, &lab->result);
    }
}

static void find_ceiling(struct lab *lab, uint64_t predicted, machine carries, uint64_t limit)
{
    ask(lab, "kind", "ceiling");
    ask(lab, "mode", "thread");
    complete(lab);
    lab->findings.predicted = predicted;
    run_all(lab, carries, limit);
}

static void expect_found(const struct lab *lab, uint64_t ceiling, uint64_t fails_at)
{
    if (lab->result.ceiling != ceiling || lab->result.fails_at != fails_at) {
        fail_msg("found %llu and %llu, expected %llu and %llu", (unsigned long long)lab->result.ceiling,
                 (unsigned long long)lab->result.fails_at, (unsigned long long)ceiling, (unsigned long long)fails_at);
    }
}

static struct table_row row_of(const struct lab *lab, size_t index)
{
    const struct strategy *const strategy = strategy_of(lab->plan.kind);
    struct table_row row;
    assert_true(index < strategy->row_count(&lab->plan));
    strategy->row(&lab->findings, index, &row);
    return row;
}

static void expect_runs(const struct lab *lab, const uint64_t *counts, size_t count)
{
    assert_int_equal(lab->findings.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lab->runs[i].count, counts[i]);
    }
}

#define CASE(name) TEST_IN(name, set_up, tear_down)

CASE(an_exact_prediction_takes_six_runs)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1017, hard, 1017);
    expect_runs(lab, (const uint64_t[]){1017, 1018, 1017, 1018, 1017, 1018}, 6);
    expect_found(lab, 1017, 1018);
    assert_int_equal(lab->result.confirmations, 2);
    assert_true(lab->result.stable);
    assert_string_equal(lab->result.sentence, "thread: 1,017 clients at the same time all complete, with 1,018 some "
                                              "fail: RLIMIT_NOFILE 1,024 on the client side");
}

CASE(a_failed_run_shows_where_the_ceiling_is)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 5000, hard, 1017);
    expect_runs(lab, (const uint64_t[]){5000, 1017, 1018, 1017, 1018, 1017, 1018}, 7);
    expect_found(lab, 1017, 1018);
}

CASE(a_prediction_that_is_too_low_is_passed_in_steps_that_double)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1000, hard, 1100);
    expect_found(lab, 1100, 1101);
    assert_true(lab->findings.count <= 12);
}

/* From one to one hundred thousand, wherever the prediction is: exact, and never more runs than halving takes. */
CASE(every_ceiling_is_found_exactly)
{
    static const uint64_t ceilings[] = {1, 2, 3, 7, 100, 101, 1017, 2044, 4999, 16214, 50000, 99999};
    static const machine machines[] = {hard, brittle};
    struct lab *const lab = *state;
    ask(lab, "kind", "ceiling");
    ask(lab, "mode", "process");
    complete(lab);
    for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
        for (uint64_t predicted = 0; predicted <= 200000; predicted = predicted * 3 + 1) {
            for (size_t m = 0; m < 2; m++) {
                lab->findings.count = 0;
                lab->findings.predicted = predicted;
                run_all(lab, machines[m], ceilings[i]);
                expect_found(lab, ceilings[i], ceilings[i] + 1);
                assert_int_equal(lab->result.confirmations, 2);
                assert_true(lab->findings.count <= 45);
            }
        }
    }
}

CASE(a_search_without_a_limit_reports_the_largest_count)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 0, hard, UINT64_MAX);
    expect_runs(lab, (const uint64_t[]){100000, 100000, 100000}, 3);
    expect_found(lab, 100000, 0);
    assert_null(lab->result.verdict);
    assert_string_equal(lab->result.sentence, "thread: no limit found up to 100,000 clients at the same time");
}

CASE(where_not_even_one_completes_the_ceiling_is_none)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 10, brittle, 0);
    expect_found(lab, 0, 1);
}

CASE(what_disturbs_one_run_does_not_lower_the_ceiling)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1017, disturbed_first, 1017);
    expect_found(lab, 1017, 1018);
    assert_false(lab->result.stable);
}

CASE(one_lucky_run_does_not_raise_it)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1017, lucky_once, 1017);
    expect_found(lab, 1017, 1018);
}

CASE(the_search_ends_on_a_machine_without_a_ceiling)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1000, random_one, 0);
    assert_true(lab->findings.count <= 50);
}

/* After a restart the same runs are all that is known. */
CASE(a_search_goes_on_from_its_runs_alone)
{
    struct lab *const lab = *state;
    struct run_spec whole;
    struct run_spec again;
    find_ceiling(lab, 900, hard, 1017);
    struct findings part = lab->findings;
    for (part.count = 0; part.count < lab->findings.count; part.count++) {
        struct lab *const other = calloc(1, sizeof *other);
        *other = *lab;
        other->findings = part;
        other->findings.plan = &other->plan;
        other->findings.runs = other->runs;
        assert_int_equal(strategy_ceiling.next(&part, &whole), STRATEGY_RUN);
        assert_int_equal(strategy_ceiling.next(&other->findings, &again), STRATEGY_RUN);
        assert_int_equal(whole.count, lab->runs[part.count].count);
        assert_int_equal(again.count, whole.count);
        free(other);
    }
}

CASE(the_estimate_of_runs_left_falls_to_zero)
{
    struct lab *const lab = *state;
    uint64_t ms = 0;
    find_ceiling(lab, 1017, hard, 1017);
    for (size_t done = 0; done <= 6; done++) {
        struct findings part = lab->findings;
        part.count = done;
        assert_int_equal(strategy_ceiling.left(&part, &ms), 6 - done);
        assert_int_equal(ms, done == 0 ? 0 : (6 - done) * 1000);
    }
}

CASE(a_held_pool_is_as_large_as_its_clients_are_many)
{
    struct lab *const lab = *state;
    struct run_spec spec;
    ask(lab, "kind", "ceiling");
    ask(lab, "mode", "pool");
    complete(lab);
    lab->findings.predicted = 700;
    assert_int_equal(strategy_ceiling.next(&lab->findings, &spec), STRATEGY_RUN);
    assert_int_equal(spec.count, 700);
    assert_int_equal(spec.pool_size, 700);
    assert_true(spec.hold);
}

CASE(a_proof_holds_when_the_ceiling_moves_with_the_limit)
{
    struct lab *const lab = *state;
    ask(lab, "kind", "proof");
    ask(lab, "mode", "thread");
    ask(lab, "max", "2000");
    lab->plan.proof = (struct plan_proof){.run = 9, .limit = LIMIT_NOFILE, .from = 1024, .to = 768, .expected = 761};
    complete(lab);
    lab->findings.predicted = 761;
    run_all(lab, hard, 762);
    assert_true(lab->result.moved);
    lab->findings.count = 0;
    run_all(lab, hard, 1017); /* it stays where it was */
    assert_false(lab->result.moved);
    lab->findings.count = 0;
    lab->plan.proof.limit = LIMIT_AS; /* another limit stops it */
    run_all(lab, hard, 761);
    assert_false(lab->result.moved);
}

/* --- tables --- */

CASE(a_sweep_takes_every_cell_once_before_any_twice)
{
    struct lab *const lab = *state;
    ask(lab, "kind", "sweep");
    ask(lab, "modes", "thread,process,event");
    ask(lab, "counts", "10,20");
    ask(lab, "repeats", "4");
    complete(lab);
    run_all(lab, hard, 15);
    assert_int_equal(lab->findings.count, 24);
    for (size_t repeat = 0; repeat < 4; repeat++) {
        unsigned seen[MODE_COUNT][2] = {{0}};
        for (size_t i = 0; i < 6; i++) {
            const struct experiment_run *const run = &lab->runs[repeat * 6 + i];
            seen[run->mode][run->count / 10 - 1]++;
        }
        for (size_t i = 0; i < 2; i++) {
            assert_true(seen[MODE_THREAD][i] == 1 && seen[MODE_PROCESS][i] == 1 && seen[MODE_EVENT][i] == 1);
        }
    }
    assert_int_not_equal(lab->runs[0].mode, lab->runs[6].mode); /* another mode comes first */
    assert_int_equal(strategy_sweep.row_count(&lab->plan), 6);
    const struct table_row second = row_of(lab, 1);
    assert_int_equal(second.mode, MODE_THREAD);
    assert_int_equal(second.count, 20);
    assert_int_equal(second.runs, 4);
    assert_int_equal(second.completed, 60);
    assert_int_equal(second.failed, 20);
    assert_int_equal(second.verdict->limit, LIMIT_NOFILE);
    assert_null(row_of(lab, 0).verdict);
}

CASE(rates_are_the_median_the_least_and_the_most)
{
    struct lab *const lab = *state;
    ask(lab, "kind", "sweep");
    ask(lab, "modes", "thread");
    ask(lab, "counts", "600");
    ask(lab, "repeats", "4");
    complete(lab);
    const struct run_spec spec = {.mode = MODE_THREAD, .count = 600};
    static const uint64_t took[] = {4000000, 1000000, 3000000, 2000000};
    for (size_t i = 0; i < 4; i++) {
        add_run(lab, &spec, 600);
        lab->runs[i].duration_us = took[i];
    }
    run_all(lab, hard, 600);
    const struct table_row row = row_of(lab, 0);
    assert_true(row.median == 250 && row.min == 150 && row.max == 600);
}

CASE(the_time_left_goes_by_cell_then_by_mode)
{
    struct lab *const lab = *state;
    uint64_t ms = 1;
    ask(lab, "kind", "sweep");
    ask(lab, "modes", "thread");
    ask(lab, "counts", "100,300");
    ask(lab, "repeats", "2");
    complete(lab);
    assert_int_equal(strategy_sweep.left(&lab->findings, &ms), 4);
    assert_int_equal(ms, 0);
    const struct run_spec spec = {.mode = MODE_THREAD, .count = 100};
    add_run(lab, &spec, 100);
    assert_int_equal(strategy_sweep.left(&lab->findings, &ms), 3);
    assert_int_equal(ms, 1000 + 2 * 3000);
}

CASE(the_classic_one_has_the_published_rows)
{
    struct lab *const lab = *state;
    ask(lab, "kind", "classic");
    complete(lab);
    run_all(lab, hard, 1000000);
    assert_int_equal(lab->findings.count, 9);
    const struct table_row last = row_of(lab, 8);
    assert_int_equal(last.mode, MODE_PROCESS);
    assert_false(last.published_works);
    assert_non_null(strstr(last.published, "2,044"));
}
