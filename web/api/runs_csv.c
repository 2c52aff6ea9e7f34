#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "server/lab/json/run_json.h"
#include "web/api/resources.h"
#include "web/api/runs_page.h"
#include "web/http/csv.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

#define ERRORS_SIZE 1024

struct history {
    const struct app *app;
    struct store *view;
    struct run_filter filter;
    bool begun;
    struct runs_page page;
};

/* "1956 fork EAGAIN; 4 connect ETIMEDOUT" */
static void summarize_errors(const struct run *run, char text[ERRORS_SIZE])
{
    char line[ERRORS_SIZE] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < run->group_count && used < ERRORS_SIZE; i++) {
        const struct error_group *const group = &run->groups[i];
        const int written =
            snprintf(line + used, ERRORS_SIZE - used, "%s%llu %s %s", i == 0 ? "" : "; ",
                     (unsigned long long)group->count, group->call,
                     group->error_number == 0 ? error_phase_name(group->phase) : err_errno_name(group->error_number));
        used += (size_t)written;
    }
    utf8_copy(text, ERRORS_SIZE, line); /* it may be cut within a character */
}

/* What `cpu` names. False: memory ran out. */
static bool read_bottleneck(const struct run *run, char text[16])
{
    cJSON *cpu = NULL;
    const bool whole = json_read_stored(run->cpu, &cpu);
    const char *const name = json_text_of(cpu, "bottleneck");
    utf8_copy(text, 16, name != NULL ? name : "");
    cJSON_Delete(cpu);
    return whole;
}

static void append_header(struct buf *out)
{
    struct csv csv = {out, false};
#define COLUMN(name, kind, value) csv_text(&csv, name);
#include "web/api/run_columns.def"
#undef COLUMN
    csv_end_row(&csv);
}

static void append_row(struct buf *out, const struct run *run)
{
    struct csv csv = {out, false};
    char errors[ERRORS_SIZE];
    char bottleneck[16];
    summarize_errors(run, errors);
    out->failed = !read_bottleneck(run, bottleneck) || out->failed;
#define COLUMN(name, kind, value) csv_##kind(&csv, value);
#include "web/api/run_columns.def"
#undef COLUMN
    csv_end_row(&csv);
}

static enum result open_view(void *state, const struct request *request, struct err *err)
{
    struct history *const history = state;
    history->view = runs_page_view(request->app, &history->filter);
    return history->view != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}

static enum result next_rows(void *state, struct buf *out, struct err *err)
{
    struct history *const history = state;
    if (!history->begun) {
        append_header(out);
        history->begun = true;
    }
    if (runs_page_read(history->app, history->view, &history->filter, &history->page, err) != RESULT_OK) {
        return err->code;
    }
    for (size_t i = 0; i < history->page.count; i++) {
        append_row(out, &history->page.runs[i]);
    }
    return RESULT_OK;
}

static void history_free(void *state)
{
    struct history *const history = state;
    store_view_close(history->view);
    free(history);
}

enum MHD_Result runs_csv(struct request *request)
{
    static const struct stream_source source = {STREAM_DOWNLOAD, CSV_TYPE,  "runs.csv",
                                                open_view,       next_rows, history_free};
    struct err err;
    struct history *const history = calloc(1, sizeof *history);
    if (history == NULL) {
        return respond_no_memory(request);
    }
    history->app = request->app;
    if (runs_page_filter(&request->query, UINT32_MAX, &history->filter, &err) != RESULT_OK) {
        free(history);
        return respond_err(request, &err);
    }
    return stream_respond(request, &source, history);
}
