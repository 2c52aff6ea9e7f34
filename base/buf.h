/* A growing byte buffer with a sticky failure: append as often as needed, check once at the end.
 * The bytes are always ended by a NUL that `length` does not count. Not for use by two threads at once. */
#ifndef KONEKSI_BASE_BUF_H
#define KONEKSI_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
    char *bytes; /* NULL while nothing was appended */
    size_t length;
    size_t capacity;
    bool failed; /* memory ran out; later appends do nothing */
};

#define BUF_INIT ((struct buf){NULL, 0, 0, false})

void buf_append(struct buf *buf, const void *bytes, size_t length);
void buf_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Forgets the first `length` bytes (at most all). */
void buf_consume(struct buf *buf, size_t length);

/* Empties it and keeps its memory; clears the failure. */
void buf_clear(struct buf *buf);

/* Hands the bytes to the caller, who frees them with free(); NULL when an append failed or nothing was appended. */
char *buf_take(struct buf *buf) MUST_CHECK;

/* Frees the memory; the buffer is then as BUF_INIT. */
void buf_free(struct buf *buf);

#endif
