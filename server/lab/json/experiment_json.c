#include "server/lab/json/run_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "loadgen/verdict/verdict_json.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/experiment/experiment_view.h"
#include "server/lab/experiment/search_sentence.h"
#include "server/lab/experiment/survey_result.h"

/* null for 0 */
static bool add_count_if_any(cJSON *object, const char *name, uint64_t count)
{
    return count != 0 ? json_add_uint(object, name, count) : json_add_null(object, name);
}

static bool add_verdict(cJSON *object, const struct verdict *verdict, enum language language)
{
    return json_add(object, "verdict", verdict != NULL ? verdict_to_json(verdict, language) : cJSON_CreateNull());
}

/* --- the result of a search --- */

static bool add_proof(cJSON *object, const struct plan_proof *proof, bool moved)
{
    return json_add_uint(object, "run", proof->run) && json_add_text(object, "lowered", limit_name(proof->limit)) &&
           json_add_uint(object, "from", proof->from) && json_add_uint(object, "to", proof->to) &&
           json_add_uint(object, "expected", proof->expected) && json_add_bool(object, "moved", moved);
}

static bool add_found(cJSON *object, const struct search_result *found, enum language language)
{
    return json_add_uint(object, "ceiling", found->ceiling) && add_count_if_any(object, "fails_at", found->fails_at) &&
           json_add_uint(object, "low", found->low) && json_add_uint(object, "high", found->high) &&
           json_add_uint(object, "confirmations", found->confirmations) &&
           json_add_bool(object, "stable", found->stable && found->low == found->high) &&
           (found->served_until != 0 ? json_add_uint(object, "served_until", (uint64_t)found->served_until)
                                     : json_add_null(object, "served_until")) &&
           add_verdict(object, &found->verdict, language);
}

static bool add_search(cJSON *object, const struct experiment_view *view, enum language language)
{
    struct search_result found;
    strategy_of(view->plan.kind)->found(&view->findings, &found);
    search_describe(view->plan.spec.hold, language, &found);
    return json_add_text(object, "mode", run_mode_name(found.mode)) && json_add_uint(object, "max", view->plan.max) &&
           add_count_if_any(object, "predicted", view->findings.predicted) &&
           json_add_uint(object, "runs", view->findings.count) && json_add_text(object, "sentence", found.sentence) &&
           (view->plan.proof.run == 0 || add_proof(object, &view->plan.proof, found.moved)) &&
           add_found(object, &found, language);
}

/* --- the result of a table --- */

static bool add_rates(cJSON *object, const struct table_row *row)
{
    if (row->runs == 0) {
        return json_add_null(object, "clients_per_s");
    }
    cJSON *const rates = cJSON_AddObjectToObject(object, "clients_per_s");
    return json_add_rounded(rates, "median", row->median, 10) && json_add_rounded(rates, "min", row->min, 10) &&
           json_add_rounded(rates, "max", row->max, 10);
}

static bool add_published(cJSON *object, const struct table_row *row, enum language language)
{
    if (row->published == NULL) {
        return true;
    }
    cJSON *const published = cJSON_AddObjectToObject(object, "published");
    return json_add_bool(published, "works", row->published_works) &&
           json_add_text(published, "note", row->published[language]);
}

static bool add_row(cJSON *rows, const struct table_row *row, enum language language)
{
    cJSON *const object = cJSON_CreateObject();
    return json_append(rows, object) && json_add_text(object, "mode", run_mode_name(row->mode)) &&
           json_add_uint(object, "count", row->count) && json_add_uint(object, "runs", row->runs) &&
           json_add_uint(object, "completed", row->completed) && json_add_uint(object, "failed", row->failed) &&
           add_rates(object, row) && add_verdict(object, row->verdict, language) &&
           add_published(object, row, language);
}

static bool add_table(cJSON *object, const struct findings *findings, enum language language)
{
    const struct strategy *const strategy = strategy_of(findings->plan->kind);
    cJSON *const rows = cJSON_AddArrayToObject(object, "rows");
    bool added = rows != NULL;
    for (size_t i = 0; added && i < strategy->row_count(findings->plan); i++) {
        struct table_row row;
        strategy->row(findings, i, &row);
        added = add_row(rows, &row, language);
    }
    return added;
}

