#include "server/lab/run/limit_snapshot.h"

#include <stdio.h>
#include <string.h>

#include "base/cores.h"
#include "loadgen/limits/sources.h"
#include "server/lab/run/binding.h"
#include "server/lab/run/target.h"

/* A name is not looked up for a prediction, but for that of the loopback. */
static bool needs_no_lookup(const char *target)
{
    return strcmp(target, RUN_TARGET_BUILTIN) == 0 || strncmp(target, "localhost:", 10) == 0 || target[0] == '[' ||
           strspn(target, "0123456789.:") == strlen(target);
}

static void find_target(const struct time_server *server, const struct run_spec *spec, struct predict_case *asked)
{
    struct err err;
    struct net_address own;
    struct target target = {.is_own = false};
    const char *const allowed[] = {spec->target, NULL};
    time_server_address(server, &own);
    const bool known =
        needs_no_lookup(spec->target) && target_resolve(spec->target, &own, allowed, &target, &err) == RESULT_OK;
    asked->spread_sources = known && target_spreads_sources(&target);
    if (!target.is_own) {
        asked->model = PREDICT_MODEL_NONE;
    }
}

static uint64_t resident_bytes(void)
{
    FILE *const statm = source_open("", "/proc/self/statm");
    const uint64_t bytes = statm != NULL ? source_resident_bytes(fileno(statm)) : 0;
    if (statm != NULL) {
        fclose(statm);
    }
    return bytes;
}

/* The generator's limits are the panel's own: it is the panel's child, and both raise what they may; then the run's. */
enum result limit_snapshot_take(const struct time_server *server, enum time_model model, const struct run_spec *spec,
                                struct limit_snapshot *snapshot, struct err *err)
{
    struct time_stats stats;
    (void)source_want();
    time_server_stats(server, &stats);
    snapshot->spec = *spec;
    snapshot->asked = (struct predict_case){
        .spec = &snapshot->spec,
        .model = binding_model(time_model_name(model != TIME_MODEL_COUNT ? model : stats.model)),
        .workers = stats.workers,
        .backlog = stats.backlog,
        .live = stats.live,
        .reserved_fds = TIME_RESERVED_FDS,
        .thread_budget = stats.thread_budget,
        .panel_bytes = resident_bytes(),
        .cores = cores_usable(),
        .nproc_binds = limits_nproc_binds(),
    };
    find_target(server, &snapshot->spec, &snapshot->asked);
    snapshot->count = limits_read(LIMIT_SIDE_CLIENT, stats.backlog, snapshot->values);
    predict_confine(&snapshot->spec, snapshot->values, snapshot->count);
    snapshot->count += limits_read(LIMIT_SIDE_SERVER, stats.backlog, snapshot->values + snapshot->count);
    const int want = source_want();
    return want == 0 ? RESULT_OK : err_system(err, want, "reading the limits");
}

void limit_snapshot_predict(const struct limit_snapshot *snapshot, struct prediction *prediction)
{
    predict(&snapshot->asked, snapshot->values, snapshot->count, prediction);
}
