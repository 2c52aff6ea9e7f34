/* The TIME protocol of one connection, pure: bytes in, replies out, no clock and no I/O.
 *
 * A line ends with CR LF, however the bytes were cut into segments; a lone CR or LF is a byte like any other. A line
 * that begins with TIME gets "JAM hh:mm:ss", an empty one nothing, QUIT ends the connection silently, anything else
 * gets "Invalid request". Only a line's first four bytes and its length decide, so no line is ever stored. */
#ifndef KONEKSI_SERVER_TIME_PROTOCOL_H
#define KONEKSI_SERVER_TIME_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_LINE_MOST 1024 /* bytes of a line, CR LF not counted */
#define PROTOCOL_CLOCK_SIZE 8   /* "hh:mm:ss", not ended by a NUL */
#define PROTOCOL_TIME_SIZE 14   /* "JAM hh:mm:ss\r\n" */
#define PROTOCOL_INVALID "Invalid request\r\n"
#define PROTOCOL_INVALID_SIZE (sizeof PROTOCOL_INVALID - 1)

/* Bytes of one protocol_feed. The shortest line that gets an answer has three bytes, and the first may have been all
 * but finished before: so this many bytes cause at most so many replies, which always fit into one send. Both lie on a
 * thread's stack, and with this size they stay within its first two pages. */
#define PROTOCOL_INPUT_MOST 512
#define PROTOCOL_REPLIES_SIZE ((PROTOCOL_INPUT_MOST / 3 + 1) * PROTOCOL_INVALID_SIZE)

/* All zero for a new connection. */
struct protocol {
    uint64_t lines;       /* lines that have ended; tells whether the unfinished one is still the same */
    uint16_t length;      /* bytes of the unfinished line, a CR at its end not counted */
    bool carriage_return; /* the last byte was a CR: a line's end when LF follows */
    char head[4];         /* the first bytes of the line */
};

struct protocol_input {
    const char *bytes;
    size_t length;     /* at most PROTOCOL_INPUT_MOST */
    const char *clock; /* PROTOCOL_CLOCK_SIZE bytes: the local time that the replies tell */
};

struct protocol_replies {
    size_t length;    /* to be sent at once, 0 when there is nothing to say */
    uint32_t times;   /* how many of them are JAM lines */
    uint32_t invalid; /* and how many "Invalid request" */
    char bytes[PROTOCOL_REPLIES_SIZE];
};

enum protocol_next {
    PROTOCOL_GO_ON,
    PROTOCOL_QUIT,     /* send the replies, if any, and close */
    PROTOCOL_TOO_LONG, /* the line was too long: send the replies, then close so that they are not lost */
};

/* Takes all the bytes, unless the connection ends before the last. Overwrites `replies`. */
enum protocol_next protocol_feed(struct protocol *protocol, const struct protocol_input *input,
                                 struct protocol_replies *replies);

/* Whether a line has begun and not ended. */
bool protocol_is_unfinished(const struct protocol *protocol);

/* The unfinished line will not be waited for any longer: forgets it and makes the reply to it. */
void protocol_give_up(struct protocol *protocol, struct protocol_replies *replies);

#endif
