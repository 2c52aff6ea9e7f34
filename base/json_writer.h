/* Writes JSON of which the same code makes a text (json_text.h) or a tree (json.h): what koneksi-load prints and the
 * panel sends is described once. What is opened is closed by the caller, in order. `name` is the member's, NULL in an
 * array and for what stands alone. Memory that runs out shows where the JSON goes, once, at the end. */
#ifndef KONEKSI_BASE_JSON_WRITER_H
#define KONEKSI_BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json_form {
    void (*open)(void *to, const char *name, bool is_array);
    void (*close)(void *to, bool is_array);
    void (*number)(void *to, const char *name, double value);
    void (*text)(void *to, const char *name, const char *value); /* NULL: null */
    void (*boolean)(void *to, const char *name, bool value);
};

struct json_writer {
    const struct json_form *form;
    void *to;
};

/* As a text at the end of `to`, without blanks. */
struct json_writer json_text_writer(struct buf *to);

void json_open_object(const struct json_writer *writer, const char *name);
void json_close_object(const struct json_writer *writer);
void json_open_array(const struct json_writer *writer, const char *name);
void json_close_array(const struct json_writer *writer);

/* As a double, which holds whole numbers up to JSON_EXACT_MOST exactly. */
void json_put_uint(const struct json_writer *writer, const char *name, uint64_t value);
void json_put_number(const struct json_writer *writer, const char *name, double value);
/* Rounded to 1/`steps` (10: one decimal), so that the text shows no digit that was not measured. */
void json_put_rounded(const struct json_writer *writer, const char *name, double value, double steps);
void json_put_text(const struct json_writer *writer, const char *name, const char *value); /* NULL: null */
void json_put_bool(const struct json_writer *writer, const char *name, bool value);
void json_put_null(const struct json_writer *writer, const char *name);
/* Milliseconds since 1970 UTC as ISO 8601; 0: null. */
void json_put_moment(const struct json_writer *writer, const char *name, int64_t utc_ms);

#endif
