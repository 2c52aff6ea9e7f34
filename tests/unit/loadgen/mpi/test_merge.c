/* What rank 0 makes of the ranks' reports; MPI itself is not needed for that. */
#include <errno.h>

#include "base/clock.h"
#include "loadgen/engine/kept.h"
#include "loadgen/mpi/merge.h"
#include "tests/unit/test.h"

#define RANKS 3

static struct merge *new_merge(uint64_t count)
{
    struct merge *const merge = merge_create(count, RANKS);
    assert_non_null(merge);
    for (uint64_t i = 0; i < RANKS; i++) {
        struct load_rank line = {.rank = i, .pid = 100 + i};
        snprintf(line.host, sizeof line.host, "lab%u", (unsigned)i);
        merge_introduce(merge, &line);
    }
    return merge;
}

static struct rank_report *new_report(uint64_t rank, uint64_t completed)
{
    struct rank_report *const report = calloc(1, sizeof *report);
    assert_non_null(report);
    report->line.rank = rank;
    report->line.totals = (struct load_totals){.started = completed, .connected = completed, .completed = completed};
    report->line.peaks.connections = completed;
    report->duration_us = 1000 * (rank + 1);
    report->start = (struct load_start){.last_up_us = 10 * (rank + 1), .peak_clients = completed};
    report->cost = (struct load_cost){.cpu_us = 100 * completed, .memory_bytes = 4096 * completed};
    report->verdict = verdict_of_kind(VERDICT_NONE);
    usage_init(&report->peak);
    snprintf(report->line.host, sizeof report->line.host, "lab%u", (unsigned)rank);
    return report;
}

static void add_failures(struct rank_report *report, const char *call, int error_number, uint64_t count,
                         uint64_t first_at_us)
{
    struct error_group *const group = &report->groups[report->group_count++];
    *group = (struct error_group){.phase = PHASE_CONNECT, .error_number = error_number, .count = count};
    snprintf(group->call, sizeof group->call, "%s", call);
    group->last_client = 2000 + report->line.rank;
    group->answered = 10 * count;
    group->cut = count - 1;
    group->resent = 2 * count;
    group->first_at_us = first_at_us;
    group->last_at_us = first_at_us + 5;
    group->first_client = 1000 + report->line.rank;
    report->line.totals.started += count;
    report->line.totals.failed += count;
    report->line.totals.connected += count;
    report->failed.places += 100 * count;
    report->failed.numbers += count * group->first_client;
}

static void hand_in(struct merge *merge, struct rank_report *report)
{
    merge_report(merge, report);
    free(report);
}

static struct load_result *end(struct merge *merge)
{
    struct load_result *const result = calloc(1, sizeof *result);
    assert_non_null(result);
    merge_end(merge, result);
    return result;
}

TEST(a_rank_is_silent_until_its_next_event_or_its_last_word)
{
    struct merge *const merge = new_merge(30);
    const struct timespec span = clock_timespec(30 * NS_PER_MS);
    const struct report_event sample = {.type = REPORT_SAMPLE};
    assert_false(merge_has_silent(merge, NS_PER_S));
    nanosleep(&span, NULL);
    assert_true(merge_has_silent(merge, 20 * NS_PER_MS));
    for (uint64_t i = 0; i < RANKS - 1; i++) {
        hand_in(merge, new_report(i, 10));
    }
    assert_true(merge_has_silent(merge, 20 * NS_PER_MS));
    assert_false(merge_take(merge, RANKS - 1, &sample));
    assert_false(merge_has_silent(merge, NS_PER_S));
    hand_in(merge, new_report(RANKS - 1, 10));
    nanosleep(&span, NULL);
    assert_false(merge_has_silent(merge, 0));
    merge_destroy(merge);
}

