/* One run. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/figures.h"
#include "db/store.h"
#include "db/store_parts.h"
#include "loadgen/display/summary.h"
#include "server/command/outcome.h"
#include "server/lab/json/run_json.h"

#define NS_IN_MS 1e6

/* A run is too large for a stack that may be small. */
static struct run *make_run(struct err *err)
{
    struct run *const run = calloc(1, sizeof *run);
    if (run == NULL) {
        err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    return run;
}

static enum result submit(struct lab *lab, struct plan *plan, int64_t *id, struct err *err)
{
    struct run *const run = make_run(err);
    if (run == NULL) {
        return err->code;
    }
    const enum result result = run_queue_submit(lab->queue, &plan->spec, 0, run, err);
    *id = run->id;
    free(run);
    return result;
}

static enum result cancel(struct lab *lab, int64_t id, struct err *err)
{
    struct run *const run = make_run(err);
    if (run == NULL) {
        return err->code;
    }
    const enum result result = run_queue_cancel(lab->queue, id, run, err);
    free(run);
    return result;
}

static enum result status_of(struct store *store, int64_t id, enum run_status *status, struct err *err)
{
    struct run *const run = make_run(err);
    if (run == NULL) {
        return err->code;
    }
    const enum result result = store_run_get(store, id, run, err);
    *status = run->status;
    free(run);
    return result;
}

/* --- what it came to --- */

static enum result add_text(struct store *store, const struct run *run, enum language language, struct outcome *outcome,
                            struct err *err)
{
    struct hist *const hist = calloc(LATENCY_COUNT, sizeof *hist);
    if (hist == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    const enum result result = store_histogram_get(store, run->id, hist, err);
    struct summary summary = run_summary(run);
    summary.histogram = result == RESULT_OK ? &hist[LATENCY_CLIENT] : NULL;
    summary.utf8 = figure_locale_is_utf8();
    summary.language = language;
    summary_format(&summary, &outcome->text);
    free(hist);
    return result == RESULT_OK || result == RESULT_NOT_FOUND || result == RESULT_INVALID ? RESULT_OK : result;
}

static void measure(const struct run *run, struct measured *measured)
{
    measured_init(measured);
    const struct latency *const latency = &run->latency[LATENCY_CLIENT];
    snprintf(measured->name, sizeof measured->name, "%s, %" PRIu64 " client%s", run_mode_name(run->spec.mode),
             run->spec.count, run->spec.count == 1 ? "" : "s");
    measured->count = run->spec.count;
    measured->took_ms = run->duration_us / 1000;
    measured->of[THRESHOLD_MAX_FAILED] = (double)(run->totals.failed + run->totals.not_started);
    measured->of[THRESHOLD_MIN_RATE] = run_clients_per_s(run);
    measured->of[THRESHOLD_P99_MS] = latency->count > 0 ? (double)latency->p99_ns / NS_IN_MS : NAN;
    measured_set_verdict(measured, &run->verdict);
}

static enum result describe(struct store *store, const struct run *run, enum language language, struct outcome *outcome,
                            struct err *err)
{
    outcome->status = run->status;
    snprintf(outcome->message, sizeof outcome->message, "%s", run->message);
    outcome->json = run_to_json(run, language);
    outcome->measured = calloc(1, sizeof *outcome->measured);
    if (outcome->json == NULL || outcome->measured == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    outcome->count = 1;
    measure(run, outcome->measured);
    return add_text(store, run, language, outcome, err);
}

static enum result collect(struct store *store, int64_t id, enum language language, struct outcome *outcome,
                           struct err *err)
{
    struct run *const run = make_run(err);
    if (run == NULL) {
        return err->code;
    }
    enum result result = store_run_get(store, id, run, err);
    if (result == RESULT_OK) {
        result = describe(store, run, language, outcome, err);
    }
    free(run);
    return result;
}

const struct task task_run = {.submit = submit, .cancel = cancel, .status = status_of, .collect = collect};
