#include "server/lab/experiment/experiment_outlook.h"

#include <stdio.h>
#include <string.h>

#include "base/figures.h"
#include "server/lab/run/limit_snapshot.h"

#define MS_PER_MINUTE 60000

/* --- predictions --- */

static void note_limit(const struct limit_snapshot *snapshot, const struct prediction *prediction, enum run_mode mode,
                       uint64_t most, struct experiment_outlook *outlook)
{
    const struct predict_ceiling *const ceiling = prediction->ceilings;
    if (prediction->count == 0 || ceiling->clients >= most || ceiling->limit == LIMIT_COUNT) {
        return;
    }
    const struct limit_value *const value =
        limit_find(snapshot->values, snapshot->count, ceiling->limit, ceiling->side);
    if (value == NULL || value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET) {
        return;
    }
    size_t i = 0;
    while (i < outlook->limit_count && outlook->limits[i].id != value->id) {
        i++;
    }
    if (i == outlook->limit_count) {
        outlook->limits[outlook->limit_count++] =
            (struct outlook_limit){.id = value->id, .side = value->side, .scope = value->scope, .value = value->value};
    }
    outlook->limits[i].modes[mode] = true;
}

/* Of a search. */
static enum result predict_search(const struct limit_sides *sides, const struct plan *plan,
                                  struct predictions *predictions, struct experiment_outlook *outlook, struct err *err)
{
    struct limit_snapshot snapshot;
    struct run_spec spec;
    const enum run_mode mode = plan->spec.mode;
    plan_run(plan, mode, plan->max, &spec);
    if (mode == MODE_POOL && spec.hold && !plan->has_pool_size) {
        spec.pool_size = PLAN_POOL_MOST; /* else a small `max` would be taken for what stops it */
    }
    if (limit_snapshot_take(sides, TIME_MODEL_COUNT, &spec, &snapshot, err) != RESULT_OK) {
        return err->code;
    }
    predict(&snapshot.run, snapshot.values, snapshot.count, &predictions->of[mode]);
    predictions->known[mode] = true;
    if (outlook != NULL) {
        note_limit(&snapshot, &predictions->of[mode], mode, plan->max, outlook);
    }
    return RESULT_OK;
}

enum result experiment_predict(const struct limit_sides *sides, const struct plan *plan,
                               struct predictions *predictions, struct experiment_outlook *outlook, struct err *err)
{
    const struct strategy *const strategy = strategy_of(plan->kind);
    const struct findings none = {.plan = plan};
    enum result result = RESULT_OK;
    memset(predictions, 0, sizeof *predictions);
    if (strategy->found != NULL) {
        return predict_search(sides, plan, predictions, outlook, err);
    }
    for (size_t i = 0; strategy->part_count != NULL && i < strategy->part_count(plan) && result == RESULT_OK; i++) {
        struct strategy_part part;
        strategy->part(&none, i, 0, &part);
        if (strategy_of(part.plan.kind)->found != NULL) {
            result = predict_search(sides, &part.plan, predictions, outlook, err);
        }
    }
    return result;
}

/* --- the outlook --- */

/* "kernel.pid_max 32,768 of the machine" */
static size_t name_limits(const struct experiment_outlook *outlook, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < outlook->limit_count && used < size; i++) {
        static const char *const of[LIMIT_SCOPE_COUNT] = {
            [LIMIT_SCOPE_MACHINE] = "machine", [LIMIT_SCOPE_USER] = "user", [LIMIT_SCOPE_CGROUP] = "control group"};
        const struct outlook_limit *const limit = &outlook->limits[i];
        const char *const joint = i == 0 ? "" : i + 1 < outlook->limit_count ? ", " : " and ";
        char value[FIGURE_SIZE];
        used += (size_t)snprintf(text + used, size - used, "%s%s %s of the %s", joint, limit_name(limit->id),
                                 figure_number(limit->value, value), of[limit->scope]);
    }
    return used;
}

static void describe(const struct plan *plan, struct experiment_outlook *outlook)
{
    char runs[FIGURE_SIZE];
    char minutes[FIGURE_SIZE];
    char most[64] = "";
    char limits[320];
    const uint64_t about = (outlook->runs.ms + MS_PER_MINUTE - 1) / MS_PER_MINUTE;
    if (plan->minutes != 0) {
        char bound[FIGURE_SIZE];
        snprintf(most, sizeof most, " After %s minute%s no further run begins.", figure_number(plan->minutes, bound),
                 plan->minutes == 1 ? "" : "s");
    }
    const int length =
        snprintf(outlook->sentence, sizeof outlook->sentence, "About %s run%s, which may take about %s minute%s.%s",
                 figure_number(outlook->runs.runs, runs), outlook->runs.runs == 1 ? "" : "s",
                 figure_number(about, minutes), about == 1 ? "" : "s", most);
    if (name_limits(outlook, limits, sizeof limits) > 0 && length > 0) {
        snprintf(outlook->sentence + length, sizeof outlook->sentence - (size_t)length,
                 " A ceiling is where nothing is left of a limit: while it is searched, %s %s used up for seconds at a "
                 "time, and other programs that need it fail meanwhile.",
                 limits, outlook->limit_count == 1 ? "is" : "are");
    }
}

enum result experiment_look_ahead(const struct limit_sides *sides, const struct plan *plan,
                                  struct experiment_outlook *outlook, struct err *err)
{
    struct predictions predictions;
    struct findings findings = {.plan = plan};
    memset(outlook, 0, sizeof *outlook);
    if (experiment_predict(sides, plan, &predictions, outlook, err) != RESULT_OK) {
        return err->code;
    }
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        findings.predicted_by_mode[mode] = predictions_ceiling(&predictions, mode);
        findings.waits_by_mode[mode] = predictions_waits(&predictions, mode);
    }
    findings.predicted =
        plan->kind == EXPERIMENT_PROOF ? plan->proof.expected : predictions_ceiling(&predictions, plan->spec.mode);
    outlook->runs = strategy_look_ahead(strategy_of(plan->kind), &findings);
    if (outlook->runs.runs == 0) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the outlook of an experiment");
    }
    describe(plan, outlook);
    return RESULT_OK;
}
