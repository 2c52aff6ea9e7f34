/* Reads the history in pages of constant size, with the live totals of the run under way. */
#ifndef KONEKSI_WEB_API_RUNS_PAGE_H
#define KONEKSI_WEB_API_RUNS_PAGE_H

#include "db/store_list.h"
#include "db/store_view.h"
#include "web/http/request.h"

#define RUNS_LIMIT_MAX 1000

/* Larger blocks are mapped, and unmapped when they are freed (LARGE_BLOCK of server/main.c): a page fault for each 4
 * KiB of every page cost more than the runs in it. */
#define RUNS_PAGE_SIZE (100 * 1024 / (uint32_t)sizeof(struct run))

struct runs_page {
    size_t count;
    struct run runs[RUNS_PAGE_SIZE];
};

/* Reads the parameters of run_filters.def. RESULT_INVALID names the parameter. */
enum result runs_page_match(const struct query *query, struct run_filter *filter, struct err *err) MUST_CHECK;

/* Reads the parameters that filter, sort, fold and page; `default_limit` stands in for a missing limit. RESULT_INVALID
 * names the parameter. */
enum result runs_page_filter(const struct query *query, uint32_t default_limit, struct run_filter *filter,
                             struct err *err) MUST_CHECK;

/* Opens a view for the pages of `filter` (store_view.h). A list changes when a run starts, ends or is renamed, if
 * it is sorted, or filtered by what changes then. NULL: out of memory. */
struct store *runs_page_view(const struct app *app, const struct run_filter *filter);

/* Reads the next page, at most `filter->limit` runs, and moves the filter past it. An empty page is the end.
 * RESULT_STORE when the pages of `view` are no longer of one moment (store_view_check). */
enum result runs_page_read(const struct app *app, struct store *view, struct run_filter *filter, struct runs_page *page,
                           struct err *err) MUST_CHECK;

#endif
