/* The survey against made-up machines: its parts, its time and what it says of them. */
#include "server/lab/experiment/survey_result.h"
#include "tests/unit/server/lab/experiment/strategy_fixture.h"

static void ask_survey(struct lab *lab, const char *modes, const char *max)
{
    ask(lab, "kind", "survey");
    ask(lab, "modes", modes);
    ask(lab, "max", max);
    complete(lab);
}

/* Held clients, up to the limit; the others come and go. */
static void survey_until(struct lab *lab, uint64_t limit, size_t most_runs)
{
    struct run_spec spec;
    while (lab->findings.count < most_runs && strategy_survey.next(&lab->findings, &spec) == STRATEGY_RUN) {
        add_run(lab, &spec, spec.hold ? hard(spec.count, limit, 0) : spec.count);
        lab->findings.elapsed_ms += 1000;
    }
}

CASE(a_survey_takes_the_classic_loads_and_then_each_ceiling)
{
    struct lab *const lab = *state;
    ask_survey(lab, "pool,event", "100000");
    lab->findings.predicted_by_mode[MODE_POOL] = 1017;
    lab->findings.predicted_by_mode[MODE_EVENT] = 2000;
    survey_until(lab, 1017, RUNS_MOST);
    assert_int_equal(lab->findings.count, 3 + 6 + 7);
    assert_int_equal(lab->runs[2].count, 500000);
    assert_int_equal(lab->runs[3].mode, MODE_POOL);
    assert_int_equal(lab->runs[3].count, 1017);
    assert_int_equal(lab->runs[9].mode, MODE_EVENT);
    struct survey_result *const survey = survey_result_make(&lab->findings, true, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->classic_state, PART_MEASURED);
    assert_int_equal(survey->classic.findings.count, 3);
    assert_int_equal(survey->mode_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct survey_mode *const mode = &survey->modes[i];
        assert_int_equal(mode->mode, i == 0 ? MODE_POOL : MODE_EVENT);
        assert_int_equal(mode->state, PART_MEASURED);
        assert_int_equal(mode->found.ceiling, 1017);
        assert_int_equal(mode->runs, i == 0 ? 6 : 7);
        assert_int_equal(mode->in_turn, i == 0 ? 500000 : 0);
    }
    assert_non_null(
        strstr(survey->sentence, "The pool carries 500,000 clients one after another and 1,017 at the same time"));
    free(survey);
}

CASE(a_pool_whose_search_ended_at_max_is_not_said_to_carry_no_more)
{
    struct lab *const lab = *state;
    ask_survey(lab, "pool", "60");
    lab->findings.predicted_by_mode[MODE_POOL] = 1017;
    survey_until(lab, 1017, RUNS_MOST);
    struct survey_result *const survey = survey_result_make(&lab->findings, true, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->modes[0].state, PART_MEASURED);
    assert_int_equal(survey->modes[0].found.ceiling, 60);
    assert_int_equal(survey->modes[0].in_turn, 5000);
    assert_string_equal(survey->sentence, "");
    free(survey);
}

CASE(a_survey_s_pool_is_as_large_as_its_held_clients_are_many_and_no_classic_load_is_held)
{
    struct lab *const lab = *state;
    struct run_spec spec;
    ask(lab, "pool_size", "7");
    ask_survey(lab, "pool", "200000");
    lab->findings.predicted_by_mode[MODE_POOL] = 300;
    while (strategy_survey.next(&lab->findings, &spec) == STRATEGY_RUN) {
        assert_int_equal(spec.pool_size, spec.hold ? spec.count : 7);
        assert_int_equal(spec.hold, lab->findings.count >= 3);
        assert_int_equal(spec.timeout_ms, 10000);
        add_run(lab, &spec, spec.hold ? hard(spec.count, 300, 0) : spec.count);
    }
    assert_int_equal(lab->findings.count, 3 + 6);
}

CASE(a_survey_runs_no_classic_load_of_a_mode_that_it_was_not_asked_for)
{
    struct lab *const lab = *state;
    struct table_row row;
    ask_survey(lab, "uring,process", "60");
    survey_until(lab, 40, RUNS_MOST);
    for (size_t i = 0; i < lab->findings.count; i++) {
        assert_true(lab->runs[i].mode == MODE_URING || lab->runs[i].mode == MODE_PROCESS);
    }
    assert_true(strategy_classic_left_out(lab->findings.plan, 1, &row));
    assert_true(row.mode == MODE_PROCESS && row.count == 5000);
    assert_false(strategy_classic_left_out(lab->findings.plan, 2, &row));
}

CASE(a_survey_of_modes_that_have_no_classic_load_begins_with_a_ceiling)
{
    struct lab *const lab = *state;
    ask_survey(lab, "uring", "60");
    survey_until(lab, 40, RUNS_MOST);
    struct survey_result *const survey = survey_result_make(&lab->findings, true, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->classic.findings.count, 0);
    assert_int_equal(survey->classic_state, PART_MEASURED);
    assert_int_equal(survey->modes[0].state, PART_MEASURED);
    assert_int_equal(survey->modes[0].found.ceiling, 40);
    free(survey);
}

