/* The tables of experiments on made-up machines: which runs they take in which order, and what stands in their rows. */

#include "tests/unit/server/lab/experiment/strategy_fixture.h"

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
    assert_non_null(strstr(last.published[LANGUAGE_ENGLISH], "2,044"));
    assert_non_null(strstr(last.published[LANGUAGE_INDONESIAN], "2.044"));
}
