/* Reading the history in pages of constant size, with the live totals of the run under way. */
#ifndef KONEKSI_WEB_API_RUNS_PAGE_H
#define KONEKSI_WEB_API_RUNS_PAGE_H

#include "db/store.h"
#include "web/http/request.h"

#define RUNS_PAGE_SIZE 16
#define RUNS_LIMIT_MOST 1000

struct runs_page {
    size_t count;
    struct run runs[RUNS_PAGE_SIZE];
};

/* Reads mode, status, q, experiment, before and limit (`usual` when it is not given). RESULT_INVALID names the one at
 * fault. */
enum result runs_page_filter(const struct query *query, uint32_t usual, struct run_filter *filter,
                             struct err *err) MUST_CHECK;

/* Reads the next page, at most `filter->limit` runs, and moves the filter behind it. A page with no runs is the end. */
enum result runs_page_read(const struct app *app, struct run_filter *filter, struct runs_page *page,
                           struct err *err) MUST_CHECK;

#endif
