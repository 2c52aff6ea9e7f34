#include "web/api/runs_page.h"
#include "web/api/resources.h"

#include <stdio.h>
#include <string.h>

static enum result read_names(const struct query *query, struct run_filter *filter, struct err *err)
{
    const char *const mode = query_get(query, "mode");
    const char *const status = query_get(query, "status");
    const char *const q = query_get(query, "q");
    if (mode != NULL) {
        filter->mode = run_mode_from_name(mode);
        if (filter->mode == MODE_COUNT) {
            return err_field(err, "mode", "unknown mode \"%.60s\"", mode);
        }
    }
    if (status != NULL) {
        filter->status = run_status_from_name(status);
        if (filter->status == RUN_STATUS_COUNT) {
            return err_field(err, "status", "unknown status \"%.60s\"", status);
        }
    }
    if (q != NULL && strlen(q) >= sizeof filter->q) {
        return err_field(err, "q", "q is longer than %zu bytes", sizeof filter->q - 1);
    }
    snprintf(filter->q, sizeof filter->q, "%s", q == NULL ? "" : q);
    return RESULT_OK;
}

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
    uint64_t experiment = 0;
    uint64_t offset = 0;
    *filter = (struct run_filter){.mode = MODE_COUNT, .status = RUN_STATUS_COUNT};
    if (query_uint(query, "limit", 1, RUNS_LIMIT_MAX, &limit, err) != RESULT_OK ||
        query_uint(query, "before", 1, INT64_MAX, &before, err) != RESULT_OK ||
        query_uint(query, "experiment", 1, INT64_MAX, &experiment, err) != RESULT_OK ||
        query_uint(query, "offset", 0, UINT32_MAX / 2, &offset, err) != RESULT_OK ||
        read_sort(query, filter, err) != RESULT_OK) {
        return err->code;
    }
    if (offset != 0 && filter->sort == RUN_SORT_NONE) {
        return err_field(err, "offset", "offset requires sort; use before to page through the newest runs");
    }
    if (read_after(query, offset, filter, err) != RESULT_OK) {
        return err->code;
    }
    filter->offset = (uint32_t)offset;
    filter->limit = (uint32_t)limit;
    filter->before = (int64_t)before;
    filter->experiment = (int64_t)experiment;
    return read_names(query, filter, err);
}

struct store *runs_page_view(const struct app *app, const struct run_filter *filter)
{
    const bool changes = filter->sort != RUN_SORT_NONE || filter->status != RUN_STATUS_COUNT || filter->q[0] != '\0';
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
