/* The differences between compared runs, measurements excepted: environment, limits, TIME server, requested fields. */
#ifndef KONEKSI_WEB_API_COMPARE_FACTS_H
#define KONEKSI_WEB_API_COMPARE_FACTS_H

#include <cjson/cJSON.h>

#include "db/store.h"

/* Adds a run to `facts`, with units in that language; it begins as an empty object. RESULT_NO_MEMORY, RESULT_STORE. */
enum result compare_facts_add(cJSON *facts, struct store *store, const struct run *run, enum language language,
                              struct err *err) MUST_CHECK;

/* [{"name":"limits.client RLIMIT_NOFILE","unit":"descriptors","values":[{"value":"1024","runs":[1,2]},
 * {"value":"4096","runs":[3]}]}]: the facts with more than one value. Deletes `facts`. NULL when memory ran out. */
cJSON *compare_facts_differences(cJSON *facts) MUST_CHECK;

#endif
