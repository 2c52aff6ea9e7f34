/* Experiments in JSON. */
#ifndef KONEKSI_WEB_API_EXPERIMENT_JSON_H
#define KONEKSI_WEB_API_EXPERIMENT_JSON_H

#include <cjson/cJSON.h>

#include "db/store_experiments.h"

/* {"id","kind","status","message","created_at",...,"asked","prediction","runs","progress","result"}, with its runs
 * loaded from the store; `result` is null before the first run is over. RESULT_STORE, RESULT_NO_MEMORY. */
enum result experiment_to_json(struct store *store, const struct experiment *experiment, cJSON **json,
                               struct err *err) MUST_CHECK;

#endif
