/* The JSON form of runs, of their parts and of experiments, in the API and in event streams. Each function returns a
 * tree that the caller deletes, or NULL when memory ran out. */
#ifndef KONEKSI_SERVER_LAB_JSON_RUN_JSON_H
#define KONEKSI_SERVER_LAB_JSON_RUN_JSON_H

#include <cjson/cJSON.h>

#include "db/run.h"
#include "db/run_parts.h"
#include "db/store_experiments.h"
#include "loadgen/display/summary_json.h"
#include "loadgen/verdict/sentence.h"
#include "server/time/time_server.h"

/* `latency_us` is null when nothing was measured, `server` for a foreign target, `environment` before the start. The
 * sentence of its verdict is in that language. */
cJSON *run_to_json(const struct run *run, enum language language) MUST_CHECK;
/* Adds "host": {"name","kernel","fingerprint"}, each null where it is not known; null when none is. */
bool run_host_add_json(cJSON *object, const struct run_host *host) MUST_CHECK;
/* {"id":N,"deleted":true}, of a run or an experiment. */
cJSON *deleted_to_json(int64_t id) MUST_CHECK;
cJSON *run_sample_to_json(const struct run_sample *sample) MUST_CHECK;
cJSON *run_log_to_json(const struct run_log *log) MUST_CHECK;
cJSON *run_trace_to_json(const struct error_trace *trace) MUST_CHECK;
/* `fds`: open descriptors of the panel's process; LIMIT_UNKNOWN gives null. */
cJSON *time_stats_to_json(const struct time_stats *stats, const char *listen, uint64_t fds) MUST_CHECK;
/* The same for the current state of `server`. */
cJSON *time_server_to_json(const struct time_server *server, uint64_t fds) MUST_CHECK;

/* A choice that this version does not know has no name: shown as "unknown". */
static inline const char *name_or_unknown(const char *name)
{
    return name != NULL ? name : "unknown";
}

/* Points into the run. Its histogram is not set. */
struct summary run_summary(const struct run *run);

/* Completed clients per second; 0 when nothing was measured. */
double run_clients_per_s(const struct run *run);

/* {"id","kind","status","message","created_at",...,"asked","prediction","runs","progress","result"}, with its runs
 * loaded from the store; `result` is null before the first run is over. One whose plan another version wrote has an
 * empty `asked`, no result, and a message that says so. RESULT_STORE, RESULT_NO_MEMORY. */
enum result experiment_to_json(struct store *store, const struct experiment *experiment, enum language language,
                               cJSON **json, struct err *err) MUST_CHECK;

#endif
