/* GET /runs/count, and GET /runs: a part of the history as JSON. It is sent page by page, so that a long list that its
 * client does not read costs no more than what the kernel takes of it. */
#include <stdlib.h>

#include "base/json.h"
#include "server/lab/json/run_json.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/api/runs_page.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

#define DEFAULT_LIMIT 50

struct list {
    const struct app *app;
    struct store *view;
    struct run_filter filter; /* of the runs that follow: one more than wanted, which shows that there is a next page */
    enum language language;   /* of the verdicts */
    uint32_t limit;           /* runs wanted */
    uint32_t offset;          /* of the first of them */
    bool behind;              /* the first page comes behind a place: the offset is not known */
    uint32_t count;           /* runs written */
    int64_t last;             /* the last of them */
    bool begun;
    bool ended;
};

/* Appends where the next page begins: below an id or, in a sorted list, behind a place. The offset is an older form of
 * it, and not known of a page that was itself reached by a place. */
static enum result append_next(struct buf *out, const struct list *list, bool more, struct err *err)
{
    const enum run_sort sort = list->filter.sort;
    if (!more) {
        const char *const end = ",\"next_after\":null,\"next_offset\":null";
        buf_printf(out, "],\"next\":null%s}", sort == RUN_SORT_NONE ? "" : end);
        return RESULT_OK;
    }
    if (sort == RUN_SORT_NONE) {
        buf_printf(out, "],\"next\":%lld}", (long long)list->last);
        return RESULT_OK;
    }
    struct run_place place;
    char text[RUN_PLACE_SIZE];
    if (store_run_place(list->view, list->last, sort, &place, err) != RESULT_OK) {
        return err->code;
    }
    run_place_print(&place, text);
    buf_printf(out, "],\"next\":null,\"next_after\":\"%s\"", text);
    if (!list->behind) {
        buf_printf(out, ",\"next_offset\":%lld", (long long)list->offset + (long long)list->count);
    }
    buf_text(out, "}");
    return RESULT_OK;
}

static void append_runs(struct buf *out, struct list *list, const struct runs_page *page)
{
    for (size_t i = 0; i < page->count && list->count < list->limit; i++) {
        buf_text(out, list->count++ == 0 ? "" : ",");
        json_write(out, run_to_json(&page->runs[i], list->language));
        list->last = page->runs[i].id;
    }
}

static enum result next_runs(void *state, struct buf *out, struct err *err)
{
    struct list *const list = state;
    if (list->ended) {
        return RESULT_OK;
    }
    struct runs_page *const page = malloc(sizeof *page); /* not kept: it has room for many errors */
    if (page == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    enum result result = runs_page_read(list->app, list->view, &list->filter, page, err);
    if (result == RESULT_OK) {
        buf_text(out, list->begun ? "" : "{\"runs\":[");
        list->begun = true;
        const bool more = page->count > list->limit - list->count;
        append_runs(out, list, page);
        list->ended = list->filter.limit == 0;
        if (list->ended) {
            result = append_next(out, list, more, err);
        }
    }
    free(page);
    return result;
}

static enum result open_view(void *state, const struct request *request, struct err *err)
{
    struct list *const list = state;
    list->view = runs_page_view(request->app, &list->filter);
    return list->view != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}

static void list_free(void *state)
{
    struct list *const list = state;
    store_view_close(list->view);
    free(list);
}

enum MHD_Result runs_count(struct request *request)
{
    struct err err;
    struct run_filter filter;
    struct run_counts counts;
    if (runs_page_match(&request->query, &filter, &err) != RESULT_OK ||
        store_runs_count(request->app->store, &filter, &counts, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    return respond_json(
        request, MHD_HTTP_OK,
        json_if(json_add_uint(json, "runs", counts.runs) && json_add_uint(json, "experiments", counts.experiments),
                json));
}

enum MHD_Result runs_list(struct request *request)
{
    static const struct stream_source source = {STREAM_ANSWER, "application/json", NULL,
                                                open_view,     next_runs,          list_free};
    struct err err;
    struct list *const list = calloc(1, sizeof *list);
    if (list == NULL) {
        return respond_no_memory(request);
    }
    list->app = request->app;
    if (runs_page_filter(&request->query, DEFAULT_LIMIT, &list->filter, &err) != RESULT_OK ||
        query_language(&request->query, &list->language, &err) != RESULT_OK) {
        free(list);
        return respond_err(request, &err);
    }
    list->limit = list->filter.limit++;
    list->offset = list->filter.offset;
    list->behind = list->filter.continues;
    return stream_respond(request, &source, list);
}
