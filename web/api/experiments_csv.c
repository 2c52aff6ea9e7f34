/* GET /experiments.csv: the experiments, newest first, each a row; a survey has one for each of its modes. */
#include <stdlib.h>

#include "db/store_experiments.h"
#include "db/store_view.h"
#include "server/lab/experiment/experiment_view.h"
#include "server/lab/experiment/survey_result.h"
#include "web/api/resources.h"
#include "web/http/csv.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

struct list {
    struct store *view;
    int64_t before; /* only smaller ids; 0: from the newest */
    bool begun;
    struct experiment next; /* id 0: none is left */
};

struct row {
    const struct experiment *experiment;
    const struct plan *asked;
    enum run_mode mode; /* MODE_COUNT: of several */
    uint64_t runs;
    uint64_t predicted;
    const struct search_result *found;
};

static void append_header(struct buf *out)
{
    struct csv csv = {out, false};
#define COLUMN(name, kind, value) csv_text(&csv, name);
#include "web/api/experiment_columns.def"
#undef COLUMN
    csv_end_row(&csv);
}

static void append_row(struct buf *out, const struct row *row)
{
    struct csv csv = {out, false};
#define COLUMN(name, kind, value) csv_##kind(&csv, value);
#include "web/api/experiment_columns.def"
#undef COLUMN
    csv_end_row(&csv);
}

static void append_survey(struct buf *out, const struct experiment_view *view, struct row row)
{
    struct survey_result *const survey =
        survey_result_make(&view->findings, run_status_is_over(row.experiment->status), LANGUAGE_ENGLISH);
    out->failed = out->failed || survey == NULL;
    for (size_t i = 0; survey != NULL && i < survey->mode_count; i++) {
        const struct survey_mode *const mode = &survey->modes[i];
        row.mode = mode->mode;
        row.asked = &mode->asked;
        row.runs = mode->runs;
        row.predicted = mode->predicted;
        if (mode->runs > 0) {
            row.found = &mode->found;
        }
        append_row(out, &row);
    }
    free(survey);
}

static void append_view(struct buf *out, const struct experiment_view *view, struct row row)
{
    const struct strategy *const strategy = strategy_of(view->plan.kind);
    struct search_result found;
    row.asked = &view->plan;
    row.runs = view->findings.count;
    if (strategy->part != NULL) {
        append_survey(out, view, row);
        return;
    }
    if (strategy->found != NULL) {
        row.mode = view->plan.spec.mode;
        row.predicted = view->findings.predicted;
    }
    if (strategy->found != NULL && view->findings.count > 0) {
        strategy->found(&view->findings, &found);
        row.found = &found;
    }
    append_row(out, &row);
}

/* If another version wrote the plan, the columns that need it are empty. */
static enum result append_experiment(struct buf *out, struct store *store, const struct experiment *experiment,
                                     struct err *err)
{
    const struct search_result nothing = {
        .ceiling = CSV_UNKNOWN, .low = CSV_UNKNOWN, .high = CSV_UNKNOWN, .verdict = verdict_of_kind(VERDICT_NONE)};
    const struct plan unknown = {
        .kind = EXPERIMENT_KIND_COUNT, .spec.mode = MODE_COUNT, .spec.exchange = EXCHANGE_COUNT};
    const struct row row = {.experiment = experiment, .asked = &unknown, .mode = MODE_COUNT, .found = &nothing};
    struct experiment_view view;
    struct err why;
    const enum result readable = plan_restore(experiment->asked, &view.plan, &why);
    if (readable == RESULT_STORE) {
        append_row(out, &row);
        return RESULT_OK;
    }
    if (experiment_view_load(store, experiment, &view, err) != RESULT_OK) {
        return err->code;
    }
    append_view(out, &view, row);
    experiment_view_free(&view);
    return RESULT_OK;
}

/* --- the download --- */

static bool take_next(const struct experiment *experiment, void *arg)
{
    struct list *const list = arg;
    list->next = *experiment;
    return false;
}

static enum result next_row(void *state, struct buf *out, struct err *err)
{
    struct list *const list = state;
    if (!list->begun) {
        append_header(out);
        list->begun = true;
    }
    list->next.id = 0;
    enum result result = store_experiments_each(list->view, list->before, 1, take_next, list, err);
    if (result == RESULT_OK && list->next.id != 0) {
        list->before = list->next.id;
        result = append_experiment(out, list->view, &list->next, err);
    }
    return result == RESULT_OK ? store_view_check(list->view, err) : result;
}

static enum result open_view(void *state, const struct request *request, struct err *err)
{
    struct list *const list = state;
    list->view = store_view_open(request->app->store, true);
    return list->view != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}

static void list_free(void *state)
{
    struct list *const list = state;
    store_view_close(list->view);
    free(list);
}

enum MHD_Result experiments_csv(struct request *request)
{
    static const struct stream_source source = {STREAM_DOWNLOAD, CSV_TYPE, "experiments.csv",
                                                open_view,       next_row, list_free};
    struct list *const list = calloc(1, sizeof *list);
    return list != NULL ? stream_respond(request, &source, list) : respond_no_memory(request);
}
