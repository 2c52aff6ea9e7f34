/* The JSON that people and scripts see of a run and its parts; the same in the API and in the live stream.
 * Each returns a tree that the caller deletes; NULL when memory ran out. */
#ifndef KONEKSI_WEB_API_RUN_JSON_H
#define KONEKSI_WEB_API_RUN_JSON_H

#include <cjson/cJSON.h>

#include "db/run.h"
#include "server/time/time_server.h"

/* `latency_us` is null while nothing was measured, `server` for a foreign target, `environment` before the start. */
cJSON *run_to_json(const struct run *run) MUST_CHECK;
cJSON *run_sample_to_json(const struct run_sample *sample) MUST_CHECK;
cJSON *run_log_to_json(const struct run_log *log) MUST_CHECK;
cJSON *run_trace_to_json(const struct error_trace *trace) MUST_CHECK;
/* Microseconds with one decimal. */
cJSON *run_latency_to_json(const struct latency *latency) MUST_CHECK;
/* `fds`: open descriptors of the panel's process; LIMIT_UNKNOWN is null. */
cJSON *time_stats_to_json(const struct time_stats *stats, const char *listen, uint64_t fds) MUST_CHECK;
/* The same of a server as it is now. */
cJSON *time_server_to_json(const struct time_server *server, uint64_t fds) MUST_CHECK;

/* Completed clients a second; 0 when nothing was measured. */
double run_clients_per_s(const struct run *run);

#endif