/* --- the result of a survey --- */

static bool add_left_out(cJSON *classic, const struct survey_result *survey)
{
    struct table_row row;
    cJSON *const list = cJSON_AddArrayToObject(classic, "left_out");
    bool added = list != NULL;
    for (size_t i = 0; added && strategy_classic_left_out(&survey->classic.plan, i, &row); i++) {
        cJSON *const load = cJSON_CreateObject();
        added = json_append(list, load) && json_add_text(load, "mode", run_mode_name(row.mode)) &&
                json_add_uint(load, "count", row.count);
    }
    return added;
}

static bool add_classic(cJSON *object, const struct survey_result *survey, enum language language)
{
    cJSON *const classic = cJSON_AddObjectToObject(object, "classic");
    return json_add_text(classic, "state", part_state_name(survey->classic_state)) &&
           add_table(classic, &survey->classic.findings, language) && add_left_out(classic, survey) &&
           json_add_text(classic, "sentence", survey->left_out[0] != '\0' ? survey->left_out : NULL);
}

static cJSON *survey_mode_to_json(const struct survey_mode *mode, const struct predictions *predictions,
                                  enum language language)
{
    const struct search_result none = {.verdict = verdict_of_kind(VERDICT_NONE)};
    const bool known = predictions->known[mode->mode];
    cJSON *const object = cJSON_CreateObject();
    return json_if(
        json_add_text(object, "mode", run_mode_name(mode->mode)) &&
            json_add_text(object, "state", part_state_name(mode->state)) &&
            add_count_if_any(object, "predicted", mode->predicted) && json_add_uint(object, "runs", mode->runs) &&
            add_found(object, mode->runs > 0 ? &mode->found : &none, language) &&
            add_count_if_any(object, "in_turn", mode->in_turn) && json_add_text(object, "sentence", mode->sentence) &&
            json_add(object, "prediction",
                     known ? prediction_to_json(&predictions->of[mode->mode]) : cJSON_CreateNull()),
        object);
}

static bool add_survey(cJSON *object, const struct experiment *experiment, const struct findings *findings,
                       enum language language)
{
    struct survey_result *const survey = survey_result_make(findings, run_status_is_over(experiment->status), language);
    if (survey == NULL) {
        return false;
    }
    cJSON *const list = add_classic(object, survey, language) ? cJSON_AddArrayToObject(object, "modes") : NULL;
    bool added = list != NULL;
    for (size_t i = 0; added && i < survey->mode_count; i++) {
        added = json_append(list, survey_mode_to_json(&survey->modes[i], &experiment->predictions, language));
    }
    added = added && json_add_text(object, "sentence", survey->sentence[0] != '\0' ? survey->sentence : NULL);
    free(survey);
    return added;
}

/* --- an experiment --- */

static bool add_result(cJSON *object, const struct experiment *experiment, const struct experiment_view *view,
                       enum language language)
{
    const struct strategy *const strategy = strategy_of(view->plan.kind);
    if (view->findings.count == 0) {
        return json_add_null(object, "result");
    }
    cJSON *const result = cJSON_AddObjectToObject(object, "result");
    return strategy->part != NULL    ? add_survey(result, experiment, &view->findings, language)
           : strategy->found != NULL ? add_search(result, view, language)
                                     : add_table(result, &view->findings, language);
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
    struct experiment_progress at;
    const bool over = run_status_is_over(experiment->status);
    experiment_view_progress(view, experiment->status, &at);
    const bool has_part = at.part < EXPERIMENT_KIND_COUNT;
    cJSON *const progress = cJSON_AddObjectToObject(object, "progress");
    return json_add_uint(progress, "done", at.done) && json_add_uint(progress, "planned", at.done + at.left) &&
           (over || at.done > 0 ? json_add_number(progress, "seconds_left", (double)at.ms_left / 1000)
                                : json_add_null(progress, "seconds_left")) &&
           json_add_text(progress, "part", has_part ? experiment_kind_name(at.part) : NULL) &&
           json_add_text(progress, "mode", at.mode < MODE_COUNT ? run_mode_name(at.mode) : NULL);
}

