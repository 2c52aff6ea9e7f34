#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/engine/scoreboard_read.h"
#include "tests/unit/test.h"

static struct scoreboard *new_board(uint64_t count, bool hold)
{
    struct scoreboard *const board = scoreboard_create(count, hold);
    assert_non_null(board);
    return board;
}

static struct load_result *result_of(const struct scoreboard *board)
{
    struct load_result *const result = calloc(1, sizeof *result);
    assert_non_null(result);
    scoreboard_result(board, result);
    return result;
}

static void complete(struct scoreboard *board, uint64_t client)
{
    struct client_record record = {.connect_ns = 1000, .reply_ns = 2000, .client_ns = 3500};
    scoreboard_started(board, client);
    scoreboard_connected(board, client, &record);
    scoreboard_disconnected(board, &record);
    record.outcome = OUTCOME_COMPLETED;
    scoreboard_count_outcome(board, client, &record);
}

static void fail_with(struct scoreboard *board, uint64_t client, int error_number)
{
    struct client_record record = {0};
    struct failure failure;
    scoreboard_started(board, client);
    assert_false(FAIL(&failure, PHASE_CONNECT, CALL_CONNECT, error_number, "cannot connect"));
    scoreboard_failed(board, client, &record, &failure);
    scoreboard_count_outcome(board, client, &record);
}

TEST(every_client_is_in_the_totals)
{
    struct scoreboard *const board = new_board(100, false);
    for (uint64_t client = 0; client < 60; client++) {
        complete(board, client);
    }
    for (uint64_t client = 60; client < 70; client++) {
        fail_with(board, client, 111);
    }
    struct load_result *const result = result_of(board);
    assert_int_equal(result->totals.started, 70);
    assert_int_equal(result->totals.connected, 60);
    assert_int_equal(result->totals.completed, 60);
    assert_int_equal(result->totals.failed, 10);
    assert_int_equal(result->totals.not_started, 30);
    assert_int_equal(result->peaks.connections, 1);
    assert_int_equal(hist_count(&result->latency[LATENCY_CLIENT]), 60);
    assert_int_equal(hist_summary(&result->latency[LATENCY_CONNECT]).max_ns, 1000);
    free(result);
    scoreboard_destroy(board);
}

static void fail_connected(struct scoreboard *board, uint64_t client, struct client_record *record)
{
    struct failure failure;
    assert_false(FAIL(&failure, PHASE_RECEIVE, CALL_RECV, 104, "no reply"));
    scoreboard_failed(board, client, record, &failure);
    scoreboard_disconnected(board, record);
    scoreboard_count_outcome(board, client, record);
}

/* Clients that begin together do not connect in the order of their numbers. */
TEST(of_the_clients_that_failed_the_places_are_known_at_which_they_connected)
{
    struct scoreboard *const board = new_board(10, false);
    struct client_record records[10] = {0};
    static const uint64_t order[] = {7, 2, 4};
    for (size_t i = 0; i < 3; i++) {
        scoreboard_started(board, order[i]);
        scoreboard_connected(board, order[i], &records[order[i]]);
    }
    complete(board, 5); /* place 3 */
    fail_connected(board, 4, &records[4]);
    fail_connected(board, 2, &records[2]);
    fail_with(board, 6, 111); /* it did not connect */
    struct load_result *const result = result_of(board);
    assert_int_equal(result->totals.failed, 3);
    assert_int_equal(result->failed.places, 2 + 1);
    assert_int_equal(result->failed.numbers, 4 + 2 + 6);
    free(result);
    scoreboard_destroy(board);
}

TEST(failures_are_grouped_and_the_first_hundred_traces_kept)
{
    struct scoreboard *const board = new_board(1000, false);
    for (uint64_t client = 0; client < 500; client++) {
        fail_with(board, client, client % 2 == 0 ? 111 : 99);
    }
    struct load_result *const result = result_of(board);
    assert_int_equal(result->group_count, 2);
    assert_int_equal(result->groups[0].count, 250);
    assert_int_equal(result->groups[0].error_number, 111);
    assert_int_equal(result->groups[0].first_client, 0);
    assert_int_equal(result->groups[1].first_client, 1);
    assert_true(result->groups[0].first_at_us <= result->groups[0].last_at_us);
    assert_string_equal(result->groups[1].call, "connect");
    assert_non_null(strstr(result->groups[1].message, "EADDRNOTAVAIL"));
    assert_int_equal(scoreboard_trace(board, 1, 99)->client, 199);
    assert_null(scoreboard_trace(board, 1, TRACES_KEPT));
    free(result);
    scoreboard_destroy(board);
}

