/* The TIME protocol: same answers however the bytes are cut. */

#include "base/buf.h"
#include "server/time/protocol.h"
#include "tests/unit/test.h"

#define CLOCK "12:34:56"
#define JAM "JAM 12:34:56\r\n"
#define INVALID "Invalid request\r\n"
#define LENGTH(text) (sizeof(text) - 1)

/* One connection under test, and all that it has said. */
struct talk {
    struct protocol protocol;
    struct buf said;
    enum protocol_next next;
    unsigned sends;
};

static void feed(struct talk *talk, const char *bytes, size_t length)
{
    if (talk->next != PROTOCOL_GO_ON) {
        return;
    }
    struct protocol_replies replies;
    const struct protocol_input input = {.bytes = bytes, .length = length, .clock = CLOCK};
    talk->next = protocol_feed(&talk->protocol, &input, &replies);
    buf_append(&talk->said, replies.bytes, replies.length);
    talk->sends += replies.length > 0;
    assert_int_equal(replies.length, replies.times * LENGTH(JAM) + replies.invalid * LENGTH(INVALID));
}

static void feed_line(struct talk *talk, char byte, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        feed(talk, &byte, 1);
    }
}

static void assert_said(struct talk *talk, const char *expected)
{
    assert_string_equal(talk->said.bytes == NULL ? "" : talk->said.bytes, expected);
    buf_free(&talk->said);
}

static const struct exchange {
    const char *bytes;
    size_t length;
    const char *said;
    enum protocol_next next;
    bool unfinished;
} exchanges[] = {
    {"TIME\r\n", 6, JAM, PROTOCOL_GO_ON, false},
    {"TIME\r\n\r\n", 8, JAM, PROTOCOL_GO_ON, false},
    {"TIME \r\n\r\n", 9, JAM, PROTOCOL_GO_ON, false},
    {"TIMES\r\n", 7, JAM, PROTOCOL_GO_ON, false},
    {"TIME threading \r\n", 17, JAM, PROTOCOL_GO_ON, false},
    {"TIME Testing\r\nQUIT\r\n", 20, JAM, PROTOCOL_QUIT, false},
    {"TIME\r\nTIME\r\nTIME\r\n", 18, JAM JAM JAM, PROTOCOL_GO_ON, false},
    {"XYZ\r\n", 5, INVALID, PROTOCOL_GO_ON, false},
    {"XYZ\r\nTIME\r\n", 11, INVALID JAM, PROTOCOL_GO_ON, false},
    {"TIM\r\n", 5, INVALID, PROTOCOL_GO_ON, false},
    {"time\r\n", 6, INVALID, PROTOCOL_GO_ON, false},
    {" TIME\r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"QUIT\r\n", 6, "", PROTOCOL_QUIT, false},
    {"QUIT\r\nTIME\r\n", 12, "", PROTOCOL_QUIT, false},
    {"XYZ\r\nQUIT\r\n", 11, INVALID, PROTOCOL_QUIT, false},
    {"QUIT \r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"QUITE\r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"QUI\r\n", 5, INVALID, PROTOCOL_GO_ON, false},
    {"\r\n\r\n\r\n", 6, "", PROTOCOL_GO_ON, false},
    {"TIME\n\r\n", 7, JAM, PROTOCOL_GO_ON, false},
    {"XYZ\nTIME\r\n", 10, INVALID, PROTOCOL_GO_ON, false},
    {"\n\r\n", 3, INVALID, PROTOCOL_GO_ON, false},
    {"\r\r\n", 3, INVALID, PROTOCOL_GO_ON, false},
    {"TIME\r\r\n", 7, JAM, PROTOCOL_GO_ON, false},
    {"QUIT\r\r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"TI\rME\r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"\0\0\r\n", 4, INVALID, PROTOCOL_GO_ON, false},
    {"TIME\0\377\200\r\n", 9, JAM, PROTOCOL_GO_ON, false},
    {"QUIT\0\r\n", 7, INVALID, PROTOCOL_GO_ON, false},
    {"\377\376\200\r\nTIME\r\n", 11, INVALID JAM, PROTOCOL_GO_ON, false},
    {"TIME", 4, "", PROTOCOL_GO_ON, true},
    {"TIME\r", 5, "", PROTOCOL_GO_ON, true},
    {"TIME\n", 5, "", PROTOCOL_GO_ON, true},
    {"\r", 1, "", PROTOCOL_GO_ON, true},
    {"TIME\r\nT", 7, JAM, PROTOCOL_GO_ON, true},
    {"", 0, "", PROTOCOL_GO_ON, false},
};

static void check(const struct exchange *exchange, struct talk *talk)
{
    assert_int_equal(talk->next, exchange->next);
    if (exchange->next == PROTOCOL_GO_ON) {
        assert_int_equal(protocol_is_unfinished(&talk->protocol), exchange->unfinished);
    }
    assert_said(talk, exchange->said);
}

TEST(same_replies_wherever_two_cuts_fall)
{
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        const struct exchange *const each = &exchanges[i];
        for (size_t first = 0; first <= each->length; first++) {
            for (size_t second = first; second <= each->length; second++) {
                struct talk talk = {0};
                feed(&talk, each->bytes, first);
                feed(&talk, each->bytes + first, second - first);
                feed(&talk, each->bytes + second, each->length - second);
                check(each, &talk);
            }
        }
    }
}

