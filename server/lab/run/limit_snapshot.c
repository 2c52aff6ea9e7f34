#include "server/lab/run/limit_snapshot.h"

#include <string.h>

#include "base/cpu.h"
#include "loadgen/limits/sources.h"
#include "loadgen/watch/foreign_server.h"
#include "server/lab/run/run_verdict.h"

/* Looking up a name may take seconds: a prediction does it for that of the loopback only. */
static bool needs_no_lookup(const char *target)
{
    struct net_range range;
    struct err err;
    bool known = true;
    if (strcmp(target, RUN_TARGET_BUILTIN) == 0) {
        return true;
    }
    while (known && target != NULL && net_list_next(&target, &range, &err) == RESULT_OK) {
        known = strcmp(range.host, "localhost") == 0 || range.host[0] == '[' ||
                strspn(range.host, "0123456789.") == strlen(range.host);
    }
    return known;
}

/* Of a server of somebody else that listens on this machine: its limits, which are then those of the server side. */
static size_t read_foreign(const struct target *target, struct predict_case *run,
                           struct limit_value values[LIMIT_COUNT])
{
    struct err err;
    struct foreign_server *foreign = NULL;
    size_t count = 0;
    if (target->addresses[0] != '\0' && !target->is_own && !target->has_own &&
        foreign_server_open(target->addresses, false, &foreign, &err) == RESULT_OK && foreign != NULL) {
        run->server = foreign_server_predict(foreign);
        count = foreign_server_limits(foreign, values);
    }
    foreign_server_close(foreign);
    return count;
}

static void find_target(const struct time_server *server, const struct run_spec *spec, struct predict_case *run,
                        struct target *target)
{
    struct err err;
    struct net_address own;
    time_server_address(server, &own);
    const bool known = needs_no_lookup(spec->target) && target_guess(spec->target, &own, target, &err) == RESULT_OK;
    run->loopback = known ? net_list_loopback(target->addresses) : NET_LOOPBACK_NOT;
    run->server.known = target->is_own;
}

/* The generator's limits are those of the panel, whose child it is and which raises the same ones; then the run's. */
enum result limit_snapshot_take(const struct limit_sides *sides, enum time_model model, const struct run_spec *spec,
                                struct limit_snapshot *snapshot, struct err *err)
{
    struct time_stats stats;
    (void)source_want();
    time_server_stats(sides->server, &stats);
    snapshot->spec = *spec;
    snapshot->run = (struct predict_case){
        .spec = &snapshot->spec,
        .server = run_verdict_server(&stats, model != TIME_MODEL_COUNT ? model : stats.model),
        .cores = cores_usable(),
        .elsewhere = sides->has_hosts && spec->ranks > 1,
        .terms = limit_terms_read("", "self"),
    };
    snapshot->target = (struct target){.is_own = false};
    find_target(sides->server, &snapshot->spec, &snapshot->run, &snapshot->target);
    snapshot->count = limits_read(LIMIT_SIDE_CLIENT, stats.backlog, snapshot->values);
    predict_confine(&snapshot->spec, snapshot->values, snapshot->count);
    struct limit_value *const of_server = snapshot->values + snapshot->count;
    const size_t foreign = read_foreign(&snapshot->target, &snapshot->run, of_server);
    snapshot->count += foreign > 0 ? foreign : limits_read(LIMIT_SIDE_SERVER, stats.backlog, of_server);
    const int want = source_want();
    return want == 0 ? RESULT_OK : err_system(err, want, "reading the limits");
}
