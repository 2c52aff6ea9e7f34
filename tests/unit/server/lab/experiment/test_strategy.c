/* The searches against made-up machines: which runs does an experiment take on such a machine, and what is its result?
 * The tables are in test_strategy_table.c. */

#include "tests/unit/server/lab/experiment/strategy_fixture.h"

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
    assert_int_equal(lab->result.verdict.kind, VERDICT_NONE);
    assert_string_equal(lab->result.sentence, "thread: no limit found up to 100,000 clients at the same time");
}

/* One that serves `limit` clients in its first two runs, and then nobody. */
static uint64_t silent_after_two(uint64_t count, uint64_t limit, size_t run)
{
    return run < 2 ? hard(count, limit, run) : 0;
}

CASE(a_server_that_serves_nobody_any_more_ends_the_search)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 57, silent_after_two, 57);
    expect_runs(lab, (const uint64_t[]){57, 58, 57, 57}, 4);
    expect_found(lab, 57, 58);
    assert_int_equal(lab->result.served_until, 2);
    assert_true(lab->result.stable);
    assert_string_equal(lab->result.sentence,
                        "thread: 57 clients at the same time complete; what stopped them is not known; the server "
                        "served nobody after run 2, so the search ended there");
}

CASE(what_lies_between_is_not_known_when_a_server_is_lost)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 200, silent_after_two, 57);
    expect_runs(lab, (const uint64_t[]){200, 57, 58, 57, 57}, 5);
    expect_found(lab, 57, 200);
    assert_int_equal(lab->result.served_until, 2);
}

static uint64_t silent_after_one(uint64_t count, uint64_t limit, size_t run)
{
    return run == 0 ? count : 0;
}

static const struct verdict queued = {.kind = VERDICT_LIMIT,
                                      .limit = LIMIT_BACKLOG,
                                      .side = FACT_SIDE_SERVER,
                                      .value = 128,
                                      .certainty = CERTAINTY_PROVED};

CASE(the_run_in_which_a_server_was_lost_says_why_where_no_other_does)
{
    struct lab *const lab = *state;
    lab->why = &queued;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 57, silent_after_one, 57);
    expect_found(lab, 57, 58);
    assert_int_equal(lab->result.served_until, 1);
    assert_int_equal(lab->result.verdict.kind, VERDICT_LIMIT);
}

static uint64_t silent_once(uint64_t count, uint64_t limit, size_t run)
{
    return run == 2 ? 0 : hard(count, limit, run);
}

CASE(one_run_in_vain_is_a_disturbance)
{
    struct lab *const lab = *state;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 57, silent_once, 57);
    expect_found(lab, 57, 58);
    assert_int_equal(lab->result.served_until, 0);
    assert_false(lab->result.stable);
}

static const struct verdict ended = {
    .kind = VERDICT_CAUSE, .reason = REASON_WENT_AWAY, .side = FACT_SIDE_SERVER, .certainty = CERTAINTY_PROVED};

CASE(a_server_that_went_away_ends_the_search_at_once)
{
    struct lab *const lab = *state;
    lab->why = &ended;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 100, hard, 30);
    expect_runs(lab, (const uint64_t[]){100}, 1);
    expect_found(lab, 0, 100);
    assert_int_equal(lab->result.low, 0);
    assert_int_equal(lab->result.high, 30);
    assert_int_equal(lab->result.served_until, 1);
    assert_string_equal(verdict_name(&lab->result.verdict), "server went away");
}

CASE(the_own_server_is_never_lost)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    find_ceiling(lab, 57, silent_after_two, 57);
    assert_int_equal(lab->result.served_until, 0);
    assert_true(lab->findings.count > 4);
}

CASE(where_not_even_one_completes_the_ceiling_is_none)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 10, brittle, 0);
    expect_found(lab, 0, 1);
}

/* Where no client of a run completes, one alone is tried next: it may be that none can. */
CASE(a_ceiling_of_none_is_found_in_few_runs)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 0, hard, 0);
    expect_found(lab, 0, 1);
    assert_int_equal(lab->findings.count, 4);
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

CASE(where_the_runs_disagree_the_ceiling_is_a_range)
{
    struct lab *const lab = *state;
    find_ceiling(lab, 1017, disturbed_first, 1017);
    assert_true(lab->result.low == 1016 && lab->result.high == 1017);
    assert_non_null(strstr(lab->result.sentence, "1,016 to 1,017 clients at the same time"));
    assert_non_null(strstr(lab->result.sentence, "the machine was shared"));
    lab->findings.count = 0;
    run_all(lab, lucky_once, 1017);
    assert_true(lab->result.low == 1017 && lab->result.high == 1018);
    lab->findings.count = 0;
    run_all(lab, hard, 1017);
    assert_true(lab->result.low == 1017 && lab->result.high == 1017);
    lab->findings.count = 0;
    run_all(lab, brittle, 1000); /* none of those that fail shows what it could carry */
    assert_true(lab->result.low == 1000 && lab->result.high == 1000);
}
