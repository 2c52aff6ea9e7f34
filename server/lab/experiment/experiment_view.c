#include "server/lab/experiment/experiment_view.h"

#include <stdlib.h>
#include <string.h>

#include "server/lab/experiment/experiment_plan.h"

struct gathering {
    struct experiment_view *view;
    size_t room;
    bool failed;
};

static bool keep(const struct experiment_run *run, void *arg)
{
    struct gathering *const gathering = arg;
    struct experiment_view *const view = gathering->view;
    if (view->count == gathering->room) {
        const size_t room = gathering->room == 0 ? 16 : gathering->room * 2;
        struct experiment_run *const more = reallocarray(view->runs, room, sizeof *more);
        if (more == NULL) {
            gathering->failed = true;
            return false;
        }
        view->runs = more;
        gathering->room = room;
    }
    view->runs[view->count++] = *run;
    return true;
}

/* A run in which the generator itself failed counts: a limit may have been the reason. */
static bool counts(const struct experiment_run *run)
{
    return run->status == RUN_STATUS_COMPLETED || run->status == RUN_STATUS_FAILED;
}

/* The pauses between its runs count, up to this, and not the time in which the panel was down. */
#define PAUSE_MOST_MS 120000

static uint64_t elapsed_ms(const struct experiment_run *runs, size_t count)
{
    uint64_t elapsed = 0;
    for (size_t i = 0; i < count; i++) {
        const int64_t before = i > 0 ? runs[i - 1].started_ms + (int64_t)runs[i - 1].took_ms : runs[i].started_ms;
        const int64_t pause = runs[i].started_ms - before;
        elapsed += runs[i].took_ms + (uint64_t)(pause > 0 && pause <= PAUSE_MOST_MS ? pause : 0);
    }
    return elapsed;
}

static struct findings findings_of(const struct experiment *experiment, const struct experiment_view *view,
                                   size_t counted)
{
    const struct plan *const plan = &view->plan;
    struct findings findings = {
        .plan = plan, .runs = view->counted, .count = counted, .elapsed_ms = elapsed_ms(view->counted, counted)};
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        findings.predicted_by_mode[mode] = predictions_ceiling(&experiment->predictions, mode);
        findings.waits_by_mode[mode] = predictions_waits(&experiment->predictions, mode);
    }
    findings.predicted = plan->kind == EXPERIMENT_PROOF
                             ? plan->proof.expected
                             : predictions_ceiling(&experiment->predictions, plan->spec.mode);
    return findings;
}

static enum result load_runs(struct store *store, int64_t id, struct experiment_view *view, struct err *err)
{
    struct gathering gathering = {.view = view};
    if (store_experiment_runs_each(store, id, keep, &gathering, err) != RESULT_OK) {
        return err->code;
    }
    view->counted = gathering.failed ? NULL : calloc(view->count + 1, sizeof *view->counted);
    if (view->counted == NULL) {
        err_set(err, RESULT_NO_MEMORY, "no memory for the runs of an experiment");
        return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

enum result experiment_view_load(struct store *store, const struct experiment *experiment, struct experiment_view *view,
                                 struct err *err)
{
    size_t counted = 0;
    memset(view, 0, sizeof *view);
    if (plan_restore(experiment->asked, &view->plan, err) != RESULT_OK ||
        load_runs(store, experiment->id, view, err) != RESULT_OK) {
        experiment_view_free(view);
        return err->code;
    }
    for (size_t i = 0; i < view->count; i++) {
        if (counts(&view->runs[i])) {
            view->counted[counted++] = view->runs[i];
        }
    }
    view->findings = findings_of(experiment, view, counted);
    return RESULT_OK;
}

void experiment_view_free(struct experiment_view *view)
{
    free(view->runs);
    free(view->counted);
    view->runs = view->counted = NULL;
}

void experiment_view_progress(const struct experiment_view *view, enum run_status status,
                              struct experiment_progress *progress)
{
    const struct findings *const findings = &view->findings;
    const struct strategy *const strategy = strategy_of(view->plan.kind);
    const bool over = run_status_is_over(status);
    struct strategy_part part;
    *progress =
        (struct experiment_progress){.done = findings->count, .part = EXPERIMENT_KIND_COUNT, .mode = MODE_COUNT};
    if (over && (status == RUN_STATUS_COMPLETED || strategy->row == NULL)) {
        return; /* what a search that was cancelled would still have run is not known */
    }
    progress->left = strategy->left(findings, &progress->ms_left);
    progress->ms_left = over ? 0 : progress->ms_left;
    if (!over && strategy->part != NULL) {
        progress->part_index = strategy_survey_now(findings, &part);
        const bool is_at_part = progress->part_index < strategy->part_count(&view->plan);
        progress->part = is_at_part ? part.plan.kind : EXPERIMENT_KIND_COUNT;
        progress->mode = is_at_part ? part.plan.spec.mode : MODE_COUNT;
    }
}

int64_t experiment_view_pending(const struct experiment_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        if (!run_status_is_over(view->runs[i].status)) {
            return view->runs[i].id;
        }
    }
    return 0;
}

int64_t experiment_view_started(const struct experiment_view *view)
{
    int64_t started_ms = 0;
    for (size_t i = 0; i < view->count && started_ms == 0; i++) {
        started_ms = view->runs[i].started_ms;
    }
    return started_ms;
}

int64_t experiment_view_cancelled(const struct experiment_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        if (view->runs[i].status == RUN_STATUS_CANCELLED) {
            return view->runs[i].id;
        }
    }
    return 0;
}
