/* One experiment: a search, a table of runs, or a survey, which consists of both. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/figures.h"
#include "loadgen/display/summary.h"
#include "loadgen/verdict/words.h"
#include "server/command/outcome.h"
#include "server/lab/experiment/search_sentence.h"
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
    experiment_view_progress(&view, RUN_STATUS_RUNNING, &at);
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

static void add_figure(enum word name, uint64_t value, enum language language, struct buf *text)
{
    char number[FIGURE_SIZE];
    buf_printf(text, "  %-16s %14s\n", word_of(name, language), value > 0 ? word_number(value, language, number) : "-");
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

static void add_search(const struct experiment *experiment, const struct experiment_view *view, enum language language,
                       struct outcome *outcome)
{
    struct search_result found;
    struct buf *const text = &outcome->text;
    const bool held = view->plan.spec.hold;
    char number[FIGURE_SIZE];
    strategy_of(view->plan.kind)->found(&view->findings, &found);
    search_describe(held, language, &found);
    measure_search(&found, (double)found.ceiling, took_ms(experiment), outcome);
    buf_printf(text, "%s\n", found.sentence);
    summary_add_verdict(&found.verdict, language, text);
    buf_text(text, "\n");
    word_append(text, WORD_CEILING_OF_MODE, language,
                WORD_VALUES(run_mode_name(found.mode), held ? word_of(WORD_HELD, language) : ""));
    buf_printf(text, "\n  %-16s %14s\n", word_of(WORD_COMPLETES, language),
               word_number(found.ceiling, language, number));
    add_figure(WORD_FAILS_AT, found.fails_at, language, text);
    add_figure(WORD_PREDICTED, view->findings.predicted, language, text);
    add_figure(WORD_RUNS, view->findings.count, language, text);
    buf_printf(text, "  %-16s %14s %s\n", word_of(WORD_TOOK, language),
               word_decimal((double)took_ms(experiment) / 1e3, 1, language, number), word_of(WORD_SECONDS, language));
}

/* --- what a table came to --- */

static void write_row(const struct table_row *row, enum language language, struct buf *text)
{
    char cell[4][FIGURE_SIZE];
    char why[128] = "-"; /* all completed */
    if (row->verdict != NULL) {
        search_name_limit(row->verdict, language, why, sizeof why);
    }
    buf_printf(text, "%-8s %11s %5" PRIu64 " %12s %12s %14s  %s\n", run_mode_name(row->mode),
               word_number(row->count, language, cell[0]), row->runs, word_number(row->completed, language, cell[1]),
               word_number(row->failed, language, cell[2]), word_number((uint64_t)row->median, language, cell[3]), why);
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
static size_t add_table(const struct findings *findings, enum language language, struct buf *text,
                        struct measured *measured)
{
    const struct strategy *const strategy = strategy_of(findings->plan->kind);
    size_t count = 0;
    buf_printf(text, "%-8s %11s %5s %12s %12s %14s  %s\n", word_of(WORD_COLUMN_MODE, language),
               word_of(WORD_COLUMN_CLIENTS, language), word_of(WORD_COLUMN_RUNS, language),
               word_of(WORD_COMPLETED, language), word_of(WORD_FAILED, language),
               word_of(WORD_COMPLETED_PER_S, language), word_of(WORD_COLUMN_WHY, language));
    for (size_t i = 0; i < strategy->row_count(findings->plan); i++) {
        struct table_row row;
        struct measured cell;
        strategy->row(findings, i, &row);
        if (row.runs == 0) {
            continue;
        }
        measure_row(&row, &cell);
        write_row(&row, language, text);
        if (measured != NULL) {
            measured[count++] = cell;
        }
    }
    return count;
}

/* --- what a survey came to --- */

/* The classic loads have no threshold: what stops them is what the survey is to find. */
static enum result add_survey(const struct experiment *experiment, const struct findings *findings,
                              enum language language, struct outcome *outcome, struct err *err)
{
    struct survey_result *const survey = survey_result_make(findings, true, language);
    if (survey == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < survey->mode_count; i++) {
        const struct survey_mode *const mode = &survey->modes[i];
        buf_printf(&outcome->text, "%s\n", mode->sentence);
        const bool is_found = mode->state == PART_MEASURED;
        measure_search(&mode->found, is_found ? (double)mode->found.ceiling : NAN, took_ms(experiment), outcome);
        if (is_found) {
            summary_add_verdict(&mode->found.verdict, language, &outcome->text);
        }
        buf_text(&outcome->text, "\n");
    }
    buf_printf(&outcome->text, "%s%s", survey->sentence, survey->sentence[0] != '\0' ? "\n\n" : "");
    if (survey->classic.findings.count > 0) {
        (void)add_table(&survey->classic.findings, language, &outcome->text, NULL);
    }
    if (survey->left_out[0] != '\0') {
        buf_printf(&outcome->text, "\n%s\n", survey->left_out);
    }
    free(survey);
    return RESULT_OK;
}

static enum result describe(const struct experiment *experiment, const struct experiment_view *view,
                            enum language language, struct outcome *outcome, struct err *err)
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
        buf_printf(&outcome->text, "%s\n", word_of(WORD_NO_RUN_ENDED, language));
        return RESULT_OK;
    }
    if (strategy->part != NULL) {
        return add_survey(experiment, &view->findings, language, outcome, err);
    }
    if (strategy->found != NULL) {
        add_search(experiment, view, language, outcome);
    } else {
        outcome->count = add_table(&view->findings, language, &outcome->text, outcome->measured);
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
    const enum result result = describe(&experiment, &view, language, outcome, err);
    experiment_view_free(&view);
    return result;
}

const struct task task_experiment = {
    .submit = submit, .cancel = cancel, .status = status_of, .progress = progress_of, .collect = collect};
