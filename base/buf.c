#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for `more` bytes and the NUL. */
static bool reserve(struct buf *buf, size_t more)
{
    if (buf->failed) {
        return false;
    }
    if (buf->bytes != NULL && buf->capacity - buf->length > more) {
        return true;
    }
    size_t capacity = buf->capacity < 256 ? 256 : buf->capacity;
    while (capacity - buf->length <= more && capacity <= SIZE_MAX / 2) {
        capacity *= 2;
    }
    char *const bytes = capacity - buf->length > more ? realloc(buf->bytes, capacity) : NULL;
    if (bytes == NULL) {
        buf->failed = true;
        return false;
    }
    buf->bytes = bytes;
    buf->capacity = capacity;
    return true;
}

void buf_append(struct buf *buf, const void *bytes, size_t length)
{
    if (!reserve(buf, length)) {
        return;
    }
    if (length > 0) {
        memcpy(buf->bytes + buf->length, bytes, length);
    }
    buf->length += length;
    buf->bytes[buf->length] = '\0';
}

void buf_text(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buf->failed = true;
    } else if (reserve(buf, (size_t)length)) {
        vsnprintf(buf->bytes + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

void buf_consume(struct buf *buf, size_t length)
{
    if (length >= buf->length) {
        buf->length = 0;
    } else {
        memmove(buf->bytes, buf->bytes + length, buf->length - length);
        buf->length -= length;
    }
    if (buf->bytes != NULL) {
        buf->bytes[buf->length] = '\0';
    }
}

void buf_clear(struct buf *buf)
{
    buf_consume(buf, buf->length);
    buf->failed = false;
}

char *buf_take(struct buf *buf)
{
    char *const bytes = buf->failed ? NULL : buf->bytes;
    if (bytes == NULL) {
        buf_free(buf);
    }
    *buf = BUF_INIT;
    return bytes;
}

void buf_free(struct buf *buf)
{
    free(buf->bytes);
    *buf = BUF_INIT;
}
