#include "server/lab/experiment/proof.h"

#include <inttypes.h>
#include <stdlib.h>

#include "db/store_parts.h"
#include "loadgen/contract/run_rlimits.h"
#include "server/lab/run/limit_snapshot.h"

/* The limit that can be lowered for one child; NULL when what stopped the run is none of them. */
static const struct run_rlimit *find_lowerable(const struct verdict *verdict)
{
    const struct run_rlimit *const row = run_rlimit_find(verdict->limit);
    return row != NULL && verdict_names(verdict, row->id, LIMIT_SIDE_CLIENT) ? row : NULL;
}

/* Sets the field to three quarters of `from`, or to the least that it takes. Returns the limit that this makes. */
static uint64_t lower(struct run_spec *spec, const struct run_rlimit *row, uint64_t from)
{
    const struct run_field *const field = row->field;
    const uint64_t quarters = from / 4 * 3 / row->unit;
    const uint64_t value = quarters > field->min ? quarters : field->min;
    *(uint64_t *)run_field_member(spec, field) = value;
    return value * row->unit;
}

/* What the limit lost, in clients. */
static enum result count_lost(const struct limit_sides *sides, const struct plan *plan, uint64_t *lost, struct err *err)
{
    struct limit_snapshot snapshot;
    const struct plan_proof *const proof = &plan->proof;
    struct run_spec spec;
    plan_run(plan, plan->spec.mode, plan->max, &spec);
    *lost = 0;
    if (limit_snapshot_take(sides, TIME_MODEL_COUNT, &spec, &snapshot, err) != RESULT_OK) {
        return err->code;
    }
    uint64_t none = 0;
    uint64_t one = 0; /* client of each generator */
    const struct limit_value *const value =
        limit_find(snapshot.values, snapshot.count, proof->limit, LIMIT_SIDE_CLIENT);
    if (value != NULL && predict_taken(&snapshot.run, value, 0, &none) &&
        predict_taken(&snapshot.run, value, spec.ranks, &one) && one > none) {
        *lost = (proof->from - proof->to) * spec.ranks / (one - none);
    }
    return RESULT_OK;
}

static enum result refuse(const struct run *run, struct err *err, const char *why)
{
    return err_field(err, "run", "run %" PRId64 " %s", run->id, why);
}

static enum result plan_from_run(const struct run *run, struct plan *plan, struct err *err)
{
    const struct run_rlimit *const row = find_lowerable(&run->verdict);
    if (!run_status_is_over(run->status)) {
        return refuse(run, err, "is not over");
    }
    if (row == NULL || run->verdict.value == 0) {
        return refuse(run, err,
                      "names no limit that can be lowered for its load generator alone: RLIMIT_NOFILE, RLIMIT_NPROC or "
                      "RLIMIT_AS of the client side");
    }
    if (!run->spec.hold) {
        return refuse(run, err, "is not held: how many of its clients are alive at the same time is left to chance");
    }
    plan->spec = run->spec;
    plan->max = run->spec.count;
    plan->has_hold = plan->has_timeout = true;
    plan->proof.limit = row->id;
    plan->proof.from = run->verdict.value;
    plan->proof.to = lower(&plan->spec, row, plan->proof.from);
    if (plan->proof.to >= plan->proof.from) {
        return refuse(run, err, "cannot be proved: its limit is as low already as a run can have it");
    }
    return RESULT_OK;
}

enum result proof_prepare(struct store *store, const struct limit_sides *sides, struct plan *plan, struct err *err)
{
    if (plan->proof.run == 0) {
        return err_field(err, "run", "run is required: the run whose limit is to be proved");
    }
    if (plan->has_more) {
        return err_field(err, "run", "a proof takes everything but kind and run from the run that it is about");
    }
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    uint64_t lost = 0;
    enum result result = store_run_get(store, (int64_t)plan->proof.run, run, err);
    if (result == RESULT_OK) {
        result = plan_from_run(run, plan, err);
    }
    if (result == RESULT_OK) {
        result = count_lost(sides, plan, &lost, err);
    }
    if (result == RESULT_OK) {
        const uint64_t carried = run->totals.completed;
        plan->proof.expected = carried > lost ? carried - lost : 0;
        if (lost == 0 || plan->proof.expected == 0) {
            result = refuse(run, err, "carried too few clients: with its limit lowered none would be left");
        }
    }
    free(run);
    return result;
}

enum result proof_keep(struct store *store, const struct plan *plan, int64_t experiment, uint64_t ceiling,
                       struct run *run, struct err *err)
{
    const struct plan_proof *const proof = &plan->proof;
    if (store_run_get(store, (int64_t)proof->run, run, err) != RESULT_OK) {
        return err->code;
    }
    run->verdict.certainty = CERTAINTY_PROVED;
    verdict_add(&run->verdict, (struct fact){.kind = FACT_PROOF,
                                             .numbers = {(uint64_t)experiment, proof->to, proof->expected, ceiling}});
    return store_run_verdict_put(store, run, err);
}
