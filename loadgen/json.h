/* Building JSON trees with cJSON, whose own calls leave a child that could not be added to the caller. */
#ifndef KONEKSI_LOADGEN_JSON_H
#define KONEKSI_LOADGEN_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/err.h"

/* Each adds `item`, which may be NULL, and takes it over whatever happens: false, and it is deleted, when it is NULL or
 * memory ran out. */
bool json_add(cJSON *object, const char *name, cJSON *item) MUST_CHECK;
bool json_append(cJSON *array, cJSON *item) MUST_CHECK;

#endif
