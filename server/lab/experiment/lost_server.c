#include "server/lab/experiment/lost_server.h"

#include <string.h>

/* A single run without an answer may be a disturbance. */
#define RUNS_IN_VAIN 2

/* The others of several targets go on. */
static bool has_ended(const struct experiment_run *run)
{
    return run->verdict.kind == VERDICT_CAUSE && verdict_fact(&run->verdict, FACT_TARGETS) == NULL &&
           (run->verdict.reason == REASON_WENT_AWAY || run->verdict.reason == REASON_NOBODY_LISTENS);
}

/* Not one of so many clients as had been served before. */
static bool is_in_vain(const struct experiment_run *run, uint64_t served_most)
{
    return run->completed == 0 && run->count <= served_most && run->verdict.side != FACT_SIDE_CLIENT;
}

struct server_loss server_loss_find(const struct findings *findings)
{
    struct server_loss loss = {.shown = findings->count};
    uint64_t served_most = 0;
    size_t served = 0; /* runs until the last that completed a client */
    unsigned in_vain = 0;
    if (strcmp(findings->plan->spec.target, RUN_TARGET_BUILTIN) == 0) {
        return loss;
    }
    for (size_t i = 0; i < findings->count && !loss.lost; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        in_vain = is_in_vain(run, served_most) ? in_vain + 1 : 0;
        served = run->completed > 0 ? i + 1 : served;
        served_most = run->completed > served_most ? run->completed : served_most;
        loss.lost = has_ended(run) || in_vain == RUNS_IN_VAIN;
    }
    if (loss.lost && served > 0) {
        loss.shown = served;
        loss.after_run = findings->runs[served - 1].id;
    }
    return loss;
}
