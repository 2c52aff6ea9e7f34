/* JSON trees with cJSON: building them, as its own calls leave a child that could not be added to the caller; and
 * reading members of which nothing is known. */
#ifndef KONEKSI_BASE_JSON_H
#define KONEKSI_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Each adds `item`, which may be NULL, and takes it over whatever happens: false, and it is deleted, when it is NULL or
 * memory ran out. */
bool json_add(cJSON *object, const char *name, cJSON *item) MUST_CHECK;
bool json_append(cJSON *array, cJSON *item) MUST_CHECK;

/* Adds a moment of UTC in milliseconds as ISO 8601, null for 0. */
bool json_add_moment(cJSON *object, const char *name, int64_t utc_ms) MUST_CHECK;

/* Reads what was stored as JSON text: *json is NULL when that is empty or none. False: memory ran out, which is not
 * that there is none. */
bool json_read_stored(const char *text, cJSON **json) MUST_CHECK;

/* Adds what was stored as JSON text; null when that is empty or none. */
bool json_add_stored(cJSON *object, const char *name, const char *text) MUST_CHECK;

/* Writes the tree without blanks and deletes it. `out` has failed when it is NULL or memory ran out. */
void json_write(struct buf *out, cJSON *json);

/* A member that is a text, NULL when there is none. `object` may be NULL, here and below. */
const char *json_text_of(const cJSON *object, const char *name);

/* A member that is a number; without one not-a-number, of which each comparison is false. */
double json_number_of(const cJSON *object, const char *name);

/* A member that is a number from 0 below 2^53, to which JSON's are exact, rounded down; 0 when there is none. */
uint64_t json_count_of(const cJSON *object, const char *name);

#endif
