/* One run from its first client to its last, reported into a sink. */
#ifndef KONEKSI_LOADGEN_ENGINE_ENGINE_H
#define KONEKSI_LOADGEN_ENGINE_ENGINE_H

#include "base/client_share.h"
#include "base/err.h"
#include "base/net.h"
#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/sink.h"

struct engine;

/* One of several generators that carry a run together. */
struct engine_ranks {
    struct client_share share;
    /* Waits until all of them are about to begin; returns when they do (CLOCK_MONOTONIC), which is yet to come. */
    uint64_t (*meet)(void *argument);
    void *argument;
};

/* `spec` (checked), `sink`, and the `targets`, as many as run_spec_targets says, must outlive the engine.
 * RESULT_NO_MEMORY, RESULT_SYSTEM. */
enum result engine_create(const struct run_spec *spec, const struct net_address *targets, struct sink *sink,
                          struct engine **engine, struct err *err) MUST_CHECK;

/* Carries out the run: writes `start`, then samples and the rest, `result`, `end`. Blocks until all clients have
 * ended. Once only, and in process mode from a thread that lives as long as the program, since the clients die with
 * it. An error means that the generator itself failed: `end` is then left to the caller, who
 * also ignores SIGPIPE. */
enum result engine_run(struct engine *engine, struct load_totals *totals, struct err *err) MUST_CHECK;

/* Whether engine_run must be the only thread of the process, as in process mode (mode.h). */
bool engine_is_alone(const struct engine *engine);

/* For an engine that is alone: `tick` is called often while it runs. Before engine_run. */
void engine_set_tick(struct engine *engine, void (*tick)(void *argument), void *argument);

/* Before engine_run. Each of the generators runs an engine for the same spec. */
void engine_set_ranks(struct engine *engine, const struct engine_ranks *ranks);

/* Of such an engine, from any thread. With hold, whether all clients that it carries have arrived at the barrier, which
 * then waits for engine_let_go. */
bool engine_is_held(const struct engine *engine);
void engine_let_go(struct engine *engine);
bool engine_is_cancelled(const struct engine *engine);
/* How long after the moment on which they agreed its clients began. */
uint64_t engine_late_ns(const struct engine *engine);

/* From any thread, also before or after the run: it ends soon, its clients under way failed. */
void engine_cancel(struct engine *engine);

void engine_destroy(struct engine *engine);

/* Sets the soft and the hard limits of the spec; without limits.nofile, raises RLIMIT_NOFILE to its hard limit. Makes
 * this process and all that it forks the OOM killer's first choice. As run_rlimits_set. */
enum result rlimits_apply(const struct run_spec *spec, struct err *err) MUST_CHECK;

#endif
