/* When the run in another mode shows that a server has a cap of its own. */

#include "loadgen/verdict/sentence.h"
#include "tests/unit/server/lab/experiment/strategy_fixture.h"

CASE(a_cap_that_holds_in_another_mode_is_proved)
{
    struct lab *const lab = *state;
    lab->why = &capped;
    find_ceiling(lab, 100, hard, 50);
    expect_found(lab, 50, 51);
    const struct experiment_run *const last = &lab->runs[lab->findings.count - 1];
    assert_int_equal(last->mode, MODE_EVENT);
    assert_int_equal(last->count, 110);
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_PROVED);
    assert_int_equal(lab->result.verdict.value, 50);
    assert_int_equal(verdict_fact(&lab->result.verdict, FACT_OTHER_MODE)->numbers[1], 50);
}

/* Of clients that come within a second or so it would not be told from a bound on new connections in a second. */
CASE(the_run_in_another_mode_lasts_longer_than_a_second)
{
    struct lab *const lab = *state;
    struct verdict turned_away = capped;
    struct fact errors = fact_of_kind(FACT_ERRORS);
    struct run_spec spec;
    lab->why = &turned_away;
    errors.about.error.phase = PHASE_RECEIVE;
    verdict_add(&turned_away, errors);
    find_ceiling(lab, 100, hard, 50);
    lab->findings.count--;
    assert_int_equal(strategy_of(lab->plan.kind)->next(&lab->findings, &spec), STRATEGY_RUN);
    assert_int_equal(spec.mode, MODE_EVENT);
    assert_int_equal(spec.rate, 110 / 3);
}

static void expect_likely_at_once(struct lab *lab, enum fact_kind shape)
{
    struct verdict at_once = capped;
    struct fact fact = fact_of_kind(shape);
    lab->why = &capped;
    lab->other = &at_once;
    fact.numbers[2] = 1200;
    verdict_add(&at_once, fact);
    find_ceiling(lab, 100, hard, 50);
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_LIKELY);
    assert_int_equal(lab->result.verdict.value, 50);
}

CASE(a_cap_is_not_proved_by_clients_that_came_at_once)
{
    expect_likely_at_once(*state, FACT_TURNED_AWAY);
}

CASE(a_cap_that_keeps_clients_waiting_is_not_proved_by_clients_that_came_at_once)
{
    expect_likely_at_once(*state, FACT_KEPT_WAITING);
}

CASE(a_bound_that_may_be_on_requests_is_no_proved_cap)
{
    struct lab *const lab = *state;
    struct verdict requests = capped;
    lab->why = &capped;
    lab->other = &requests;
    verdict_add(&requests, fact_of_kind(FACT_REQUESTS));
    find_ceiling(lab, 100, hard, 50);
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_LIKELY);
    assert_non_null(verdict_fact(&lab->result.verdict, FACT_REQUESTS));
}

/* As where the machine held up a few of its clients. */
CASE(a_cap_that_the_search_showed_is_named_where_the_other_mode_does_not_show_it)
{
    struct lab *const lab = *state;
    struct verdict closed = unexplained;
    closed.kind = VERDICT_CAUSE;
    closed.reason = REASON_SERVER_CLOSED;
    lab->why = &capped;
    lab->other = &closed;
    find_ceiling(lab, 100, hard, 50);
    const struct verdict *const found = &lab->result.verdict;
    assert_int_equal(found->reason, REASON_OWN_CAP);
    assert_int_equal(found->side, FACT_SIDE_SERVER);
    assert_int_equal(found->certainty, CERTAINTY_LIKELY);
    assert_non_null(verdict_fact(found, FACT_OTHER_MODE));
}

