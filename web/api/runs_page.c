#include "web/api/runs_page.h"
#include "web/api/resources.h"

#include <stdio.h>
#include <string.h>

/* --- a parameter of each kind of run_filters.def; `text` is its value --- */

static enum result read_mode(const char *name, const char *text, enum run_mode *mode, struct err *err)
{
    *mode = run_mode_from_name(text);
    return *mode != MODE_COUNT ? RESULT_OK : err_field(err, name, "unknown mode \"%.60s\"", text);
}

static enum result read_status(const char *name, const char *text, enum run_status *status, struct err *err)
{
    *status = run_status_from_name(text);
    return *status != RUN_STATUS_COUNT ? RESULT_OK : err_field(err, name, "unknown status \"%.60s\"", text);
}

static enum result read_experiment(const char *name, const char *text, int64_t *experiment, struct err *err)
{
    uint64_t id = 0;
    if (strcmp(text, "none") == 0 || strcmp(text, "any") == 0) {
        *experiment = strcmp(text, "none") == 0 ? RUN_OF_NONE : RUN_OF_ANY;
        return RESULT_OK;
    }
    if (!query_digits(text, strlen(text), &id) || id == 0 || id > INT64_MAX) {
        return err_field(err, name, "%s must be the id of an experiment, none or any, got \"%.60s\"", name, text);
    }
    *experiment = (int64_t)id;
    return RESULT_OK;
}

static enum result read_flag(const char *name, const char *text, enum run_flag *flag, struct err *err)
{
    *flag = strcmp(text, "true") == 0 ? RUN_FLAG_TRUE : RUN_FLAG_FALSE;
    return *flag == RUN_FLAG_TRUE || strcmp(text, "false") == 0
               ? RESULT_OK
               : err_field(err, name, "%s must be true or false, got \"%.60s\"", name, text);
}

static enum result read_text(const char *name, const char *text, char (*copy)[256], struct err *err)
{
    const int length = snprintf(*copy, sizeof *copy, "%s", text);
    return (size_t)length < sizeof *copy ? RESULT_OK
                                         : err_field(err, name, "%s is longer than %zu bytes", name, sizeof *copy - 1);
}

