/* Writes JSON into a buffer as it goes, with no tree and no library: for the load generator, which stays free of shared
 * libraries. What is opened is closed by the caller, in order. `name` is the member's, NULL in an array and for what
 * stands alone. Memory that runs out shows in the buffer, once, at the end. */
#ifndef KONEKSI_BASE_JSON_TEXT_H
#define KONEKSI_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* 2^53: up to here a double, and so a number of JSON, holds every whole number. */
#define JSON_EXACT_MOST (1ULL << 53)

void json_text_open_object(struct buf *to, const char *name);
void json_text_close_object(struct buf *to);
void json_text_open_array(struct buf *to, const char *name);
void json_text_close_array(struct buf *to);

/* As digits: exact, whatever its size. */
void json_text_uint(struct buf *to, const char *name, uint64_t value);
/* With 15 digits, as cJSON prints it, or 17 where they are needed; null for what is no number. */
void json_text_number(struct buf *to, const char *name, double value);
void json_text_bool(struct buf *to, const char *name, bool value);
/* Bytes that are not UTF-8 become '?'. */
void json_text_string(struct buf *to, const char *name, const char *value);
void json_text_null(struct buf *to, const char *name);

#endif