/* One that was stored when a survey ran the classic loads of all modes. */
CASE(a_survey_with_classic_loads_of_other_modes_finds_the_same_ceilings)
{
    struct lab *const lab = *state;
    static const enum run_mode others[] = {MODE_POOL, MODE_PROCESS};
    ask_survey(lab, "thread", "100");
    survey_until(lab, 40, 1);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct run_spec spec;
        plan_run(lab->findings.plan, others[i], 100, &spec);
        add_run(lab, &spec, 100);
    }
    survey_until(lab, 40, RUNS_MOST);
    struct survey_result *const survey = survey_result_make(&lab->findings, true, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->classic.findings.count, 3);
    assert_int_equal(survey->modes[0].found.ceiling, 40);
    assert_int_equal(survey->modes[0].runs, lab->findings.count - 3);
    free(survey);
}

CASE(max_bounds_the_classic_loads_too)
{
    struct lab *const lab = *state;
    ask_survey(lab, "thread,pool", "60");
    survey_until(lab, 40, 3);
    assert_int_equal(lab->runs[0].count, 50);
    assert_true(lab->runs[1].mode == MODE_POOL && lab->runs[1].count == 100);
    assert_true(lab->runs[2].mode == MODE_POOL && lab->runs[2].count == 5000);
    struct strategy_part now;
    assert_int_equal(strategy_survey_now(&lab->findings, &now), 1);
}

CASE(what_a_survey_has_no_time_for_is_said_to_be_not_measured)
{
    struct lab *const lab = *state;
    struct run_spec spec;
    ask_survey(lab, "thread,process,event", "100");
    survey_until(lab, 40, 1);
    struct survey_result *survey = survey_result_make(&lab->findings, false, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->classic_state, PART_UNDER_WAY);
    assert_int_equal(survey->modes[0].state, PART_WAITING);
    free(survey);
    survey_until(lab, 40, 2 + 2);
    survey = survey_result_make(&lab->findings, false, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->classic_state, PART_MEASURED);
    assert_int_equal(survey->modes[0].state, PART_UNDER_WAY);
    assert_int_equal(survey->modes[1].state, PART_WAITING);
    free(survey);
    lab->findings.elapsed_ms = lab->plan.minutes * 60000;
    assert_int_equal(strategy_survey.next(&lab->findings, &spec), STRATEGY_DONE);
    survey = survey_result_make(&lab->findings, true, LANGUAGE_ENGLISH);
    assert_non_null(survey);
    assert_int_equal(survey->modes[0].state, PART_UNFINISHED);
    assert_non_null(strstr(survey->modes[0].sentence, "unfinished"));
    assert_int_equal(survey->modes[1].state, PART_NOT_MEASURED);
    assert_non_null(strstr(survey->modes[1].sentence, "not measured"));
    free(survey);
}

/* After a restart the same runs are all that is known. */
CASE(a_survey_goes_on_from_its_runs_alone)
{
    struct lab *const lab = *state;
    ask_survey(lab, "thread,event", "5000");
    survey_until(lab, 900, RUNS_MOST);
    struct findings part = lab->findings;
    part.elapsed_ms = 0;
    for (part.count = 0; part.count < lab->findings.count; part.count++) {
        struct run_spec spec;
        assert_int_equal(strategy_survey.next(&part, &spec), STRATEGY_RUN);
        assert_int_equal(spec.count, lab->runs[part.count].count);
        assert_int_equal(spec.mode, lab->runs[part.count].mode);
    }
}

CASE(the_outlook_of_a_survey_falls_to_zero)
{
    struct lab *const lab = *state;
    uint64_t ms = 0;
    ask_survey(lab, "thread,event", "100000");
    lab->findings.predicted_by_mode[MODE_THREAD] = lab->findings.predicted_by_mode[MODE_EVENT] = 900;
    for (size_t done = 0; done <= 16; done++) {
        assert_int_equal(strategy_survey.left(&lab->findings, &ms), 16 - done);
        assert_int_equal(ms > 0, done < 16);
        survey_until(lab, 900, done + 1);
    }
}

CASE(runs_in_which_clients_will_wait_for_the_server_are_expected_to_last_so_long)
{
    struct lab *const lab = *state;
    ask_survey(lab, "event", "2000");
    lab->findings.predicted_by_mode[MODE_EVENT] = 900;
    const struct strategy_outlook brief = strategy_look_ahead(&strategy_survey, &lab->findings);
    lab->findings.waits_by_mode[MODE_EVENT] = true;
    const struct strategy_outlook patient = strategy_look_ahead(&strategy_survey, &lab->findings);
    assert_int_equal(patient.runs, brief.runs);
    assert_true(patient.ms >= brief.ms + 2 * lab->findings.plan->spec.timeout_ms);
}

CASE(no_more_is_expected_of_a_survey_than_its_minutes_allow)
{
    struct lab *const lab = *state;
    ask(lab, "minutes", "1");
    ask_survey(lab, "process", "100000");
    lab->findings.predicted_by_mode[MODE_PROCESS] = 50000;
    const struct strategy_outlook outlook = strategy_look_ahead(&strategy_survey, &lab->findings);
    assert_true(outlook.runs >= 2 && outlook.runs < 7);
}