#define READ_MODE read_mode
#define READ_STATUS read_status
#define READ_EXPERIMENT read_experiment
#define READ_FLAG read_flag
#define READ_TEXT read_text
#define READ_FILTER(KIND, name, ...)                                                                                   \
    text = query_get(query, #name);                                                                                    \
    if (text != NULL && READ_##KIND(#name, text, &filter->name, err) != RESULT_OK) {                                   \
        return err->code;                                                                                              \
    }

enum result runs_page_match(const struct query *query, struct run_filter *filter, struct err *err)
{
    const char *text = NULL;
    *filter = (struct run_filter){.mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    RUN_FILTERS(READ_FILTER)
    return RESULT_OK;
}

/* --- the order, and where the page begins --- */

static enum result read_sort(const struct query *query, struct run_filter *filter, struct err *err)
{
    const char *const sort = query_get(query, "sort");
    const char *const order = query_get(query, "order");
    if (sort != NULL) {
        filter->sort = run_sort_from_name(sort);
        if (filter->sort == RUN_SORT_NONE) {
            return err_field(err, "sort", "runs cannot be sorted by \"%.60s\"", sort);
        }
    }
    if (order != NULL && strcmp(order, "asc") != 0 && strcmp(order, "desc") != 0) {
        return err_field(err, "order", "order must be asc or desc, got \"%.60s\"", order);
    }
    if (order != NULL && sort == NULL) {
        return err_field(err, "order", "order requires sort");
    }
    filter->ascending = order != NULL && strcmp(order, "asc") == 0;
    return RESULT_OK;
}

static enum result read_fold(const struct query *query, struct run_filter *filter, struct err *err)
{
    const char *const text = query_get(query, "fold");
    enum run_flag fold = RUN_FLAG_EITHER;
    if (text != NULL && read_flag("fold", text, &fold, err) != RESULT_OK) {
        return err->code;
    }
    filter->folded = fold == RUN_FLAG_TRUE;
    return filter->folded && filter->sort != RUN_SORT_NONE ? err_field(err, "fold", "a sorted list cannot be folded")
                                                           : RESULT_OK;
}

static enum result read_after(const struct query *query, uint64_t offset, struct run_filter *filter, struct err *err)
{
    const char *const after = query_get(query, "after");
    if (after == NULL) {
        return RESULT_OK;
    }
    if (filter->sort == RUN_SORT_NONE || offset != 0) {
        return err_field(err, "after",
                         filter->sort == RUN_SORT_NONE
                             ? "after requires sort; use before to page through the newest runs"
                             : "after and offset cannot be combined");
    }
    if (!run_place_parse(&filter->place, after)) {
        return err_field(err, "after", "after must be the next_after of another page, got \"%.60s\"", after);
    }
    filter->continues = true;
    return RESULT_OK;
}

enum result runs_page_filter(const struct query *query, uint32_t default_limit, struct run_filter *filter,
                             struct err *err)
{
    uint64_t limit = default_limit;
    uint64_t before = 0;
    uint64_t offset = 0;
    if (runs_page_match(query, filter, err) != RESULT_OK ||
        query_uint(query, "limit", 1, RUNS_LIMIT_MAX, &limit, err) != RESULT_OK ||
        query_uint(query, "before", 1, INT64_MAX, &before, err) != RESULT_OK ||
        query_uint(query, "offset", 0, UINT32_MAX / 2, &offset, err) != RESULT_OK ||
        read_sort(query, filter, err) != RESULT_OK || read_fold(query, filter, err) != RESULT_OK) {
        return err->code;
    }
    if (offset != 0 && filter->sort == RUN_SORT_NONE) {
        return err_field(err, "offset", "offset requires sort; use before to page through the newest runs");
    }
    filter->offset = (uint32_t)offset;
    filter->limit = (uint32_t)limit;
    filter->before = (int64_t)before;
    return read_after(query, offset, filter, err);
}

struct store *runs_page_view(const struct app *app, const struct run_filter *filter)
{
    const struct run_filter any = {.mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    bool changes = filter->sort != RUN_SORT_NONE || filter->folded;
#define CHANGES_FILTER(KIND, name, its_value_changes, ...)                                                             \
    changes = changes || (its_value_changes && memcmp(&filter->name, &any.name, sizeof any.name) != 0);
    RUN_FILTERS(CHANGES_FILTER)
    return store_view_open(app->store, changes);
}

static bool add_run(const struct run *run, void *arg)
{
    struct runs_page *const page = arg;
    page->runs[page->count++] = *run;
    return page->count < RUNS_PAGE_SIZE;
}

enum result runs_page_read(const struct app *app, struct store *view, struct run_filter *filter, struct runs_page *page,
                           struct err *err)
{
    page->count = 0;
    if (filter->limit == 0) {
        return RESULT_OK;
    }
    struct run_filter one_page = *filter;
    if (one_page.limit > RUNS_PAGE_SIZE) {
        one_page.limit = RUNS_PAGE_SIZE;
    }
    if (store_runs_each(view, &one_page, add_run, page, err) != RESULT_OK || store_view_check(view, err) != RESULT_OK) {
        return err->code;
    }
    filter->limit = page->count < one_page.limit ? 0 : filter->limit - (uint32_t)page->count;
    for (size_t i = 0; i < page->count; i++) {
        filter->continues = true;
        filter->place = (struct run_place){.id = page->runs[i].id, .kind = RUN_PLACE_OF_RUN};
        if (!run_status_is_over(page->runs[i].status)) {
            run_queue_overlay(app->queue, &page->runs[i]);
        }
    }
    return RESULT_OK;
}
