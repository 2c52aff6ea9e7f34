#include "base/json_writer.h"

#include <math.h>

#include "base/clock.h"
#include "base/json_text.h"

/* --- as a text --- */

static void text_open(void *to, const char *name, bool is_array)
{
    if (is_array) {
        json_text_open_array(to, name);
    } else {
        json_text_open_object(to, name);
    }
}

static void text_close(void *to, bool is_array)
{
    if (is_array) {
        json_text_close_array(to);
    } else {
        json_text_close_object(to);
    }
}

static void text_number(void *to, const char *name, double value)
{
    json_text_number(to, name, value);
}

static void text_text(void *to, const char *name, const char *value)
{
    if (value != NULL) {
        json_text_string(to, name, value);
    } else {
        json_text_null(to, name);
    }
}

static void text_boolean(void *to, const char *name, bool value)
{
    json_text_bool(to, name, value);
}

struct json_writer json_text_writer(struct buf *to)
{
    static const struct json_form form = {text_open, text_close, text_number, text_text, text_boolean};
    return (struct json_writer){&form, to};
}

/* --- in either form --- */

void json_open_object(const struct json_writer *writer, const char *name)
{
    writer->form->open(writer->to, name, false);
}

void json_close_object(const struct json_writer *writer)
{
    writer->form->close(writer->to, false);
}

void json_open_array(const struct json_writer *writer, const char *name)
{
    writer->form->open(writer->to, name, true);
}

void json_close_array(const struct json_writer *writer)
{
    writer->form->close(writer->to, true);
}

void json_put_uint(const struct json_writer *writer, const char *name, uint64_t value)
{
    writer->form->number(writer->to, name, (double)value);
}

void json_put_number(const struct json_writer *writer, const char *name, double value)
{
    writer->form->number(writer->to, name, value);
}

void json_put_rounded(const struct json_writer *writer, const char *name, double value, double steps)
{
    writer->form->number(writer->to, name, round(value * steps) / steps);
}

void json_put_text(const struct json_writer *writer, const char *name, const char *value)
{
    writer->form->text(writer->to, name, value);
}

void json_put_bool(const struct json_writer *writer, const char *name, bool value)
{
    writer->form->boolean(writer->to, name, value);
}

void json_put_null(const struct json_writer *writer, const char *name)
{
    writer->form->text(writer->to, name, NULL);
}

void json_put_moment(const struct json_writer *writer, const char *name, int64_t utc_ms)
{
    char text[CLOCK_ISO_SIZE];
    clock_format_iso(utc_ms, text);
    json_put_text(writer, name, utc_ms != 0 ? text : NULL);
}