static void fail_as(struct scoreboard *board, uint64_t client, uint64_t at_us, bool held)
{
    const struct failure failure = {
        .call = held ? CALL_RECV : CALL_CONNECT,
        .trace = {.phase = held ? PHASE_HOLD : PHASE_CONNECT, .error_number = ECONNREFUSED}};
    struct client_record record = {.outcome = failure_key(&failure), .arrived = held, .ended_us = at_us};
    scoreboard_started(board, client);
    scoreboard_count_outcome(board, client, &record);
}

static void fail_at(struct scoreboard *board, uint64_t client, uint64_t at_us)
{
    fail_as(board, client, at_us, false);
}

/* The kernel tells to some milliseconds when a held connection was closed. */
TEST(of_held_clients_the_first_failure_is_that_of_the_least_number)
{
    struct scoreboard *const board = new_board(100, false);
    fail_as(board, 70, 21000, true);
    fail_as(board, 3, 25000, true);
    fail_as(board, 4, 20000, true);
    fail_as(board, 5, 29000, true);
    struct load_result *const result = result_of(board);
    assert_int_equal(result->groups[0].first_client, 3);
    assert_int_equal(result->groups[0].first_at_us, 20000);
    assert_int_equal(result->groups[0].last_at_us, 29000);
    free(result);
    scoreboard_destroy(board);
}

/* 10,000,000 clients at one a second take 116 days. */
TEST(the_first_failure_is_known_on_the_longest_run)
{
    static const uint64_t day_us = 86400ULL * 1000000;
    struct scoreboard *const board = new_board(10000000, false);
    fail_at(board, 9999999, 116 * day_us);
    struct load_result *result = result_of(board);
    assert_int_equal(result->groups[0].first_client, 9999999);
    assert_int_equal(result->groups[0].first_at_us, 116 * day_us);
    free(result);
    fail_at(board, 600000, 7 * day_us);
    fail_at(board, 700000, 8 * day_us);
    result = result_of(board);
    assert_int_equal(result->groups[0].first_client, 600000);
    assert_int_equal(result->groups[0].first_at_us, 7 * day_us);
    assert_int_equal(result->groups[0].last_at_us, 116 * day_us);
    free(result);
    scoreboard_destroy(board);
}

TEST(kinds_beyond_the_last_group_are_counted_as_other)
{
    struct scoreboard *const board = new_board(200, false);
    for (uint64_t client = 0; client < 100; client++) {
        fail_with(board, client, (int)client + 1);
    }
    struct load_result *const result = result_of(board);
    assert_int_equal(result->group_count, ERROR_GROUPS_MAX);
    const struct error_group *const other = &result->groups[ERROR_GROUPS_MAX - 1];
    assert_string_equal(other->call, "other");
    assert_int_equal(other->count, 100 - (ERROR_GROUPS_MAX - 1));
    assert_int_equal(other->first_client, ERROR_GROUPS_MAX - 1);
    free(result);
    scoreboard_destroy(board);
}

#define CROWD 8U
#define EACH 500U

static void *fail_many(void *argument)
{
    struct scoreboard *const board = argument;
    for (uint64_t i = 0; i < EACH; i++) {
        fail_with(board, i, (int)(i % 10) + 1);
        complete(board, i);
    }
    return NULL;
}

TEST(nothing_is_lost_when_many_threads_fail_together)
{
    struct scoreboard *const board = new_board(2ULL * CROWD * EACH, false);
    pthread_t threads[CROWD];
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, fail_many, board), 0);
    }
    for (size_t i = 0; i < CROWD; i++) {
        pthread_join(threads[i], NULL);
    }
    struct load_result *const result = result_of(board);
    assert_int_equal(result->totals.failed, CROWD * EACH);
    assert_int_equal(result->totals.completed, CROWD * EACH);
    assert_int_equal(result->group_count, 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(result->groups[i].count, CROWD * EACH / 10);
        assert_non_null(scoreboard_trace(board, i, TRACES_KEPT - 1));
    }
    assert_in_range(result->peaks.connections, 1, CROWD);
    free(result);
    scoreboard_destroy(board);
}