TEST(same_replies_byte_by_byte)
{
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        struct talk talk = {0};
        for (size_t at = 0; at < exchanges[i].length; at++) {
            feed(&talk, exchanges[i].bytes + at, 1);
        }
        check(&exchanges[i], &talk);
    }
}

TEST(line_of_1024_bytes_is_a_line)
{
    struct talk talk = {0};
    feed(&talk, "TIME", 4);
    feed_line(&talk, 'x', PROTOCOL_LINE_MOST - 4);
    feed(&talk, "\r\n", 2);
    feed(&talk, "QUIT", 4);
    assert_int_equal(talk.next, PROTOCOL_GO_ON);
    assert_said(&talk, JAM);
}

TEST(line_of_1025_bytes_is_answered_and_ends_the_connection)
{
    struct talk talk = {0};
    feed(&talk, "TIME", 4);
    feed_line(&talk, 'x', PROTOCOL_LINE_MOST - 4);
    assert_int_equal(talk.next, PROTOCOL_GO_ON);
    feed(&talk, "x", 1);
    assert_int_equal(talk.next, PROTOCOL_TOO_LONG);
    assert_said(&talk, INVALID);
}

TEST(carriage_return_inside_counts_as_a_byte_of_the_line)
{
    struct talk talk = {0};
    feed_line(&talk, 'x', PROTOCOL_LINE_MOST);
    feed(&talk, "\r", 1);
    assert_int_equal(talk.next, PROTOCOL_GO_ON);
    feed(&talk, "\r", 1);
    assert_int_equal(talk.next, PROTOCOL_TOO_LONG);
    assert_said(&talk, INVALID);
}

TEST(long_line_after_others_is_answered_last)
{
    char bytes[PROTOCOL_INPUT_MOST];
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < 6; i++) {
        bytes[i] = "TIME\r\n"[i];
    }
    struct talk talk = {0};
    feed(&talk, bytes, sizeof bytes);
    feed_line(&talk, 'x', PROTOCOL_LINE_MOST - (sizeof bytes - 6));
    assert_int_equal(talk.next, PROTOCOL_GO_ON);
    feed(&talk, "x", 1);
    assert_int_equal(talk.next, PROTOCOL_TOO_LONG);
    assert_said(&talk, JAM INVALID);
}

TEST(segment_full_of_lines_is_answered_at_once)
{
    char bytes[PROTOCOL_INPUT_MOST];
    struct talk talk = {0};
    feed(&talk, "x\r", 2);
    /* "\n" ends the line before; then as many of the shortest lines as there is room for: the most replies there are */
    bytes[0] = '\n';
    for (size_t i = 1; i < sizeof bytes; i++) {
        bytes[i] = "x\r\n"[(i - 1) % 3];
    }
    feed(&talk, bytes, sizeof bytes);
    assert_int_equal(talk.sends, 1);
    assert_int_equal(talk.said.length, PROTOCOL_REPLIES_SIZE);
    assert_int_equal(talk.protocol.lines, 1 + (sizeof bytes - 1) / 3);
    buf_free(&talk.said);
}

TEST(several_time_lines_share_one_send)
{
    struct talk talk = {0};
    feed(&talk, "TIME\r\nTIME\r\n\r\nTIME\r\n", 20);
    assert_int_equal(talk.sends, 1);
    assert_said(&talk, JAM JAM JAM);
}

TEST(unfinished_line_that_is_given_up_is_forgotten)
{
    struct talk talk = {0};
    feed(&talk, "TIME\r", 5);
    struct protocol_replies replies;
    protocol_give_up(&talk.protocol, &replies);
    assert_int_equal(replies.invalid, 1);
    assert_int_equal(replies.times, 0);
    assert_int_equal(replies.length, LENGTH(INVALID));
    assert_memory_equal(replies.bytes, INVALID, LENGTH(INVALID));
    assert_false(protocol_is_unfinished(&talk.protocol));
    feed(&talk, "TIME\r\n", 6);
    assert_said(&talk, JAM);
}

TEST(unfinished_lines_can_be_told_apart)
{
    struct talk talk = {0};
    feed(&talk, "TI", 2);
    const uint64_t first = talk.protocol.lines;
    feed(&talk, "M", 1);
    assert_int_equal(talk.protocol.lines, first);
    feed(&talk, "E\r\nTI", 5);
    assert_true(protocol_is_unfinished(&talk.protocol));
    assert_int_not_equal(talk.protocol.lines, first);
    assert_said(&talk, JAM);
}
