#include "base/json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static void append_quoted(struct buf *to, const char *text)
{
    static const char *const short_forms[] = {['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f",
                                              ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\"};
    size_t left = strlen(text);
    buf_text(to, "\"");
    while (left > 0) {
        uint32_t code_point = 0;
        const size_t length = utf8_decode(text, left, &code_point);
        if (length == 0) {
            buf_text(to, "?");
        } else if (code_point <= '\\' && short_forms[code_point] != NULL) {
            buf_text(to, short_forms[code_point]);
        } else if (code_point < 0x20) {
            buf_printf(to, "\\u%04" PRIx32, code_point);
        } else {
            buf_append(to, text, length);
        }
        text += length > 0 ? length : 1;
        left -= length > 0 ? length : 1;
    }
    buf_text(to, "\"");
}

/* What stands before a value. Whether it needs a comma is told by the byte that it follows. */
static void begin_value(struct buf *to, const char *name)
{
    if (to->length > 0 && strchr("{[", to->bytes[to->length - 1]) == NULL) {
        buf_text(to, ",");
    }
    if (name != NULL) {
        append_quoted(to, name);
        buf_text(to, ":");
    }
}

void json_text_open_object(struct buf *to, const char *name)
{
    begin_value(to, name);
    buf_text(to, "{");
}

void json_text_close_object(struct buf *to)
{
    buf_text(to, "}");
}

void json_text_open_array(struct buf *to, const char *name)
{
    begin_value(to, name);
    buf_text(to, "[");
}

void json_text_close_array(struct buf *to)
{
    buf_text(to, "]");
}

void json_text_uint(struct buf *to, const char *name, uint64_t value)
{
    begin_value(to, name);
    buf_printf(to, "%" PRIu64, value);
}

void json_text_number(struct buf *to, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value) {
        snprintf(text, sizeof text, "%.17g", value);
    }
    begin_value(to, name);
    buf_text(to, isfinite(value) ? text : "null");
}

void json_text_bool(struct buf *to, const char *name, bool value)
{
    begin_value(to, name);
    buf_text(to, value ? "true" : "false");
}

void json_text_string(struct buf *to, const char *name, const char *value)
{
    begin_value(to, name);
    append_quoted(to, value);
}

void json_text_null(struct buf *to, const char *name)
{
    begin_value(to, name);
    buf_text(to, "null");
}
