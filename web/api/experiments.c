#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/json/run_json.h"
#include "web/api/label_body.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/http/body.h"
#include "web/http/respond.h"
#include "web/http/sse.h"

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

/* Those of the list "3,1" that exist, in its order. */
static enum result choose(struct store *store, const char *list, struct page *page, struct err *err)
{
    int64_t ids[LIMIT_MAX];
    size_t count = 0;
    enum result result = query_ids("ids", list, ids, COUNT_OF(ids), &count, err);
    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        result = store_experiment_get(store, ids[i], &page->rows[page->count], err);
        page->count += result == RESULT_OK ? 1 : 0;
        result = result == RESULT_NOT_FOUND ? RESULT_OK : result;
    }
    return result;
}

enum MHD_Result experiments_list(struct request *request)
{
    struct err err;
    uint64_t limit = DEFAULT_LIMIT;
    uint64_t before = 0;
    const char *const ids = query_get(&request->query, "ids");
    if (query_uint(&request->query, "limit", 1, LIMIT_MAX, &limit, &err) != RESULT_OK ||
        query_uint(&request->query, "before", 1, INT64_MAX, &before, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    limit = ids != NULL ? LIMIT_MAX : limit;
    struct page page = {.rows = calloc(limit + 1, sizeof *page.rows)};
    if (page.rows == NULL) {
        return respond_no_memory(request);
    }
    const enum result result = ids != NULL ? choose(request->app->store, ids, &page, &err)
                                           : store_experiments_each(request->app->store, (int64_t)before,
                                                                    (uint32_t)limit + 1, add_row, &page, &err);
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

static const struct body_fields plan_fields = {plan_from_json, plan_from_text};

static bool append_experiment(const struct request *request, struct buf *out)
{
    struct err err;
    struct experiment experiment;
    cJSON *json = NULL;
    const enum result found = store_experiment_get(request->app->store, request->id, &experiment, &err);
    if (found == RESULT_NOT_FOUND) {
        json_write(out, deleted_to_json(request->id));
        return true;
    }
    if (found != RESULT_OK ||
        experiment_to_json(request->app->store, &experiment, LANGUAGE_ENGLISH, &json, &err) != RESULT_OK) {
        out->failed = true;
        return true;
    }
    json_write(out, json);
    return run_status_is_over(experiment.status);
}

enum MHD_Result experiments_create(struct request *request)
{
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct plan plan;
    struct experiment experiment;
    cJSON *json = NULL;
    char location[48];
    uint64_t wait_s = 0;
    if (query_uint(&request->query, "wait", 0, WAIT_S_MOST, &wait_s, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    plan_init(&plan);
    if (body_read(request, &plan_fields, &plan, &answered) != RESULT_OK) {
        return answered;
    }
    if (experiments_submit(request->app->experiments, &plan, &experiment, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    snprintf(location, sizeof location, "/experiments/%lld", (long long)experiment.id);
    if (wait_s > 0) {
        request->id = experiment.id;
        return sse_respond_at_end(request, &(struct sse_wait){.about.experiment = experiment.id,
                                                              .most_ms = (uint32_t)wait_s * 1000,
                                                              .snapshot = append_experiment,
                                                              .location = location});
    }
    if (experiment_to_json(request->app->store, &experiment, LANGUAGE_ENGLISH, &json, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    return respond_created(request, json, location);
}

/* --- POST /experiments/plan --- */

static cJSON *outlook_limit_to_json(const struct outlook_limit *limit)
{
    cJSON *const object = cJSON_CreateObject();
    bool added = json_add_text(object, "limit", limit_name(limit->id)) &&
                 json_add_text(object, "side", limit_side_name(limit->side)) &&
                 json_add_text(object, "scope", limit_scope_name(limit->scope)) &&
                 json_add_uint(object, "value", limit->value) &&
                 json_add_text(object, "unit", limit_unit(limit->id, LANGUAGE_ENGLISH));
    cJSON *const modes = added ? cJSON_AddArrayToObject(object, "modes") : NULL;
    added = modes != NULL;
    for (enum run_mode mode = 0; added && mode < MODE_COUNT; mode++) {
        added = !limit->modes[mode] || json_append(modes, cJSON_CreateString(run_mode_name(mode)));
    }
    return json_if(added, object);
}

static cJSON *outlook_to_json(const struct experiment_outlook *outlook)
{
    cJSON *const object = cJSON_CreateObject();
    bool added = json_add_uint(object, "runs", outlook->runs.runs) &&
                 json_add_rounded(object, "seconds_estimated", (double)outlook->runs.ms / 1000, 1);
    cJSON *const list = added ? cJSON_AddArrayToObject(object, "uses_up") : NULL;
    added = list != NULL;
    for (size_t i = 0; added && i < outlook->limit_count; i++) {
        added = json_append(list, outlook_limit_to_json(&outlook->limits[i]));
    }
    return json_if(added && json_add_text(object, "sentence", outlook->sentence), object);
}

enum MHD_Result experiments_plan(struct request *request)
{
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct plan plan;
    struct experiment_outlook outlook;
    plan_init(&plan);
    if (body_read(request, &plan_fields, &plan, &answered) != RESULT_OK) {
        return answered;
    }
    if (experiments_look_ahead(request->app->experiments, &plan, &outlook, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = outlook_to_json(&outlook);
    return json != NULL ? respond_json(request, MHD_HTTP_OK, json) : respond_no_memory(request);
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

enum MHD_Result experiments_patch(struct request *request)
{
    enum MHD_Result answered = MHD_NO;
    struct err err;
    struct experiment experiment;
    char *label = NULL;
    if (label_body_read(request, &label, &answered) != RESULT_OK) {
        return answered;
    }
    const enum result result = experiments_rename(request->app->experiments, request->id, label, &experiment, &err);
    free(label);
    return result == RESULT_OK ? respond_experiment(request, MHD_HTTP_OK, &experiment) : respond_err(request, &err);
}

enum MHD_Result experiments_delete_one(struct request *request)
{
    struct err err;
    return experiments_delete(request->app->experiments, request->id, &err) == RESULT_OK
               ? respond_empty(request, MHD_HTTP_NO_CONTENT)
               : respond_err(request, &err);
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