TEST(what_a_forked_process_counts_is_seen_by_its_parent)
{
    struct scoreboard *const board = new_board(1, false);
    const pid_t pid = fork();
    if (pid == 0) {
        complete(board, 0);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    struct load_sample sample = {0};
    scoreboard_sample(board, &sample);
    assert_int_equal(sample.totals.completed, 1);
    assert_int_equal(sample.connections, 0);
    scoreboard_destroy(board);
}

struct visitor {
    struct scoreboard *board;
    bool passed;
};

static void *pass_barrier(void *argument)
{
    struct visitor *const visitor = argument;
    struct client_record record = {0};
    visitor->passed = scoreboard_barrier_wait(visitor->board, &record);
    return NULL;
}

TEST(the_barrier_opens_when_the_last_client_has_arrived)
{
    struct scoreboard *const board = new_board(3, true);
    struct visitor visitors[2] = {{board, false}, {board, false}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, pass_barrier, &visitors[i]), 0);
    }
    fail_with(board, 2, 111);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_true(visitors[i].passed);
    }
    scoreboard_destroy(board);
}

TEST(a_cancel_opens_the_barrier_and_says_so)
{
    struct scoreboard *const board = new_board(2, true);
    struct visitor visitor = {board, true};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, pass_barrier, &visitor), 0);
    scoreboard_cancel(board);
    pthread_join(thread, NULL);
    assert_false(visitor.passed);
    assert_true(scoreboard_cancelled(board));
    scoreboard_destroy(board);
}

TEST(notes_come_back_in_order)
{
    struct scoreboard *const board = new_board(1, false);
    assert_null(scoreboard_note_text(board, 0));
    scoreboard_note(board, "pool has %d of %d threads", 812, 1000);
    assert_string_equal(scoreboard_note_text(board, 0), "pool has 812 of 1000 threads");
    for (int i = 0; i < 10; i++) {
        scoreboard_note(board, "more");
    }
    assert_null(scoreboard_note_text(board, 4));
    scoreboard_destroy(board);
}

TEST(a_share_of_a_run_counts_its_own_clients_and_has_the_edges_of_the_whole)
{
    struct scoreboard *const board = new_board(1000, true);
    const struct client_share share = {.first = 2, .stride = 3};
    scoreboard_share(board, &share);
    assert_int_equal(client_share_of(&share, 1000), 333);
    for (uint64_t client = share.first; client < 1000; client += share.stride) {
        const bool is_edge = client < 100 || client >= 900;
        assert_int_equal(scoreboard_sent(board, client, clock_now_ns()) != TRANSCRIPT_NO_SLOT, is_edge);
        complete(board, client);
    }
    struct load_result *const result = result_of(board);
    assert_int_equal(result->totals.completed, 333);
    assert_int_equal(result->totals.not_started, 0);
    free(result);
    scoreboard_destroy(board);
}

TEST(shares_complement_each_other_and_differ_by_at_most_one)
{
    for (uint64_t ranks = 1; ranks <= 60; ranks++) {
        for (uint64_t count = 1; count <= 130; count++) {
            uint64_t sum = 0;
            for (uint64_t first = 0; first < ranks; first++) {
                const uint64_t share = client_share_of(&(struct client_share){first, ranks}, count);
                assert_in_range(share, count / ranks, count / ranks + 1);
                sum += share;
            }
            assert_int_equal(sum, count);
        }
    }
}

TEST(the_barrier_of_a_share_waits_for_the_others)
{
    struct scoreboard *const board = new_board(6, true);
    struct client_record records[3] = {{0}, {0}, {0}};
    scoreboard_share(board, &(struct client_share){.first = 1, .stride = 3});
    scoreboard_barrier_arrive(board, &records[0]);
    assert_false(scoreboard_barrier_is_full(board));
    scoreboard_barrier_arrive(board, &records[1]);
    assert_true(scoreboard_barrier_is_full(board));
    assert_int_equal(scoreboard_barrier_state(board), BARRIER_CLOSED);
    scoreboard_barrier_arrive(board, &records[2]); /* the others */
    assert_int_equal(scoreboard_barrier_state(board), BARRIER_OPEN);
    scoreboard_destroy(board);
}

TEST(before_the_begin_it_is_no_time)
{
    struct scoreboard *const board = new_board(1, false);
    scoreboard_begin_at(board, clock_now_ns() + NS_PER_S);
    assert_int_equal(scoreboard_us(board, clock_now_ns()), 0);
    scoreboard_destroy(board);
}
