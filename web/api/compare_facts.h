/* What compared runs differ in, apart from what was measured: environment, limits, the TIME server, what was asked for.
 */
#ifndef KONEKSI_WEB_API_COMPARE_FACTS_H
#define KONEKSI_WEB_API_COMPARE_FACTS_H

#include <cjson/cJSON.h>

#include "db/store.h"

/* Adds a run to `facts`, an object that is empty at first. RESULT_NO_MEMORY, RESULT_STORE. */
enum result compare_facts_add(cJSON *facts, struct store *store, const struct run *run, struct err *err) MUST_CHECK;

/* [{"name":"limits.client RLIMIT_NOFILE","values":[{"value":"1024","runs":[1,2]},{"value":"4096","runs":[3]}]}]: those
 * that have more than one value. Takes `facts`. NULL when memory ran out. */
cJSON *compare_facts_differences(cJSON *facts) MUST_CHECK;

#endif
