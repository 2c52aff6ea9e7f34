/* One experiment: a search, a table of runs, or a survey, which consists of both. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/figures.h"
#include "loadgen/display/summary.h"
#include "server/command/outcome.h"
#include "server/lab/experiment/survey_result.h"
#include "server/lab/json/run_json.h"

static enum result submit(struct lab *lab, struct plan *plan, int64_t *id, struct err *err)
{
    struct experiment experiment;
    const enum result result = experiments_submit(lab->experiments, plan, &experiment, err);
    *id = result == RESULT_OK ? experiment.id : 0;
    return result;
}

static enum result cancel(struct lab *lab, int64_t id, struct err *err)
{
    struct experiment experiment;
    return experiments_cancel(lab->experiments, id, &experiment, err);
}

/* The run of an experiment that was cancelled ends a little after it. */
static enum result status_of(struct store *store, int64_t id, enum run_status *status, struct err *err)
{
    struct experiment experiment;
    struct experiment_view view;
    if (store_experiment_get(store, id, &experiment, err) != RESULT_OK) {
        return err->code;
    }
    *status = experiment.status;
    if (*status != RUN_STATUS_CANCELLED) {
        return RESULT_OK;
    }
    if (experiment_view_load(store, &experiment, &view, err) != RESULT_OK) {
        return err->code;
    }
    *status = experiment_view_pending(&view) != 0 ? RUN_STATUS_RUNNING : RUN_STATUS_CANCELLED;
    experiment_view_free(&view);
    return RESULT_OK;
}

/* --- how far it is --- */

/* ", 1 min 10 s left" */
static void add_time_left(uint64_t ms, struct buf *text)
{
    const uint64_t seconds = (ms + 999) / 1000;
    if (seconds >= 60) {
        buf_printf(text, ", %" PRIu64 " min %" PRIu64 " s left", seconds / 60, seconds % 60);
    } else {
        buf_printf(text, ", %" PRIu64 " s left", seconds);
    }
}

/* "mode 2 of 4 (pool): run 7 of about 26, 1 min 10 s left" */
static void write_progress(const struct experiment_view *view, const struct experiment_progress *at, struct buf *text)
{
    char run[FIGURE_SIZE];
    char planned[FIGURE_SIZE];
    if (at->mode < MODE_COUNT) {
        buf_printf(text, "mode %zu of %zu (%s): ", at->part_index, view->plan.mode_count, run_mode_name(at->mode));
    } else if (at->part == EXPERIMENT_CLASSIC) {
        buf_text(text, "classic loads: ");
    }
    buf_printf(text, "run %s of %s%s", figure_number(at->done + 1, run),
               strategy_of(view->plan.kind)->row != NULL ? "" : "about ", figure_number(at->done + at->left, planned));
    if (at->done > 0) {
        add_time_left(at->ms_left, text);
    }
}

static void progress_of(struct store *store, int64_t id, char *text, size_t size)
{
    struct err err;
    struct experiment experiment;
    struct experiment_view view;
    struct experiment_progress at;
    struct buf line = BUF_INIT;
    if (store_experiment_get(store, id, &experiment, &err) != RESULT_OK ||
        experiment_view_load(store, &experiment, &view, &err) != RESULT_OK) {
        return;
    }
    experiment_view_progress(&view, false, &at);
    if (experiment.status == RUN_STATUS_RUNNING && at.left > 0) {
        write_progress(&view, &at, &line);
    }
    if (line.length > 0 && !line.failed) {
        snprintf(text, size, "%s", line.bytes);
    }
    buf_free(&line);
    experiment_view_free(&view);
}

/* --- what a search found --- */

static uint64_t took_ms(const struct experiment *experiment)
{
    const int64_t ms = experiment->finished_ms - experiment->started_ms;
    return experiment->started_ms > 0 && ms > 0 ? (uint64_t)ms : 0;
}

static void add_figure(const char *name, uint64_t value, struct outcome *outcome)
{
    char number[FIGURE_SIZE];
    buf_printf(&outcome->text, "  %-16s %14s\n", name, value > 0 ? figure_number(value, number) : "-");
}

/* `ceiling`: NaN where it was not found. */
static void measure_search(const struct search_result *found, double ceiling, uint64_t took, struct outcome *outcome)
{
    struct measured *const measured = &outcome->measured[outcome->count++];
    measured_init(measured);
    snprintf(measured->name, sizeof measured->name, "ceiling of mode %s", run_mode_name(found->mode));
    measured->of[THRESHOLD_MIN_CEILING] = ceiling;
    measured->count = found->ceiling;
    measured->took_ms = took;
    measured_set_verdict(measured, &found->verdict);
}

static void add_search(const struct experiment *experiment, const struct experiment_view *view, struct outcome *outcome)
{
    struct search_result found;
    strategy_of(view->plan.kind)->found(&view->findings, &found);
    measure_search(&found, (double)found.ceiling, took_ms(experiment), outcome);
    buf_printf(&outcome->text, "%s\n", found.sentence);
    summary_add_verdict(&found.verdict, &outcome->text);
    buf_printf(&outcome->text, "\nceiling (mode %s%s)\n  %-16s %14" PRIu64 "\n", run_mode_name(found.mode),
               view->plan.spec.hold ? ", held" : "", "completes", found.ceiling);
    add_figure("fails at", found.fails_at, outcome);
    add_figure("predicted", view->findings.predicted, outcome);
    add_figure("runs", view->findings.count, outcome);
    buf_printf(&outcome->text, "  %-16s %14.1f s\n", "took", (double)took_ms(experiment) / 1e3);
}

