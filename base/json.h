/* JSON trees with cJSON: adding to them, where cJSON itself leaves an item that could not be added to the caller; and
 * reading members that may be missing or of another type. */
#ifndef KONEKSI_BASE_JSON_H
#define KONEKSI_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json_text.h"
#include "base/json_writer.h"

/* Each adds `item` and owns it from then on. False when it is NULL or memory ran out; it is then deleted. */
bool json_add(cJSON *object, const char *name, cJSON *item) MUST_CHECK;
bool json_append(cJSON *array, cJSON *item) MUST_CHECK;

/* Adds a moment of UTC in milliseconds as ISO 8601, null for 0. */
bool json_add_moment(cJSON *object, const char *name, int64_t utc_ms) MUST_CHECK;

/* Parses stored JSON text: *json is NULL when that is empty or not JSON. False: out of memory. */
bool json_read_stored(const char *text, cJSON **json) MUST_CHECK;

/* Adds a stored JSON object; null when the text is none. */
bool json_add_stored_object(cJSON *object, const char *name, const char *text) MUST_CHECK;

/* Writes the tree without blanks and deletes it. `out` fails when the tree is NULL or memory ran out. */
void json_write(struct buf *out, cJSON *json);

/* A member that is a text, NULL when there is none. `object` may be NULL, here and below. */
const char *json_text_of(const cJSON *object, const char *name);

/* A member that is a number; NaN when there is none, so that every comparison is false. */
double json_number_of(const cJSON *object, const char *name);

/* A member that is a number from 0 to below JSON_EXACT_MOST, rounded down; 0 when there is none. */
uint64_t json_count_of(const cJSON *object, const char *name);

/* Add a member; false when memory ran out, or when `object` is NULL because it did. */
bool json_add_number(cJSON *object, const char *name, double value) MUST_CHECK;
bool json_add_uint(cJSON *object, const char *name, uint64_t value) MUST_CHECK;
bool json_add_text(cJSON *object, const char *name, const char *text) MUST_CHECK; /* null for NULL */
bool json_add_bool(cJSON *object, const char *name, bool value) MUST_CHECK;
bool json_add_null(cJSON *object, const char *name) MUST_CHECK;

/* Adds `value` rounded to 1/`steps` (10: one decimal), so that the text shows no digit that was not measured. */
bool json_add_rounded(cJSON *object, const char *name, double value, double steps) MUST_CHECK;

/* The tree when it is `complete`; else deletes it and returns NULL. */
cJSON *json_if(bool complete, cJSON *json) MUST_CHECK;

/* The tree that a json_writer makes. */
#define JSON_TREE_DEPTH 8
struct json_tree {
    cJSON *open[JSON_TREE_DEPTH];
    size_t depth;
    cJSON *root;
    bool failed; /* memory ran out */
};

/* Adds to `object`, which stays the caller's; NULL: memory ran out when it was made, and nothing is added. */
struct json_writer json_tree_writer(struct json_tree *tree, cJSON *object);
/* Makes a tree of its own, for json_tree_take. */
struct json_writer json_new_tree_writer(struct json_tree *tree);
/* What was made; NULL when memory ran out. The caller deletes it. */
cJSON *json_tree_take(struct json_tree *tree) MUST_CHECK;

#endif