TEST(totals_peaks_and_groups_are_sums)
{
    struct merge *const merge = new_merge(16);
    struct rank_report *const reports[] = {new_report(0, 5), new_report(1, 2), new_report(2, 1)};
    add_failures(reports[1], "socket", EMFILE, 3, 50);
    add_failures(reports[2], "connect", ETIMEDOUT, 1, 60);
    add_failures(reports[2], "socket", EMFILE, 4, 40);
    for (size_t i = 0; i < RANKS; i++) {
        assert_false(merge_is_whole(merge));
        hand_in(merge, reports[i]);
    }
    assert_true(merge_is_whole(merge));
    struct load_result *const result = end(merge);
    assert_int_equal(result->totals.completed, 8);
    assert_int_equal(result->totals.failed, 8);
    assert_int_equal(result->failed.places, 3 * 301 + 5 * 302);
    assert_int_equal(result->failed.numbers, 3 * 1001 + 5 * 1002);
    assert_int_equal(result->peaks.connections, 8);
    assert_int_equal(result->duration_us, 3000);
    assert_int_equal(result->start.last_up_us, 30);
    assert_int_equal(result->start.peak_clients, 8);
    assert_int_equal(result->cost.cpu_us, 800);
    assert_int_equal(result->cost.memory_bytes, 8 * 4096);
    assert_int_equal(result->group_count, 2);
    assert_string_equal(result->groups[0].call, "socket");
    assert_int_equal(result->groups[0].count, 7);
    assert_int_equal(result->groups[0].first_at_us, 40);
    assert_int_equal(result->groups[0].first_client, 1002);
    assert_int_equal(result->groups[0].last_at_us, 55);
    assert_int_equal(result->groups[0].last_client, 2002);
    assert_int_equal(result->groups[0].answered, 70);
    assert_int_equal(result->groups[0].cut, 5);
    assert_int_equal(result->groups[0].resent, 14);
    assert_int_equal(result->groups[1].count, 1);
    struct err err;
    assert_int_equal(merge_status(merge, &err), LOAD_END_COMPLETED);
    free(result);
    merge_destroy(merge);
}

/* Rank 1 took memory, but does not know how much; rank 2 had no client. */
TEST(what_a_rank_with_clients_does_not_know_the_run_does_not_know)
{
    struct merge *const merge = new_merge(16);
    struct rank_report *const partial = new_report(1, 8);
    partial->cost.memory_bytes = 0;
    hand_in(merge, new_report(0, 8));
    hand_in(merge, partial);
    hand_in(merge, new_report(2, 0));
    struct load_result *const result = end(merge);
    assert_int_equal(result->cost.memory_bytes, 0);
    assert_int_equal(result->cost.cpu_us, 1600);
    free(result);
    merge_destroy(merge);
}

TEST(more_groups_than_there_is_room_for_are_one)
{
    struct merge *const merge = new_merge(90);
    for (uint64_t rank = 0; rank < RANKS; rank++) {
        struct rank_report *const report = new_report(rank, 0);
        for (int i = 0; i < 30; i++) {
            add_failures(report, "connect", 1 + (int)rank * 30 + i, 1, 10);
        }
        hand_in(merge, report);
    }
    struct load_result *const result = end(merge);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < result->group_count; i++) {
        sum += result->groups[i].count;
    }
    assert_int_equal(result->group_count, ERROR_GROUPS_MAX);
    assert_int_equal(sum, 90);
    assert_int_equal(result->groups[ERROR_GROUPS_MAX - 1].count, 27);
    assert_string_equal(result->groups[ERROR_GROUPS_MAX - 1].call, client_call_name(CALL_OTHER));
    free(result);
    merge_destroy(merge);
}

TEST(the_verdict_is_that_of_the_rank_with_the_most_failed_clients)
{
    struct merge *const merge = new_merge(30);
    struct rank_report *const reports[] = {new_report(0, 8), new_report(1, 5), new_report(2, 10)};
    add_failures(reports[0], "connect", ECONNREFUSED, 2, 10);
    add_failures(reports[1], "socket", EMFILE, 5, 10);
    reports[0]->verdict.kind = VERDICT_UNKNOWN;
    reports[1]->verdict.kind = VERDICT_LIMIT;
    reports[1]->verdict.limit = LIMIT_NOFILE;
    for (size_t i = 0; i < RANKS; i++) {
        hand_in(merge, reports[i]);
    }
    free(end(merge));
    assert_string_equal(verdict_name(merge_verdict(merge)), "RLIMIT_NOFILE");
    assert_string_equal(merge_verdict(merge)->host, "lab1");
    assert_int_equal(merge_verdict(merge)->rank, 1);
    merge_destroy(merge);
}

