#include "server/lab/run/run_ranks.h"
#include "tests/unit/test.h"

static struct load_rank rank_on(uint64_t number, const char *host, uint64_t failed, const char *verdict)
{
    struct load_rank rank = {.rank = number, .totals = {.started = 10, .completed = 10 - failed, .failed = failed}};
    snprintf(rank.host, sizeof rank.host, "%s", host);
    snprintf(rank.verdict, sizeof rank.verdict, "%s", verdict);
    snprintf(rank.side, sizeof rank.side, "%s", verdict[0] != '\0' ? "client" : "");
    rank.limits[0] = (struct limit_value){.id = LIMIT_PIDS_MAX, .value = 700 + number};
    rank.limit_count = 1;
    return rank;
}

static void add(struct run_ranks *ranks, struct load_rank rank)
{
    run_ranks_add(ranks, &rank, 4);
}

static struct run_ranks two_hosts(void)
{
    struct run_ranks ranks = {.rows = NULL};
    add(&ranks, rank_on(0, "lab1", 0, ""));
    add(&ranks, rank_on(1, "lab2", 3, "pids.max"));
    add(&ranks, rank_on(2, "lab1", 9, "")); /* lost: nothing is known of why */
    add(&ranks, rank_on(3, "lab2", 4, "pids.max"));
    return ranks;
}

TEST(limits_are_kept_of_the_first_rank_of_each_host)
{
    struct run_ranks ranks = two_hosts();
    assert_int_equal(ranks.count, 4);
    assert_int_equal(ranks.rows[0].limit_count, 1);
    assert_int_equal(ranks.rows[1].limit_count, 1);
    assert_int_equal(ranks.rows[2].limit_count, 0);
    assert_int_equal(ranks.rows[3].limit_count, 0);
    assert_int_equal(run_ranks_first(&ranks, &ranks.rows[3])->limits[0].value, 701);
    run_ranks_free(&ranks);
}

TEST(what_no_rank_of_the_run_is_is_ignored)
{
    struct run_ranks ranks = two_hosts();
    add(&ranks, rank_on(4, "lab3", 0, "")); /* of 0 to 3 */
    add(&ranks, rank_on(1, "lab3", 0, "")); /* a second time */
    assert_int_equal(ranks.count, 4);
    run_ranks_free(&ranks);
}

TEST(a_verdict_on_the_client_side_names_the_host_with_the_most_failed)
{
    struct run_ranks ranks = two_hosts();
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    verdict.limit = LIMIT_PIDS_MAX;
    verdict.side = FACT_SIDE_CLIENT;
    run_ranks_name(&ranks, &verdict);
    assert_string_equal(verdict.host, "lab2");
    assert_int_equal(verdict.rank, 3);
    verdict = verdict_of_kind(VERDICT_LIMIT);
    verdict.limit = LIMIT_PIDS_MAX;
    verdict.side = FACT_SIDE_SERVER;
    run_ranks_name(&ranks, &verdict);
    assert_string_equal(verdict.host, "");
    run_ranks_free(&ranks);
}

TEST(where_all_ranks_are_on_one_host_none_is_named)
{
    struct run_ranks ranks = {.rows = NULL};
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    add(&ranks, rank_on(0, "lab1", 2, "pids.max"));
    add(&ranks, rank_on(1, "lab1", 3, "pids.max"));
    verdict.limit = LIMIT_PIDS_MAX;
    verdict.side = FACT_SIDE_CLIENT;
    run_ranks_name(&ranks, &verdict);
    assert_string_equal(verdict.host, "");
    run_ranks_free(&ranks);
}

TEST(what_this_machine_cannot_explain_is_what_the_rank_found)
{
    struct run_ranks ranks = two_hosts();
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    run_ranks_name(&ranks, &verdict);
    assert_true(verdict_names(&verdict, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT));
    assert_int_equal(verdict.certainty, CERTAINTY_LIKELY);
    assert_int_equal(verdict.value, 701);
    assert_string_equal(verdict.host, "lab2");
    run_ranks_free(&ranks);
}

TEST(without_failures_nothing_is_named)
{
    struct run_ranks ranks = {.rows = NULL};
    struct verdict verdict = verdict_of_kind(VERDICT_NONE);
    run_ranks_name(&ranks, &verdict);
    assert_int_equal(verdict.kind, VERDICT_NONE);
    assert_null(run_ranks_worst(&ranks));
}
