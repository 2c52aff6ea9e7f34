#include "loadgen/verdict/verdict_json.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_json.h"

#define US_PER_S 1e6

static double rounded(double value, double decimals)
{
    return round(value * decimals) / decimals;
}

static bool add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) != NULL;
}

/* null for NULL */
static bool add_text(cJSON *object, const char *name, const char *text)
{
    return (text != NULL ? cJSON_AddStringToObject(object, name, text) : cJSON_AddNullToObject(object, name)) != NULL;
}

static bool add_nulls(cJSON *object, const char *const *names, size_t count)
{
    bool added = true;
    for (size_t i = 0; added && i < count; i++) {
        added = cJSON_AddNullToObject(object, names[i]) != NULL;
    }
    return added;
}

static void copy_text(const cJSON *object, const char *name, char *text, size_t size)
{
    const char *const found = json_text_of(object, name);
    utf8_copy(text, size, found != NULL ? found : "");
}

static bool flag_of(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name)) != 0;
}

/* --- a verdict --- */

static bool add_limit(cJSON *object, const struct verdict *verdict)
{
    static const char *const names[] = {"name", "side", "value", "reached", "unit", "raise", "raise_by"};
    if (verdict->kind != VERDICT_LIMIT) {
        return add_nulls(object, names, COUNT_OF(names));
    }
    return add_text(object, "name", limit_name(verdict->limit)) &&
           add_text(object, "side", limit_side_name(verdict->side)) &&
           add_number(object, "value", (double)verdict->value) &&
           add_number(object, "reached", (double)verdict->reached) &&
           add_text(object, "unit", limit_unit(verdict->limit)) &&
           add_text(object, "raise", limit_raise(verdict->limit)) && limit_add_ways(object, verdict->limit);
}

static bool add_proof(cJSON *object, const struct verdict_proof *proof)
{
    if (proof->experiment == 0) {
        return true;
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "proof");
    return item != NULL && add_number(item, "experiment", (double)proof->experiment) &&
           add_number(item, "lowered_to", (double)proof->lowered_to) &&
           add_number(item, "expected", (double)proof->expected) && add_number(item, "ceiling", (double)proof->ceiling);
}

