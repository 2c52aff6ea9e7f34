#include "server/lab/experiment/proof.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "db/store_amend.h"
#include "server/lab/run/limit_snapshot.h"

#define MIB (1024ULL * 1024)
#define CERTAINTY "proved by experiment"

/* The limits that can be lowered for one child, and by which field of a run. */
static const struct lowerable {
    enum limit_id id;
    size_t offset; /* of the field */
    uint64_t unit; /* what the field counts in */
} lowerables[] = {
    {LIMIT_NOFILE, offsetof(struct run_spec, limit_nofile), 1},
    {LIMIT_NPROC, offsetof(struct run_spec, limit_nproc), 1},
    {LIMIT_AS, offsetof(struct run_spec, limit_as_mib), MIB},
};

/* NULL when it is none of them, or of the server's side. `limit` as its run has it; may be NULL. */
static const struct lowerable *find_lowerable(const cJSON *limit)
{
    const enum limit_id id = limit_from_name(json_text_of(limit, "name"));
    const char *const side = json_text_of(limit, "side");
    const bool of_client = side != NULL && strcmp(side, limit_side_name(LIMIT_SIDE_CLIENT)) == 0;
    for (size_t i = 0; of_client && i < COUNT_OF(lowerables); i++) {
        if (lowerables[i].id == id) {
            return &lowerables[i];
        }
    }
    return NULL;
}

static void set_limit(struct run_spec *spec, const struct lowerable *row, uint64_t value)
{
    *(uint64_t *)(void *)((char *)spec + row->offset) = value / row->unit;
}

/* What the limit lost, in clients. */
static enum result count_lost(const struct time_server *server, const struct plan *plan, uint64_t *lost,
                              struct err *err)
{
    struct limit_snapshot snapshot;
    const struct plan_proof *const proof = &plan->proof;
    struct run_spec spec;
    plan_run(plan, plan->spec.mode, plan->max, &spec);
    *lost = 0;
    if (limit_snapshot_take(server, TIME_MODEL_COUNT, &spec, &snapshot, err) != RESULT_OK) {
        return err->code;
    }
    for (size_t i = 0; i < snapshot.count; i++) {
        const struct limit_value *const value = &snapshot.values[i];
        uint64_t none = 0;
        uint64_t one = 0;
        if (value->id == proof->limit && value->side == LIMIT_SIDE_CLIENT &&
            predict_taken(&snapshot.asked, value, 0, &none) && predict_taken(&snapshot.asked, value, 1, &one) &&
            one > none) {
            *lost = (proof->from - proof->to) / (one - none);
            break;
        }
    }
    return RESULT_OK;
}

static enum result refuse(const struct run *run, struct err *err, const char *why)
{
    return err_field(err, "run", "run %" PRId64 " %s", run->id, why);
}

static enum result plan_from_run(const struct run *run, const cJSON *limit, struct plan *plan, struct err *err)
{
    const double value = json_number_of(limit, "value");
    const struct lowerable *const row = find_lowerable(limit);
    if (!run_status_is_over(run->status)) {
        return refuse(run, err, "is not over");
    }
    if (row == NULL || !(value >= 1)) {
        return refuse(run, err,
                      "names no limit that can be lowered for its load generator alone: RLIMIT_NOFILE, RLIMIT_NPROC or "
                      "RLIMIT_AS of the client side");
    }
    if (!run->spec.hold) {
        return refuse(run, err, "is not held: how many of its clients live at the same time is chance");
    }
    plan->spec = run->spec;
    plan->max = run->spec.count;
    plan->has_hold = plan->has_timeout = true;
    plan->proof.limit = row->id;
    plan->proof.from = (uint64_t)value;
    plan->proof.to = plan->proof.from / 4 * 3 / row->unit * row->unit;
    set_limit(&plan->spec, row, plan->proof.to);
    return RESULT_OK;
}

enum result proof_prepare(struct store *store, const struct time_server *server, struct plan *plan, struct err *err)
{
    if (plan->proof.run == 0) {
        return err_field(err, "run", "run is required: the run whose limit is to be proved");
    }
    if (plan->has_more) {
        return err_field(err, "run", "a proof takes all but kind and run from the run that it is about");
    }
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    uint64_t lost = 0;
    enum result result = store_run_get(store, (int64_t)plan->proof.run, run, err);
    if (result == RESULT_OK) {
        cJSON *limit = NULL;
        result = json_read_stored(run->limit, &limit) ? plan_from_run(run, limit, plan, err)
                                                      : err_set(err, RESULT_NO_MEMORY, "no memory for a run's limit");
        cJSON_Delete(limit);
    }
    if (result == RESULT_OK) {
        result = count_lost(server, plan, &lost, err);
    }
    if (result == RESULT_OK) {
        const uint64_t carried = run->totals.completed;
        plan->proof.expected = carried > lost ? carried - lost : 0;
        if (lost == 0 || plan->proof.expected == 0) {
            result = refuse(run, err, "carried too few clients: none would be left with a quarter less of its limit");
        }
    }
    free(run);
    return result;
}

static bool add_proof(cJSON *limit, const struct plan_proof *proof, int64_t experiment, uint64_t ceiling)
{
    cJSON *const item = cJSON_AddObjectToObject(limit, "proof");
    return item != NULL && cJSON_AddNumberToObject(item, "experiment", (double)experiment) != NULL &&
           cJSON_AddNumberToObject(item, "lowered_to", (double)proof->to) != NULL &&
           cJSON_AddNumberToObject(item, "expected", (double)proof->expected) != NULL &&
           cJSON_AddNumberToObject(item, "ceiling", (double)ceiling) != NULL;
}

static bool rewrite(struct run *run, const struct plan_proof *proof, int64_t experiment, uint64_t ceiling)
{
    cJSON *const limit = cJSON_Parse(run->limit);
    cJSON *const certainty = cJSON_GetObjectItemCaseSensitive(limit, "certainty");
    cJSON_DeleteItemFromObjectCaseSensitive(limit, "proof");
    char *text = NULL;
    if (certainty != NULL && cJSON_SetValuestring(certainty, CERTAINTY) != NULL &&
        add_proof(limit, proof, experiment, ceiling)) {
        text = cJSON_PrintUnformatted(limit);
    }
    const bool fits = text != NULL && strlen(text) < sizeof run->limit;
    if (fits) {
        memcpy(run->limit, text, strlen(text) + 1);
    }
    cJSON_free(text);
    cJSON_Delete(limit);
    return fits;
}

enum result proof_keep(struct store *store, const struct plan *plan, int64_t experiment, uint64_t ceiling,
                       struct run *run, struct err *err)
{
    if (store_run_get(store, (int64_t)plan->proof.run, run, err) != RESULT_OK) {
        return err->code;
    }
    return rewrite(run, &plan->proof, experiment, ceiling)
               ? store_run_limit_put(store, run->id, run->limit, err)
               : err_set(err, RESULT_NO_MEMORY, "no room for what a proof found of run %" PRId64, run->id);
}
