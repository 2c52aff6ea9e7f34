#include "web/api/experiment_json.h"

#include "base/json.h"
#include "loadgen/verdict/verdict_json.h"
#include "server/lab/experiment/experiment_plan_json.h"
#include "server/lab/experiment/experiment_view.h"

/* --- small steps, each false when memory ran out --- */

static bool add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) != NULL;
}

static bool add_count(cJSON *object, const char *name, uint64_t count)
{
    return add_number(object, name, (double)count);
}

/* null for 0 */
static bool add_count_if_any(cJSON *object, const char *name, uint64_t count)
{
    return count != 0 ? add_count(object, name, count) : cJSON_AddNullToObject(object, name) != NULL;
}

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

static bool add_bool(cJSON *object, const char *name, bool value)
{
    return cJSON_AddBoolToObject(object, name, value) != NULL;
}

static bool add_verdict(cJSON *object, const struct verdict *verdict)
{
    return json_add(object, "limit", verdict != NULL ? verdict_to_json(verdict) : cJSON_CreateNull());
}

/* --- the result of a search --- */

static bool add_proof(cJSON *object, const struct plan_proof *proof, bool moved)
{
    return add_count(object, "run", proof->run) && add_text(object, "lowered", limit_name(proof->limit)) &&
           add_count(object, "from", proof->from) && add_count(object, "to", proof->to) &&
           add_count(object, "expected", proof->expected) && add_bool(object, "moved", moved);
}

static bool add_search(cJSON *object, const struct experiment_view *view)
{
    struct search_result found;
    strategy_of(view->plan.kind)->found(&view->findings, &found);
    return add_text(object, "mode", run_mode_name(found.mode)) && add_count(object, "ceiling", found.ceiling) &&
           add_count_if_any(object, "fails_at", found.fails_at) && add_count(object, "max", view->plan.max) &&
           add_count_if_any(object, "predicted", view->findings.predicted) &&
           add_count(object, "confirmations", found.confirmations) && add_bool(object, "stable", found.stable) &&
           add_count(object, "runs", view->findings.count) && add_text(object, "sentence", found.sentence) &&
           (view->plan.proof.run == 0 || add_proof(object, &view->plan.proof, found.moved)) &&
           add_verdict(object, found.verdict);
}

/* --- the result of a table --- */

static bool add_rate(cJSON *object, const char *name, double rate)
{
    return add_number(object, name, (double)(uint64_t)(rate * 10 + 0.5) / 10);
}

static bool add_rates(cJSON *object, const struct table_row *row)
{
    if (row->runs == 0) {
        return cJSON_AddNullToObject(object, "clients_per_s") != NULL;
    }
    cJSON *const rates = cJSON_AddObjectToObject(object, "clients_per_s");
    return rates != NULL && add_rate(rates, "median", row->median) && add_rate(rates, "min", row->min) &&
           add_rate(rates, "max", row->max);
}

static bool add_published(cJSON *object, const struct table_row *row)
{
    if (row->published == NULL) {
        return true;
    }
    cJSON *const published = cJSON_AddObjectToObject(object, "published");
    return published != NULL && add_bool(published, "works", row->published_works) &&
           add_text(published, "note", row->published);
}

static bool add_row(cJSON *rows, const struct table_row *row)
{
    cJSON *const object = cJSON_CreateObject();
    return json_append(rows, object) && add_text(object, "mode", run_mode_name(row->mode)) &&
           add_count(object, "count", row->count) && add_count(object, "runs", row->runs) &&
           add_count(object, "completed", row->completed) && add_count(object, "failed", row->failed) &&
           add_rates(object, row) && add_verdict(object, row->verdict) && add_published(object, row);
}

static bool add_table(cJSON *object, const struct experiment_view *view)
{
    const struct strategy *const strategy = strategy_of(view->plan.kind);
    cJSON *const rows = cJSON_AddArrayToObject(object, "rows");
    bool added = rows != NULL;
    for (size_t i = 0; added && i < strategy->row_count(&view->plan); i++) {
        struct table_row row;
        strategy->row(&view->findings, i, &row);
        added = add_row(rows, &row);
    }
    return added;
}

/* --- an experiment --- */

static bool add_result(cJSON *object, const struct experiment_view *view)
{
    if (view->findings.count == 0) {
        return cJSON_AddNullToObject(object, "result") != NULL;
    }
    cJSON *const result = cJSON_AddObjectToObject(object, "result");
    return result != NULL &&
           (strategy_of(view->plan.kind)->found != NULL ? add_search(result, view) : add_table(result, view));
}

static bool add_runs(cJSON *object, const struct experiment_view *view)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "runs");
    bool added = list != NULL;
    for (size_t i = 0; added && i < view->count; i++) {
        added = json_append(list, cJSON_CreateNumber((double)view->runs[i].id));
    }
    return added;
}

static bool add_progress(cJSON *object, const struct experiment *experiment, const struct experiment_view *view)
{
    uint64_t ms = 0;
    const size_t done = view->findings.count;
    const bool over = run_status_is_over(experiment->status);
    const size_t left = over ? 0 : strategy_of(view->plan.kind)->left(&view->findings, &ms);
    cJSON *const progress = cJSON_AddObjectToObject(object, "progress");
    return progress != NULL && add_count(progress, "done", done) && add_count(progress, "planned", done + left) &&
           (over || done > 0 ? add_number(progress, "seconds_left", (double)ms / 1000)
                             : cJSON_AddNullToObject(progress, "seconds_left") != NULL);
}

static cJSON *view_to_json(const struct experiment *experiment, const struct experiment_view *view)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && add_number(object, "id", (double)experiment->id) &&
        add_text(object, "kind", experiment->kind) && add_text(object, "status", run_status_name(experiment->status)) &&
        add_text(object, "message", experiment->message) &&
        json_add_moment(object, "created_at", experiment->created_ms) &&
        json_add_moment(object, "started_at", experiment->started_ms) &&
        json_add_moment(object, "finished_at", experiment->finished_ms) &&
        json_add(object, "asked", plan_to_json(&view->plan)) &&
        json_add(object, "prediction",
                 experiment->predicted ? prediction_to_json(&experiment->prediction) : cJSON_CreateNull()) &&
        add_runs(object, view) && add_progress(object, experiment, view) && add_result(object, view)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

enum result experiment_to_json(struct store *store, const struct experiment *experiment, cJSON **json, struct err *err)
{
    struct experiment_view view;
    if (experiment_view_load(store, experiment, &view, err) != RESULT_OK) {
        return err->code;
    }
    *json = view_to_json(experiment, &view);
    experiment_view_free(&view);
    return *json != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}
