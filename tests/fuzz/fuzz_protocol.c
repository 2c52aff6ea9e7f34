/* TIME framing: however the bytes are cut into segments, the replies are those of a plain reading of the whole, and a
 * segment's replies always fit. The first byte is the seed of the cuts. */
#include <string.h>

#include "server/time/protocol.h"
#include "tests/fuzz/fuzz.h"

#define CLOCK "12:34:56"
#define JAM "JAM " CLOCK "\r\n"

struct talk {
    char *text; /* all replies */
    size_t length, size;
    enum protocol_next end;
};

static struct talk talk_new(size_t size)
{
    /* the shortest line that is answered has three bytes */
    struct talk talk = {.size = (size / 3 + 2) * PROTOCOL_INVALID_SIZE, .end = PROTOCOL_GO_ON};
    talk.text = malloc(talk.size);
    MUST(talk.text != NULL);
    return talk;
}

static void say(struct talk *talk, const char *text, size_t length)
{
    MUST(talk->length + length <= talk->size);
    memcpy(talk->text + talk->length, text, length);
    talk->length += length;
}

/* What the protocol asks for, read from all bytes at once. */
static void read_plainly(struct talk *talk, const char *bytes, size_t size)
{
    const char *const end = bytes + size;
    while (talk->end == PROTOCOL_GO_ON) {
        const char *const line_end = memmem(bytes, (size_t)(end - bytes), "\r\n", 2);
        size_t length = (size_t)((line_end != NULL ? line_end : end) - bytes);
        length -= line_end == NULL && length > 0 && end[-1] == '\r'; /* it may be half of the line's end */
        if (length > PROTOCOL_LINE_MOST) {
            say(talk, PROTOCOL_INVALID, PROTOCOL_INVALID_SIZE);
            talk->end = PROTOCOL_TOO_LONG;
        } else if (line_end == NULL) {
            return;
        } else if (length == 4 && memcmp(bytes, "QUIT", 4) == 0) {
            talk->end = PROTOCOL_QUIT;
        } else if (length >= 4 && memcmp(bytes, "TIME", 4) == 0) {
            say(talk, JAM, PROTOCOL_TIME_SIZE);
        } else if (length > 0) {
            say(talk, PROTOCOL_INVALID, PROTOCOL_INVALID_SIZE);
        }
        bytes += length + 2;
    }
}

static void feed_in_pieces(struct talk *talk, const char *bytes, size_t size, uint32_t seed)
{
    struct protocol protocol = {0};
    while (size > 0 && talk->end == PROTOCOL_GO_ON) {
        struct protocol_replies replies;
        seed = seed * 1664525U + 1013904223U;
        const size_t wanted = seed % 7 == 0 ? PROTOCOL_INPUT_MOST : 1 + (seed >> 16) % 9;
        const size_t length = wanted < size ? wanted : size;
        const struct protocol_input input = {bytes, length, CLOCK};
        talk->end = protocol_feed(&protocol, &input, &replies);
        MUST(replies.length <= sizeof replies.bytes);
        MUST(replies.length == replies.times * (size_t)PROTOCOL_TIME_SIZE + replies.invalid * PROTOCOL_INVALID_SIZE);
        say(talk, replies.bytes, replies.length);
        bytes += length;
        size -= length;
    }
    if (talk->end == PROTOCOL_GO_ON && protocol_is_unfinished(&protocol)) {
        struct protocol_replies replies;
        protocol_give_up(&protocol, &replies);
        MUST(replies.invalid == 1 && replies.length == PROTOCOL_INVALID_SIZE && !protocol_is_unfinished(&protocol));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct talk plain = talk_new(size);
    struct talk pieces = talk_new(size);
    read_plainly(&plain, (const char *)bytes + 1, size - 1);
    feed_in_pieces(&pieces, (const char *)bytes + 1, size - 1, bytes[0]);
    MUST(plain.end == pieces.end);
    MUST(plain.length == pieces.length && memcmp(plain.text, pieces.text, plain.length) == 0);
    free(plain.text);
    free(pieces.text);
    return 0;
}
