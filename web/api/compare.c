/* GET /compare: the chosen runs, or those of an experiment, with their series and the differences between the runs.
 * Runs are sent one after another, so that the series of only one run are in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "db/store_experiments.h"
#include "db/store_parts.h"
#include "db/store_view.h"
#include "server/lab/json/run_json.h"
#include "web/api/compare_facts.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/http/csv.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

#define RUNS_MAX 100    /* of the parameter `runs`; an experiment may have more */
#define POINTS_MAX 1000 /* of a series in JSON */
#define PAGE_ROWS 200

enum column {
#define COLUMN(name, value) COLUMN_##name,
#include "web/api/compare_columns.def"
#undef COLUMN
    COLUMN_COUNT,
};

static const char *const column_names[] = {
#define COLUMN(name, value) #name,
#include "web/api/compare_columns.def"
#undef COLUMN
};

struct comparison {
    struct store *view;
    int64_t *ids;
    size_t count;
    size_t room;
    size_t at;     /* index of the next run */
    int64_t after; /* CSV: position of the last sample sent of this run, INT64_MIN before the first */
    enum language language;
    struct run run;
    cJSON *facts; /* NULL once they were sent */
    bool begun;
    bool failed; /* memory ran out */
};

static void comparison_free(void *state)
{
    struct comparison *const comparison = state;
    cJSON_Delete(comparison->facts);
    store_view_close(comparison->view);
    free(comparison->ids);
    free(comparison);
}

/* --- which runs --- */

static void add_id(struct comparison *comparison, int64_t id)
{
    if (comparison->count == comparison->room) {
        const size_t room = comparison->room == 0 ? 16 : comparison->room * 2;
        int64_t *const more = reallocarray(comparison->ids, room, sizeof *more);
        comparison->failed = comparison->failed || more == NULL;
        comparison->ids = more != NULL ? more : comparison->ids;
        comparison->room = more != NULL ? room : comparison->room;
    }
    if (!comparison->failed) {
        comparison->ids[comparison->count++] = id;
    }
}

static bool add_run_of_experiment(const struct experiment_run *run, void *arg)
{
    struct comparison *const comparison = arg;
    add_id(comparison, run->id);
    return !comparison->failed;
}

static enum result choose_experiment(struct comparison *comparison, const struct query *query, struct err *err)
{
    uint64_t id = 0;
    struct experiment experiment;
    if (query_uint(query, "experiment", 1, INT64_MAX, &id, err) != RESULT_OK ||
        store_experiment_get(comparison->view, (int64_t)id, &experiment, err) != RESULT_OK) {
        return err->code;
    }
    return store_experiment_runs_each(comparison->view, experiment.id, add_run_of_experiment, comparison, err);
}

static enum result choose_runs(struct comparison *comparison, const char *list, struct err *err)
{
    int64_t ids[RUNS_MAX];
    size_t count = 0;
    enum result result = query_ids("runs", list, ids, RUNS_MAX, &count, err);
    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        result = store_run_get(comparison->view, ids[i], &comparison->run, err);
        if (result == RESULT_OK) {
            add_id(comparison, ids[i]);
        }
    }
    return result;
}

static enum result choose(struct comparison *comparison, const struct query *query, struct err *err)
{
    const char *const runs = query_get(query, "runs");
    const bool of_experiment = query_get(query, "experiment") != NULL;
    if ((runs != NULL) == of_experiment) {
        return err_field(err, "runs", "give either runs=1,2,3 or experiment=1");
    }
    enum result result = query_language(query, &comparison->language, err);
    if (result != RESULT_OK) {
        return result;
    }
    result = of_experiment ? choose_experiment(comparison, query, err) : choose_runs(comparison, runs, err);
    return result == RESULT_OK && comparison->failed ? err_set(err, RESULT_NO_MEMORY, "the panel is out of memory")
                                                     : result;
}

/* --- JSON --- */

/* When it is full, every second point is dropped, and from then on only every second sample is added. */
struct series {
    uint64_t points[POINTS_MAX][COLUMN_COUNT];
    size_t count;
    uint64_t stride;
    uint64_t seen;
    int64_t last; /* position */
    size_t rows;  /* of the page */
};

static void halve(struct series *series)
{
    for (size_t i = 0; i < series->count / 2; i++) {
        memcpy(series->points[i], series->points[2 * i], sizeof series->points[i]);
    }
    series->count /= 2;
    series->stride *= 2;
}

static bool add_point(int64_t position, const struct run_sample *sample, void *arg)
{
    struct series *const series = arg;
    series->last = position;
    series->rows++;
    if (series->seen++ % series->stride != 0) {
        return true;
    }
    if (series->count == POINTS_MAX) {
        halve(series);
    }
    uint64_t *const point = series->points[series->count++];
#define COLUMN(name, value) point[COLUMN_##name] = (value);
#include "web/api/compare_columns.def"
#undef COLUMN
    return true;
}

static enum result read_series(struct store *store, int64_t id, struct series *series, struct err *err)
{
    do {
        series->rows = 0;
        if (store_samples_each(store, id, series->last, PAGE_ROWS, add_point, series, err) != RESULT_OK) {
            return err->code;
        }
    } while (series->rows == PAGE_ROWS);
    return RESULT_OK;
}