/* --- what a table came to --- */

static void write_row(const struct table_row *row, const char *stopped, struct buf *text)
{
    char cell[4][FIGURE_SIZE];
    buf_printf(text, "%-8s %11s %5" PRIu64 " %12s %12s %14s  %s\n", run_mode_name(row->mode),
               figure_number(row->count, cell[0]), row->runs, figure_number(row->completed, cell[1]),
               figure_number(row->failed, cell[2]), figure_number((uint64_t)row->median, cell[3]), stopped);
}

static void measure_row(const struct table_row *row, struct measured *measured)
{
    measured_init(measured);
    snprintf(measured->name, sizeof measured->name, "%s, %" PRIu64 " clients", run_mode_name(row->mode), row->count);
    measured->count = row->count * row->runs;
    measured->of[THRESHOLD_MAX_FAILED] = (double)(measured->count - row->completed); /* never started ones, too */
    measured->of[THRESHOLD_MIN_RATE] = row->median;
    if (row->verdict != NULL) {
        measured_set_verdict(measured, row->verdict);
    }
}

/* `measured`: room for each row; NULL: only the text. Returns how many there are. */
static size_t add_table(const struct findings *findings, struct buf *text, struct measured *measured)
{
    const struct strategy *const strategy = strategy_of(findings->plan->kind);
    size_t count = 0;
    buf_printf(text, "%-8s %11s %5s %12s %12s %14s  %s\n", "mode", "clients", "runs", "completed", "failed",
               "completed/s", "why");
    for (size_t i = 0; i < strategy->row_count(findings->plan); i++) {
        struct table_row row;
        struct measured cell;
        strategy->row(findings, i, &row);
        if (row.runs == 0) {
            continue;
        }
        measure_row(&row, &cell);
        write_row(&row, cell.stopped, text);
        if (measured != NULL) {
            measured[count++] = cell;
        }
    }
    return count;
}

/* --- what a survey came to --- */

/* The classic loads have no threshold: what stops them is what the survey is to find. */
static enum result add_survey(const struct experiment *experiment, const struct findings *findings,
                              struct outcome *outcome, struct err *err)
{
    struct survey_result *const survey = survey_result_make(findings, true);
    if (survey == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < survey->mode_count; i++) {
        const struct survey_mode *const mode = &survey->modes[i];
        buf_printf(&outcome->text, "%s\n", mode->sentence);
        const bool is_found = mode->state == PART_MEASURED;
        measure_search(&mode->found, is_found ? (double)mode->found.ceiling : NAN, took_ms(experiment), outcome);
        if (is_found) {
            summary_add_verdict(&mode->found.verdict, &outcome->text);
        }
        buf_text(&outcome->text, "\n");
    }
    buf_printf(&outcome->text, "%s%s", survey->sentence, survey->sentence[0] != '\0' ? "\n\n" : "");
    (void)add_table(&survey->classic.findings, &outcome->text, NULL);
    free(survey);
    return RESULT_OK;
}

static enum result describe(const struct experiment *experiment, const struct experiment_view *view,
                            struct outcome *outcome, struct err *err)
{
    const struct strategy *const strategy = strategy_of(view->plan.kind);
    const size_t parts = strategy->row != NULL    ? strategy->row_count(&view->plan)
                         : strategy->part != NULL ? MODE_COUNT
                                                  : 1;
    outcome->measured = calloc(parts + 1, sizeof *outcome->measured);
    if (outcome->measured == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    if (view->findings.count == 0) {
        buf_printf(&outcome->text, "No run of the experiment has ended.\n");
        return RESULT_OK;
    }
    if (strategy->part != NULL) {
        return add_survey(experiment, &view->findings, outcome, err);
    }
    if (strategy->found != NULL) {
        add_search(experiment, view, outcome);
    } else {
        outcome->count = add_table(&view->findings, &outcome->text, outcome->measured);
    }
    return RESULT_OK;
}

static enum result collect(struct store *store, int64_t id, enum language language, struct outcome *outcome,
                           struct err *err)
{
    struct experiment experiment;
    struct experiment_view view;
    if (store_experiment_get(store, id, &experiment, err) != RESULT_OK ||
        experiment_to_json(store, &experiment, language, &outcome->json, err) != RESULT_OK ||
        experiment_view_load(store, &experiment, &view, err) != RESULT_OK) {
        return err->code;
    }
    outcome->status = experiment.status;
    snprintf(outcome->message, sizeof outcome->message, "%s", experiment.message);
    const enum result result = describe(&experiment, &view, outcome, err);
    experiment_view_free(&view);
    return result;
}

const struct task task_experiment = {
    .submit = submit, .cancel = cancel, .status = status_of, .progress = progress_of, .collect = collect};
