#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "server/lab/experiment/experiments.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/api/run_json.h"
#include "web/http/body.h"
#include "web/http/respond.h"

#define DEFAULT_LIMIT 20
#define LIMIT_MAX 100

static enum MHD_Result respond_experiment(struct request *request, unsigned status, const struct experiment *experiment)
{
    struct err err;
    cJSON *json = NULL;
    enum language language = LANGUAGE_ENGLISH;
    if (query_language(&request->query, &language, &err) != RESULT_OK ||
        experiment_to_json(request->app->store, experiment, language, &json, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_json(request, status, json);
}

/* --- GET /experiments --- */

struct page {
    size_t count;
    struct experiment *rows;
};

static bool add_row(const struct experiment *experiment, void *arg)
{
    struct page *const page = arg;
    page->rows[page->count++] = *experiment;
    return true;
}

static bool add_rows(const struct app *app, const struct page *page, size_t max, enum language language, cJSON *list,
                     struct err *err)
{
    for (size_t i = 0; i < page->count && i < max; i++) {
        cJSON *json = NULL;
        if (experiment_to_json(app->store, &page->rows[i], language, &json, err) != RESULT_OK) {
            return false;
        }
        if (!json_append(list, json)) {
            err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
            return false;
        }
    }
    return true;
}

/* The page has one row more than `limit` when there is a next page. */
static enum MHD_Result respond_page(struct request *request, const struct page *page, size_t limit)
{
    struct err err = {.code = RESULT_NO_MEMORY, .message = "the panel is out of memory"};
    enum language language = LANGUAGE_ENGLISH;
    cJSON *const json = cJSON_CreateObject();
    cJSON *const list = json != NULL ? cJSON_AddArrayToObject(json, "experiments") : NULL;
    if (list == NULL || query_language(&request->query, &language, &err) != RESULT_OK ||
        !add_rows(request->app, page, limit, language, list, &err)) {
        cJSON_Delete(json);
        return respond_err(request, &err);
    }
    cJSON *const next = page->count > limit ? cJSON_CreateNumber((double)page->rows[limit - 1].id) : cJSON_CreateNull();
    if (!json_add(json, "next", next)) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result experiments_list(struct request *request)
{
    struct err err;
    uint64_t limit = DEFAULT_LIMIT;
    uint64_t before = 0;
    if (query_uint(&request->query, "limit", 1, LIMIT_MAX, &limit, &err) != RESULT_OK ||
        query_uint(&request->query, "before", 1, INT64_MAX, &before, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    struct page page = {.rows = calloc(limit + 1, sizeof *page.rows)};
    if (page.rows == NULL) {
        return respond_no_memory(request);
    }
    const enum result result =
        store_experiments_each(request->app->store, (int64_t)before, (uint32_t)limit + 1, add_row, &page, &err);
    const enum MHD_Result answered =
        result == RESULT_OK ? respond_page(request, &page, limit) : respond_err(request, &err);
    free(page.rows);
    return answered;
}

/* --- POST /experiments --- */

static enum result plan_from_json(void *out, const cJSON *object, struct err *err)
{
    return plan_set_json(out, object, err);
}

static enum result plan_from_text(void *out, const char *name, const char *value, struct err *err)
{
    return plan_set_text(out, name, value, err);
}

enum MHD_Result experiments_create(struct request *request)
{
    static const struct body_fields fields = {plan_from_json, plan_from_text};
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct plan plan;
    struct experiment experiment;
    cJSON *json = NULL;
    char location[48];
    plan_init(&plan);
    if (body_read(request, &fields, &plan, &answered) != RESULT_OK) {
        return answered;
    }
    if (experiments_submit(request->app->experiments, &plan, &experiment, &err) != RESULT_OK ||
        experiment_to_json(request->app->store, &experiment, LANGUAGE_ENGLISH, &json, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    snprintf(location, sizeof location, "/experiments/%lld", (long long)experiment.id);
    return respond_created(request, json, location);
}

/* --- one experiment --- */

enum MHD_Result experiments_get(struct request *request)
{
    struct err err;
    struct experiment experiment;
    if (store_experiment_get(request->app->store, request->id, &experiment, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_experiment(request, MHD_HTTP_OK, &experiment);
}

enum MHD_Result experiments_post_cancel(struct request *request)
{
    struct err err;
    struct experiment experiment;
    if (experiments_cancel(request->app->experiments, request->id, &experiment, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_experiment(request, MHD_HTTP_ACCEPTED, &experiment);
}
