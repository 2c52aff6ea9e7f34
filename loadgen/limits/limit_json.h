/* Limits as JSON: as the API has them, and as they are read from a line of the load generator, which writes its own
 * with limit_write (limit.h). */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_JSON_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/err.h"
#include "loadgen/limits/limit.h"

/* {"name","side","scope","value","used","unit","source","raise","raise_by":{"shell","systemd","container"}}; value null
 * when unlimited, used null when unknown, a way null where there is none. "unit" and "raise" are in that language. NULL
 * when memory ran out. */
cJSON *limit_to_json(const struct limit_value *value, enum language language) MUST_CHECK;
/* Adds a number, null for LIMIT_UNLIMITED and LIMIT_UNKNOWN; false when memory ran out. */
bool limit_add_number(cJSON *object, const char *name, uint64_t value) MUST_CHECK;
/* RESULT_INVALID names the member at fault. */
enum result limit_from_json(struct limit_value *value, const cJSON *json, struct err *err) MUST_CHECK;

#endif