/* One client more than the cap may not even show that it is one. */
CASE(how_a_cap_showed_and_what_the_server_said_comes_from_the_run_in_another_mode)
{
    struct lab *const lab = *state;
    struct verdict says = capped;
    struct fact away = fact_of_kind(FACT_TURNED_AWAY);
    struct buf text = BUF_INIT;
    lab->why = &unexplained;
    lab->other = &says;
    away.numbers[0] = 14;
    away.numbers[2] = 3000;
    away.numbers[3] = 1;
    verdict_add(&says, away);
    verdict_add(&says, fact_of_kind(FACT_REPLY));
    snprintf(says.text, sizeof says.text, "the server replied: ERR too many connections from your address");
    find_ceiling(lab, 20, hard, 14);
    const struct verdict *const found = &lab->result.verdict;
    assert_int_equal(found->certainty, CERTAINTY_PROVED);
    sentence_append(found, LANGUAGE_ENGLISH, &text);
    assert_non_null(
        strstr(text.bytes, "From one address the server serves 14 connections at the same time and no more."));
    assert_non_null(strstr(text.bytes, "a bound on the connections of one address would look the same"));
    assert_non_null(
        strstr(text.bytes, "The first of these clients failed with \"the server replied: ERR too many connections"));
    buf_free(&text);
}

/* That the same number is left for the clients in both modes is the doing of the others as well. */
CASE(a_cap_of_which_others_have_a_part_is_not_proved)
{
    struct lab *const lab = *state;
    struct verdict shared = capped;
    const struct fact others = {.kind = FACT_OTHERS, .numbers = {15}};
    verdict_add(&shared, others);
    lab->why = &shared;
    find_ceiling(lab, 20, hard, 5);
    expect_found(lab, 5, 6);
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_LIKELY);
    assert_int_equal(lab->result.verdict.value, 20);
    assert_int_equal(lab->result.verdict.reached, 20);
    assert_int_equal(verdict_fact(&lab->result.verdict, FACT_OTHERS)->numbers[0], 15);
}

CASE(a_cap_may_show_only_in_the_run_with_many_more_clients)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    lab->other = &capped;
    find_ceiling(lab, 20, hard, 14);
    expect_found(lab, 14, 15);
    assert_string_equal(verdict_name(&lab->result.verdict), "server's own cap");
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_PROVED);
    assert_int_equal(lab->result.verdict.value, 14);
}

CASE(a_cap_may_show_where_not_even_the_side_was_known)
{
    struct lab *const lab = *state;
    struct verdict of_no_side = unexplained;
    of_no_side.side = FACT_SIDE_NONE;
    lab->why = &of_no_side;
    lab->other = &capped;
    find_ceiling(lab, 20, hard, 14);
    expect_found(lab, 14, 15);
    assert_string_equal(verdict_name(&lab->result.verdict), "server's own cap");
}

/* As of a server that fails one request of ten. */
static uint64_t one_of_ten_fails(uint64_t count, uint64_t limit, size_t run)
{
    return count <= limit ? count : count - (count + 9) / 10;
}

CASE(errors_that_come_now_and_then_are_no_cap)
{
    struct lab *const lab = *state;
    lab->why = &capped;
    find_ceiling(lab, 6, one_of_ten_fails, 6);
    expect_found(lab, 6, 7);
    assert_int_equal(lab->runs[lab->findings.count - 1].count, 22);
    assert_int_equal(lab->result.verdict.kind, VERDICT_UNKNOWN);
}

CASE(a_server_that_answers_nobody_has_no_cap)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    find_ceiling(lab, 20, hard, 0);
    expect_found(lab, 0, 1);
    assert_int_equal(lab->result.verdict.kind, VERDICT_UNKNOWN);
}

/* The eighth run is the one in another mode. */
static uint64_t fewer_in_the_eighth(uint64_t count, uint64_t limit, size_t run)
{
    return run == 7 ? limit - 2 : hard(count, limit, run);
}

CASE(a_cap_that_does_not_hold_in_another_mode_stays_likely)
{
    struct lab *const lab = *state;
    lab->why = &capped;
    find_ceiling(lab, 100, fewer_in_the_eighth, 50);
    expect_found(lab, 50, 51);
    assert_int_equal(lab->runs[lab->findings.count - 1].mode, MODE_EVENT);
    assert_int_equal(lab->findings.count, 8);
    assert_int_equal(lab->result.verdict.certainty, CERTAINTY_LIKELY);
}