cJSON *verdict_to_json(const struct verdict *verdict)
{
    if (verdict->kind == VERDICT_NONE) {
        return cJSON_CreateNull();
    }
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && add_limit(object, verdict) && add_text(object, "slow_side", slow_side_name(verdict->slow)) &&
        add_text(object, "evidence", verdict->evidence) &&
        add_text(object, "certainty", certainty_name(verdict->certainty)) && add_proof(object, &verdict->proof)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

void verdict_from_json(const cJSON *json, struct verdict *verdict)
{
    const cJSON *const proof = cJSON_GetObjectItemCaseSensitive(json, "proof");
    const enum certainty certainty = certainty_from_name(json_text_of(json, "certainty"));
    *verdict = (struct verdict){.kind = VERDICT_NONE};
    if (certainty == CERTAINTY_COUNT) {
        return;
    }
    verdict->certainty = certainty;
    verdict->limit = limit_from_name(json_text_of(json, "name"));
    verdict->side = limit_side_from_name(json_text_of(json, "side"));
    const bool named = verdict->limit != LIMIT_COUNT && verdict->side != LIMIT_SIDE_COUNT;
    verdict->kind = named ? VERDICT_LIMIT : VERDICT_UNKNOWN;
    verdict->value = json_count_of(json, "value");
    verdict->reached = json_count_of(json, "reached");
    verdict->slow = slow_side_from_name(json_text_of(json, "slow_side"));
    verdict->proof = (struct verdict_proof){.experiment = (int64_t)json_count_of(proof, "experiment"),
                                            .lowered_to = json_count_of(proof, "lowered_to"),
                                            .expected = json_count_of(proof, "expected"),
                                            .ceiling = json_count_of(proof, "ceiling")};
    copy_text(json, "evidence", verdict->evidence, sizeof verdict->evidence);
}

/* --- a prediction --- */

static bool add_ceiling(cJSON *object, const struct predict_ceiling *ceiling)
{
    static const char *const names[] = {"ceiling", "limit", "side", "value", "unit"};
    if (ceiling == NULL) {
        return add_nulls(object, names, COUNT_OF(names)) && cJSON_AddBoolToObject(object, "shared", false) != NULL;
    }
    return add_number(object, "ceiling", (double)ceiling->clients) &&
           add_text(object, "limit", predict_ceiling_name(ceiling)) &&
           add_text(object, "side", limit_side_name(ceiling->side)) &&
           add_number(object, "value", (double)ceiling->value) &&
           add_text(object, "unit", predict_ceiling_unit(ceiling)) &&
           cJSON_AddBoolToObject(object, "shared", ceiling->shared) != NULL;
}

static bool add_next(cJSON *object, const struct prediction *prediction)
{
    if (prediction->count < 2) {
        return cJSON_AddNullToObject(object, "next") != NULL;
    }
    cJSON *const next = cJSON_AddObjectToObject(object, "next");
    return next != NULL && add_ceiling(next, &prediction->ceilings[1]);
}

cJSON *prediction_to_json(const struct prediction *prediction)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && add_ceiling(object, prediction->count > 0 ? &prediction->ceilings[0] : NULL) &&
        add_next(object, prediction) && cJSON_AddBoolToObject(object, "certain", prediction->certain) != NULL &&
        cJSON_AddBoolToObject(object, "queues", prediction->queues) != NULL &&
        add_text(object, "sentence", prediction->sentence)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

/* A name that is no limit's is that of a pool: see predict_ceiling_name. */
static bool read_ceiling(const cJSON *json, struct predict_ceiling *ceiling)
{
    *ceiling = (struct predict_ceiling){.clients = json_count_of(json, "ceiling"),
                                        .limit = limit_from_name(json_text_of(json, "limit")),
                                        .side = limit_side_from_name(json_text_of(json, "side")),
                                        .value = json_count_of(json, "value"),
                                        .shared = flag_of(json, "shared")};
    return ceiling->side != LIMIT_SIDE_COUNT;
}

bool prediction_from_json(const cJSON *json, struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    if (!cJSON_IsObject(json)) {
        return false;
    }
    const bool least = read_ceiling(json, &prediction->ceilings[0]);
    const bool next = read_ceiling(cJSON_GetObjectItemCaseSensitive(json, "next"), &prediction->ceilings[1]);
    prediction->count = !least ? 0 : next ? 2 : 1;
    prediction->certain = flag_of(json, "certain");
    prediction->queues = flag_of(json, "queues");
    copy_text(json, "sentence", prediction->sentence, sizeof prediction->sentence);
    return true;
}

/* --- what the processors did --- */

static bool add_busy(cJSON *object, const struct cpu_use *use, enum bottleneck bottleneck)
{
    if (bottleneck == BOTTLENECK_UNKNOWN) {
        return cJSON_AddNullToObject(object, "busy") != NULL;
    }
    return add_number(object, "busy", rounded((double)use->busy_us / (double)(use->busy_us + use->idle_us), 1000));
}

static bool add_runnable(cJSON *object, const struct cpu_use *use)
{
    cJSON *const runnable = cJSON_AddObjectToObject(object, "runnable");
    return runnable != NULL && add_number(runnable, "mean", rounded(bottleneck_runnable_mean(use), 10)) &&
           add_number(runnable, "max", (double)use->runnable_most);
}

cJSON *bottleneck_to_json(const struct cpu_use *use)
{
    char evidence[256];
    const enum bottleneck bottleneck = bottleneck_find(use);
    const char *const name = bottleneck_name(bottleneck);
    cJSON *const object = cJSON_CreateObject();
    bottleneck_describe(use, evidence, sizeof evidence);
    if (object != NULL && add_number(object, "client_s", rounded((double)use->client_us / US_PER_S, 1000)) &&
        add_number(object, "server_s", rounded((double)use->server_us / US_PER_S, 1000)) &&
        add_number(object, "cores", (double)use->cores) && add_busy(object, use, bottleneck) &&
        add_runnable(object, use) && add_text(object, "bottleneck", name) && add_text(object, "evidence", evidence)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}
