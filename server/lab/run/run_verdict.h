/* Why a run's clients failed, from what both sides counted. */
#ifndef KONEKSI_SERVER_LAB_RUN_RUN_VERDICT_H
#define KONEKSI_SERVER_LAB_RUN_RUN_VERDICT_H

#include "db/run.h"
#include "loadgen/limits/counters.h"
#include "loadgen/verdict/diagnose.h"
#include "server/time/time_stats.h"

/* What the TIME server takes for connections as `model`; `stats` are those of now. Nothing is known of it with
 * TIME_MODEL_COUNT. */
struct predict_server run_verdict_server(const struct time_stats *stats, enum time_model model);

/* Sets the verdict of a run whose outcome is known. What the run itself does not hold is in `facts` already: of
 * `facts->run` the server and the sources, the limits, the kernel's counters, and how the generator ended. */
void run_verdict_find(struct diagnose_case *facts, struct run *run);

/* Sets what the processors did in the run, empty when memory ran out, and returns what it means. */
enum bottleneck run_verdict_cpu(const struct cpu_use *use, struct run *run);

#endif
