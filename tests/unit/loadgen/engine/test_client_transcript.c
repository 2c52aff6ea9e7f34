#include "base/clock.h"
#include "loadgen/engine/transcript.h"
#include "tests/unit/test.h"

static struct scoreboard *new_board(uint64_t count)
{
    struct scoreboard *const board = scoreboard_create(count, false);
    assert_non_null(board);
    return board;
}

/* The first and last hundred clients each have a slot of their own, the others none. */
TEST(the_transcript_has_the_first_and_last_clients)
{
    static const uint64_t counts[] = {1, 100, 101, 150, 200, 201, 5000, 99999};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const uint64_t count = counts[i];
        struct scoreboard *const board = new_board(count);
        uint64_t slots = 0;
        for (uint64_t client = 0; client < count; client++) {
            const uint32_t slot = scoreboard_sent(board, client, clock_now_ns());
            const bool at_an_edge = client < TRANSCRIPT_EDGE || client + TRANSCRIPT_EDGE >= count;
            assert_int_equal(slot < TRANSCRIPT_SLOTS, at_an_edge);
            slots += at_an_edge;
        }
        uint64_t seen = 0;
        for (uint32_t slot = 0; slot < TRANSCRIPT_SLOTS; slot++) {
            struct transcript_line line;
            if (scoreboard_transcript(board, slot, &line)) {
                assert_true(line.client < TRANSCRIPT_EDGE || line.client + TRANSCRIPT_EDGE >= count);
                seen++;
            }
        }
        assert_int_equal(seen, slots);
        scoreboard_destroy(board);
    }
}

TEST(the_transcript_gives_each_line_once_in_the_order_of_time)
{
    struct scoreboard *const board = new_board(5000);
    struct transcript transcript = {0};
    struct transcript_event *const events = calloc(TRANSCRIPT_EVENTS_MAX, sizeof *events);
    assert_non_null(events);
    const uint64_t begun_ns = scoreboard_begin(board);
    assert_true(scoreboard_sent(board, 1, begun_ns + 5000) < TRANSCRIPT_SLOTS);
    const uint32_t slot = scoreboard_sent(board, 0, begun_ns + 7000);
    assert_int_equal(transcript_collect(&transcript, board, events), 2);
    assert_int_equal(events[0].line.client, 1);
    scoreboard_received(board, slot, begun_ns + 9000, "JAM 01:02:03\r\n", 14);
    assert_int_equal(transcript_collect(&transcript, board, events), 1);
    char text[TRANSCRIPT_TEXT_SIZE];
    struct run_spec spec;
    struct exchange_plan exchange;
    run_spec_init(&spec);
    exchange_plan_init(&exchange, &spec, "");
    assert_true(transcript_format(&events[0], &exchange, text));
    assert_string_equal(text, "[CLIENT 0] received b'JAM 01:02:03\\r\\n'");
    free(events);
    scoreboard_destroy(board);
}

/* Of those in between one is shown for each look, a recent one, however many they are and however long it takes. */
TEST(the_transcript_offers_one_slot_a_look_to_the_clients_between)
{
    struct scoreboard *const board = new_board(9000000);
    struct transcript transcript = {0};
    struct transcript_event *const events = calloc(TRANSCRIPT_EVENTS_MAX, sizeof *events);
    assert_non_null(events);
    uint64_t client = 1000;
    assert_int_equal(transcript_collect(&transcript, board, events), 0);
    for (int look = 0; look < 5 * (int)TRANSCRIPT_MIDDLE; look++) {
        const uint64_t first = client;
        for (int i = 0; i < 50; i++, client++) {
            const uint32_t slot = scoreboard_sent(board, client, clock_now_ns());
            assert_int_equal(slot < TRANSCRIPT_SLOTS, client == first);
            scoreboard_received(board, slot, clock_now_ns(), "x", 1);
        }
        assert_int_equal(transcript_collect(&transcript, board, events), 2);
        assert_int_equal(events[0].line.client, first);
        assert_true(events[1].received);
    }
    free(events);
    scoreboard_destroy(board);
}

/* A client that was killed between its request and its reply costs the others no line. */
TEST(a_slot_that_does_not_come_back_is_not_waited_for)
{
    struct scoreboard *const board = new_board(5000);
    struct transcript transcript = {0};
    struct transcript_event *const events = calloc(TRANSCRIPT_EVENTS_MAX, sizeof *events);
    assert_non_null(events);
    assert_int_equal(transcript_collect(&transcript, board, events), 0);
    assert_true(scoreboard_sent(board, 1000, clock_now_ns()) < TRANSCRIPT_SLOTS);
    assert_int_equal(transcript_collect(&transcript, board, events), 0);
    const uint32_t slot = scoreboard_sent(board, 1001, clock_now_ns());
    scoreboard_received(board, slot, clock_now_ns(), "x", 1);
    assert_int_equal(transcript_collect(&transcript, board, events), 2);
    assert_int_equal(events[0].line.client, 1001);
    free(events);
    scoreboard_destroy(board);
}