static bool add_life(cJSON *object, const struct experiment *experiment, const char *message)
{
    return json_add_number(object, "id", (double)experiment->id) && json_add_text(object, "kind", experiment->kind) &&
           json_add_text(object, "status", run_status_name(experiment->status)) &&
           json_add_text(object, "message", message) && json_add_moment(object, "created_at", experiment->created_ms) &&
           json_add_moment(object, "started_at", experiment->started_ms) &&
           json_add_moment(object, "finished_at", experiment->finished_ms) &&
           run_host_add_json(object, &experiment->host);
}

/* Of the mode that it searches; of a survey each stands in the result. */
static bool add_prediction(cJSON *object, const struct experiment *experiment, enum run_mode mode)
{
    const struct predictions *const predictions = &experiment->predictions;
    return json_add(object, "prediction",
                    mode < MODE_COUNT && predictions->known[mode] ? prediction_to_json(&predictions->of[mode])
                                                                  : cJSON_CreateNull());
}

static cJSON *view_to_json(const struct experiment *experiment, const struct experiment_view *view,
                           enum language language)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(add_life(object, experiment, experiment->message) &&
                       json_add(object, "asked", plan_to_json(&view->plan)) &&
                       add_prediction(object, experiment, view->plan.spec.mode) && add_runs(object, view) &&
                       add_progress(object, experiment, view) && add_result(object, experiment, view, language),
                   object);
}

struct run_ids {
    cJSON *list;
    bool failed;
};

static bool add_run_id(const struct experiment_run *run, void *arg)
{
    struct run_ids *const ids = arg;
    ids->failed = !json_append(ids->list, cJSON_CreateNumber((double)run->id));
    return !ids->failed;
}

/* One whose plan another version or program wrote: what is known of it without the plan. */
static enum result unreadable_to_json(struct store *store, const struct experiment *experiment, const char *why,
                                      cJSON **json, struct err *err)
{
    char message[sizeof experiment->message + sizeof err->message + 2];
    const bool has_more =
        experiment->message[0] != '\0' && strcmp(experiment->message, why) != 0; /* it ended of this */
    snprintf(message, sizeof message, "%s%s%s", why, has_more ? "; " : "", has_more ? experiment->message : "");
    cJSON *const object = cJSON_CreateObject();
    struct run_ids ids = {.failed = !add_life(object, experiment, message) ||
                                    cJSON_AddObjectToObject(object, "asked") == NULL ||
                                    !add_prediction(object, experiment, MODE_COUNT)};
    ids.list = cJSON_AddArrayToObject(object, "runs");
    enum result result = store_experiment_runs_each(store, experiment->id, add_run_id, &ids, err);
    cJSON *const progress = cJSON_AddObjectToObject(object, "progress");
    if (result == RESULT_OK &&
        (ids.failed || !json_add_uint(progress, "done", 0) || !json_add_uint(progress, "planned", 0) ||
         !json_add_null(progress, "seconds_left") || !json_add_null(progress, "part") ||
         !json_add_null(progress, "mode") || !json_add_null(object, "result"))) {
        result = err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    *json = json_if(result == RESULT_OK, object);
    return result;
}

enum result experiment_to_json(struct store *store, const struct experiment *experiment, enum language language,
                               cJSON **json, struct err *err)
{
    struct experiment_view view;
    struct err why;
    if (plan_restore(experiment->asked, &view.plan, &why) == RESULT_STORE) {
        return unreadable_to_json(store, experiment, why.message, json, err);
    }
    if (experiment_view_load(store, experiment, &view, err) != RESULT_OK) {
        return err->code;
    }
    *json = view_to_json(experiment, &view, language);
    experiment_view_free(&view);
    return *json != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}