TEST(what_one_rank_would_need_of_a_limit_that_others_share_is_not_said)
{
    static const enum limit_scope scopes[] = {LIMIT_SCOPE_PROCESS, LIMIT_SCOPE_USER};
    for (size_t s = 0; s < sizeof scopes / sizeof scopes[0]; s++) {
        struct merge *const merge = new_merge(30);
        struct rank_report *const reports[] = {new_report(0, 5), new_report(1, 4), new_report(2, 10)};
        for (size_t i = 0; i < RANKS; i++) {
            struct rank_report *const report = reports[i];
            snprintf(report->line.host, sizeof report->line.host, "lab");
            report->start.peak_clients = 4;
            report->verdict.kind = VERDICT_LIMIT;
            report->verdict.limit = LIMIT_NPROC;
            report->verdict.side = FACT_SIDE_CLIENT;
            report->verdict.needed = 90;
            report->verdict.reached = 4;
            report->line.limits[0] = (struct limit_value){.id = LIMIT_NPROC, .scope = scopes[s], .value = 60};
            report->line.limit_count = 1;
            if (i < 2) {
                add_failures(report, "pthread_create", EAGAIN, i == 0 ? 5 : 6, 10);
            }
            hand_in(merge, report);
        }
        free(end(merge));
        const bool shared = scopes[s] == LIMIT_SCOPE_USER;
        assert_true(merge_verdict(merge)->needed == (shared ? FACT_UNKNOWN : 90));
        assert_int_equal(merge_verdict(merge)->reached, shared ? 12 : 4);
        merge_destroy(merge);
    }
}

TEST(a_sample_is_the_sum_of_the_newest_of_each)
{
    struct merge *const merge = new_merge(100);
    struct load_sample sum = {.at_us = 7};
    merge_sample(merge, &sum);
    assert_int_equal(sum.totals.not_started, 100);
    struct report_event event = {.type = REPORT_SAMPLE};
    event.sample = (struct load_sample){.connections = 3, .totals = {.started = 3, .not_started = 30}};
    assert_false(merge_take(merge, 1, &event));
    event.sample = (struct load_sample){.connections = 9, .totals = {.started = 11, .not_started = 22}, .cpu_us = 4};
    assert_false(merge_take(merge, 1, &event));
    event.sample = (struct load_sample){.connections = 1, .totals = {.started = 33}, .cpu_us = 5};
    assert_false(merge_take(merge, 2, &event));
    merge_sample(merge, &sum);
    assert_int_equal(sum.at_us, 7);
    assert_int_equal(sum.connections, 10);
    assert_int_equal(sum.cpu_us, 9);
    assert_int_equal(sum.totals.started, 44);
    assert_int_equal(sum.totals.not_started, 34 + 22);
    merge_destroy(merge);
}

TEST(of_a_group_the_first_traces_and_the_first_usage_are_shown)
{
    struct merge *const merge = new_merge(1000);
    struct report_event trace = {.type = REPORT_ERROR, .error = {.phase = PHASE_CONNECT, .error_number = EMFILE}};
    struct report_event usage = {.type = REPORT_USAGE, .usage = {.phase = PHASE_CONNECT, .error_number = EMFILE}};
    unsigned shown = 0;
    for (size_t i = 0; i < 300; i++) {
        shown += merge_take(merge, i % RANKS, &trace);
    }
    assert_int_equal(shown, TRACES_KEPT);
    assert_true(merge_take(merge, 1, &usage));
    assert_false(merge_take(merge, 2, &usage));
    usage.usage.error_number = trace.error.error_number = ENFILE;
    assert_true(merge_take(merge, 2, &usage));
    assert_true(merge_take(merge, 2, &trace));
    merge_destroy(merge);
}

/* Its last sample had 10 started of 34, and 4 of them completed. */
TEST(the_clients_of_a_lost_rank_have_failed_in_its_name)
{
    struct merge *const merge = new_merge(100);
    struct report_event event = {.type = REPORT_SAMPLE};
    event.sample.totals = (struct load_totals){.started = 10, .connected = 9, .completed = 4, .not_started = 23};
    assert_false(merge_take(merge, 1, &event));
    hand_in(merge, new_report(0, 34));
    hand_in(merge, new_report(2, 33));
    struct load_result *const result = end(merge);
    assert_int_equal(result->totals.completed, 71);
    assert_int_equal(result->totals.failed, 6);
    assert_true(result->failed.places == LIMIT_UNKNOWN);
    assert_int_equal(result->totals.not_started, 23);
    assert_int_equal(result->group_count, 1);
    assert_int_equal(result->groups[0].count, 6);
    assert_int_equal(result->cost.cpu_us + result->cost.memory_bytes, 0);
    assert_non_null(strstr(result->groups[0].message, "rank 1 on host lab1"));
    struct err err;
    assert_int_equal(merge_status(merge, &err), LOAD_END_FAILED);
    assert_non_null(strstr(err.message, "rank 1 on host lab1"));
    assert_int_equal(merge_lines(merge)[1].status, LOAD_END_FAILED);
    assert_int_equal(merge_lines(merge)[1].totals.failed, 6);
    free(result);
    merge_destroy(merge);
}
