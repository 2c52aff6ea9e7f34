#include "server/time/protocol.h"

#include <assert.h>
#include <string.h>

static void append(struct protocol_replies *replies, const char *bytes, size_t length)
{
    assert(replies->length + length <= sizeof replies->bytes);
    memcpy(replies->bytes + replies->length, bytes, length);
    replies->length += length;
}

static void reply_time(struct protocol_replies *replies, const char *clock)
{
    append(replies, "JAM ", 4);
    append(replies, clock, PROTOCOL_CLOCK_SIZE);
    append(replies, "\r\n", 2);
    replies->times++;
}

static void reply_invalid(struct protocol_replies *replies)
{
    append(replies, PROTOCOL_INVALID, PROTOCOL_INVALID_SIZE);
    replies->invalid++;
}

static void clear(struct protocol_replies *replies)
{
    replies->length = 0;
    replies->times = 0;
    replies->invalid = 0;
}

static void next_line(struct protocol *protocol)
{
    protocol->lines++;
    protocol->length = 0;
    protocol->carriage_return = false;
}

static void keep(struct protocol *protocol, char byte)
{
    if (protocol->length < sizeof protocol->head) {
        protocol->head[protocol->length] = byte;
    }
    protocol->length++;
}

static bool begins_with(const struct protocol *protocol, const char word[4])
{
    return protocol->length >= sizeof protocol->head && memcmp(protocol->head, word, sizeof protocol->head) == 0;
}

static enum protocol_next end_line(struct protocol *protocol, const char *clock, struct protocol_replies *replies)
{
    if (begins_with(protocol, "TIME")) {
        reply_time(replies, clock);
    } else if (protocol->length == sizeof protocol->head && begins_with(protocol, "QUIT")) {
        return PROTOCOL_QUIT;
    } else if (protocol->length > 0) {
        reply_invalid(replies);
    }
    next_line(protocol);
    return PROTOCOL_GO_ON;
}

static enum protocol_next take(struct protocol *protocol, char byte, const char *clock,
                               struct protocol_replies *replies)
{
    if (protocol->carriage_return) {
        if (byte == '\n') {
            return end_line(protocol, clock, replies);
        }
        keep(protocol, '\r');
    }
    protocol->carriage_return = byte == '\r';
    if (!protocol->carriage_return) {
        keep(protocol, byte);
    }
    if (protocol->length > PROTOCOL_LINE_MOST) {
        reply_invalid(replies);
        return PROTOCOL_TOO_LONG;
    }
    return PROTOCOL_GO_ON;
}

enum protocol_next protocol_feed(struct protocol *protocol, const struct protocol_input *input,
                                 struct protocol_replies *replies)
{
    assert(input->length <= PROTOCOL_INPUT_MOST);
    clear(replies);
    enum protocol_next next = PROTOCOL_GO_ON;
    for (size_t i = 0; i < input->length && next == PROTOCOL_GO_ON; i++) {
        next = take(protocol, input->bytes[i], input->clock, replies);
    }
    return next;
}

bool protocol_is_unfinished(const struct protocol *protocol)
{
    return protocol->length > 0 || protocol->carriage_return;
}

void protocol_give_up(struct protocol *protocol, struct protocol_replies *replies)
{
    clear(replies);
    reply_invalid(replies);
    next_line(protocol);
}