static void append_series(struct buf *out, const struct series *series)
{
    buf_text(out, ",\"samples\":{");
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        buf_printf(out, "%s\"%s\":[", column == 0 ? "" : ",", column_names[column]);
        for (size_t i = 0; i < series->count; i++) {
            buf_printf(out, "%s%llu", i == 0 ? "" : ",", (unsigned long long)series->points[i][column]);
        }
        buf_text(out, "]");
    }
    buf_text(out, "}}");
}

static enum result append_run(struct comparison *comparison, struct buf *out, struct err *err)
{
    const int64_t id = comparison->ids[comparison->at];
    struct series *const series = calloc(1, sizeof *series);
    if (series == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    series->stride = 1;
    series->last = INT64_MIN;
    const bool read = store_run_get(comparison->view, id, &comparison->run, err) == RESULT_OK &&
                      compare_facts_add(comparison->facts, comparison->view, &comparison->run, comparison->language,
                                        err) == RESULT_OK &&
                      read_series(comparison->view, id, series, err) == RESULT_OK &&
                      store_view_check(comparison->view, err) == RESULT_OK;
    if (read) {
        buf_text(out, comparison->at == 0 ? "{\"run\":" : ",{\"run\":");
        json_write(out, run_to_json(&comparison->run, comparison->language));
        append_series(out, series);
    }
    free(series);
    return read ? RESULT_OK : err->code;
}

static enum result json_page(void *state, struct buf *out, struct err *err)
{
    struct comparison *const comparison = state;
    if (!comparison->begun) {
        comparison->begun = true;
        buf_text(out, "{\"runs\":[");
    }
    if (comparison->at < comparison->count) {
        const enum result result = append_run(comparison, out, err);
        comparison->at++;
        return result;
    }
    if (comparison->facts != NULL) {
        buf_text(out, "],\"differences\":");
        json_write(out, compare_facts_differences(comparison->facts));
        comparison->facts = NULL;
        buf_text(out, "}");
    }
    return RESULT_OK;
}

/* --- CSV --- */

struct rows {
    struct comparison *comparison;
    struct buf *out;
    size_t count;
};

static void append_header(struct buf *out)
{
    struct csv csv = {out, false};
    csv_text(&csv, "run");
    csv_text(&csv, "mode");
    csv_text(&csv, "count");
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        csv_text(&csv, column_names[column]);
    }
    csv_end_row(&csv);
}

static bool append_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    struct rows *const rows = arg;
    struct csv csv = {rows->out, false};
    const struct run *const run = &rows->comparison->run;
    rows->comparison->after = position;
    rows->count++;
    csv_uint(&csv, (uint64_t)run->id);
    csv_text(&csv, name_or_unknown(run_mode_name(run->spec.mode)));
    csv_uint(&csv, run->spec.count);
#define COLUMN(name, value) csv_uint(&csv, value);
#include "web/api/compare_columns.def"
#undef COLUMN
    csv_end_row(&csv);
    return true;
}

/* A page that appends nothing ends the response, so runs without a sample are skipped. */
static enum result csv_page(void *state, struct buf *out, struct err *err)
{
    struct comparison *const comparison = state;
    struct rows rows = {.comparison = comparison, .out = out};
    if (!comparison->begun) {
        comparison->begun = true;
        append_header(out);
        return RESULT_OK;
    }
    while (rows.count == 0 && comparison->at < comparison->count) {
        const int64_t id = comparison->ids[comparison->at];
        if (store_run_get(comparison->view, id, &comparison->run, err) != RESULT_OK ||
            store_samples_each(comparison->view, id, comparison->after, PAGE_ROWS, append_sample, &rows, err) !=
                RESULT_OK ||
            store_view_check(comparison->view, err) != RESULT_OK) {
            return err->code;
        }
        if (rows.count < PAGE_ROWS) {
            comparison->at++;
            comparison->after = INT64_MIN;
        }
    }
    return RESULT_OK;
}

static enum result open_view(void *state, const struct request *request, struct err *err)
{
    struct comparison *const comparison = state;
    comparison->view = store_view_open(request->app->store, false);
    if (comparison->view == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    return choose(comparison, &request->query, err);
}

static enum MHD_Result respond(struct request *request, const struct stream_source *source)
{
    struct comparison *const comparison = calloc(1, sizeof *comparison);
    if (comparison == NULL) {
        return respond_no_memory(request);
    }
    comparison->after = INT64_MIN;
    comparison->facts = cJSON_CreateObject();
    if (comparison->facts == NULL) {
        comparison_free(comparison);
        return respond_no_memory(request);
    }
    return stream_respond(request, source, comparison);
}

enum MHD_Result compare_get(struct request *request)
{
    static const struct stream_source source = {STREAM_DOWNLOAD, "application/json", NULL,
                                                open_view,       json_page,          comparison_free};
    return respond(request, &source);
}

enum MHD_Result compare_csv(struct request *request)
{
    static const struct stream_source source = {STREAM_DOWNLOAD, CSV_TYPE, "compare.csv",
                                                open_view,       csv_page, comparison_free};
    return respond(request, &source);
}
