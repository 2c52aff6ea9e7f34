#include "loadgen/verdict/verdict_json.h"

#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/verdict/verdict_write.h"

#define US_PER_S 1e6

static bool add_nulls(cJSON *object, const char *const *names, size_t count)
{
    bool added = true;
    for (size_t i = 0; added && i < count; i++) {
        added = json_add_null(object, names[i]);
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

cJSON *verdict_to_json(const struct verdict *verdict, enum language language)
{
    struct json_tree tree;
    const struct json_writer writer = json_new_tree_writer(&tree);
    const bool written = verdict_write(&writer, NULL, verdict, language);
    return json_if(written, json_tree_take(&tree));
}

/* --- its facts --- */

cJSON *facts_to_json(const struct verdict *verdict)
{
    struct json_tree tree;
    const struct json_writer writer = json_new_tree_writer(&tree);
    facts_write(&writer, NULL, verdict);
    return json_tree_take(&tree);
}

/* False for a name that this version does not know. */
static bool read_subject(const cJSON *json, struct fact *fact, char text[FACT_TEXT_SIZE])
{
    const char *const error = json_text_of(json, "errno");
    const enum limit_side limit_side = limit_side_from_name(json_text_of(json, "side"));
    switch (fact_subject(fact->kind)) {
    case FACT_ABOUT_ERROR:
        fact->about.error.phase = error_phase_from_name(json_text_of(json, "phase"));
        fact->about.error.call = client_call_from_name(json_text_of(json, "call"));
        fact->about.error.error_number = error != NULL ? err_errno_from_name(error) : 0;
        return fact->about.error.phase != PHASE_COUNT && fact->about.error.call != CALL_COUNT;
    case FACT_ABOUT_LIMIT:
        fact->about.limit.id = limit_from_name(json_text_of(json, "limit"));
        fact->about.limit.side = limit_side;
        return fact->about.limit.id != LIMIT_COUNT && limit_side != LIMIT_SIDE_COUNT;
    case FACT_ABOUT_COUNTER:
        fact->about.counter = counter_from_name(json_text_of(json, "counter"));
        return fact->about.counter != COUNTER_COUNT;
    case FACT_ABOUT_SIDE:
        fact->about.side = fact_side_from_name(json_text_of(json, "side"));
        break;
    case FACT_ABOUT_TEXT:
        copy_text(json, "text", text, FACT_TEXT_SIZE);
        break;
    case FACT_ABOUT_REFUSAL: /* earlier versions wrote none */
        fact->about.refusal = uring_refusal_from_name(json_text_of(json, "refusal"));
        break;
    case FACT_ABOUT_NONE:
        break;
    }
    return true;
}

static bool read_fact(const cJSON *json, struct verdict *verdict)
{
    struct fact fact = {.kind = fact_from_name(json_text_of(json, "fact"))};
    if (fact.kind == FACT_COUNT || !read_subject(json, &fact, verdict->text)) {
        return false;
    }
    for (size_t i = 0; i < FACT_NUMBERS; i++) {
        const char *const name = fact_number_name(fact.kind, i);
        const bool known = name != NULL && cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(json, name)) != 0;
        fact.numbers[i] = known ? json_count_of(json, name) : FACT_UNKNOWN;
    }
    verdict_add(verdict, fact);
    return true;
}

bool facts_from_json(const cJSON *json, struct verdict *verdict)
{
    bool known = cJSON_IsArray(json) != 0;
    for (const cJSON *item = known ? json->child : NULL; item != NULL; item = item->next) {
        known = read_fact(item, verdict) && known;
    }
    return known;
}

/* --- a prediction --- */

static bool add_ceiling(cJSON *object, const struct predict_ceiling *ceiling)
{
    static const char *const names[] = {"ceiling", "limit", "side", "value", "unit", "needed"};
    if (ceiling == NULL) {
        return add_nulls(object, names, COUNT_OF(names)) && json_add_bool(object, "shared", false);
    }
    return json_add_uint(object, "ceiling", ceiling->clients) &&
           json_add_text(object, "limit", predict_ceiling_name(ceiling)) &&
           json_add_text(object, "side", limit_side_name(ceiling->side)) &&
           json_add_uint(object, "value", ceiling->value) &&
           json_add_text(object, "unit", predict_ceiling_unit(ceiling)) &&
           limit_add_number(object, "needed", ceiling->needed) && json_add_bool(object, "shared", ceiling->shared);
}

static cJSON *ladder_to_json(const struct prediction *prediction)
{
    cJSON *const ladder = cJSON_CreateArray();
    bool added = ladder != NULL;
    for (size_t i = 0; added && i < prediction->count; i++) {
        cJSON *const step = cJSON_CreateObject();
        added = json_append(ladder, step) && add_ceiling(step, &prediction->ceilings[i]);
    }
    return json_if(added, ladder);
}

cJSON *prediction_to_json(const struct prediction *prediction)
{
    cJSON *const object = cJSON_CreateObject();
    const char *const ladder = prediction->ladder_sentence;
    return json_if(add_ceiling(object, prediction->count > 0 ? &prediction->ceilings[0] : NULL) &&
                       json_add(object, "ladder", ladder_to_json(prediction)) &&
                       json_add_bool(object, "estimate", prediction->estimate) &&
                       json_add_bool(object, "certain", prediction->certain) &&
                       json_add_bool(object, "queues", prediction->queues) &&
                       json_add_text(object, "sentence", prediction->sentence) &&
                       json_add_text(object, "ladder_sentence", ladder[0] != '\0' ? ladder : NULL),
                   object);
}

/* False for a name that is neither a limit's nor that of the side's pool (predict_ceiling_name). */
static bool read_ceiling(const cJSON *json, struct predict_ceiling *ceiling)
{
    const char *const name = json_text_of(json, "limit");
    const bool needs = cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(json, "needed")) != 0;
    *ceiling = (struct predict_ceiling){.clients = json_count_of(json, "ceiling"),
                                        .limit = limit_from_name(name),
                                        .side = limit_side_from_name(json_text_of(json, "side")),
                                        .value = json_count_of(json, "value"),
                                        .shared = flag_of(json, "shared"),
                                        .needed = needs ? json_count_of(json, "needed") : LIMIT_UNKNOWN};
    return name != NULL && ceiling->side != LIMIT_SIDE_COUNT && strcmp(predict_ceiling_name(ceiling), name) == 0;
}

static bool ladder_from_json(const cJSON *json, struct prediction *prediction)
{
    bool known = cJSON_IsArray(json) != 0;
    prediction->count = 0;
    for (const cJSON *step = known ? json->child : NULL; known && step != NULL; step = step->next) {
        known = prediction->count < PREDICT_STEPS && read_ceiling(step, &prediction->ceilings[prediction->count]);
        prediction->count += known;
    }
    return known;
}

bool prediction_from_json(const cJSON *json, struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    if (!cJSON_IsObject(json) || !ladder_from_json(cJSON_GetObjectItemCaseSensitive(json, "ladder"), prediction)) {
        return false;
    }
    prediction->estimate = flag_of(json, "estimate");
    prediction->certain = flag_of(json, "certain");
    prediction->queues = flag_of(json, "queues");
    copy_text(json, "sentence", prediction->sentence, sizeof prediction->sentence);
    copy_text(json, "ladder_sentence", prediction->ladder_sentence, sizeof prediction->ladder_sentence);
    return true;
}

cJSON *predictions_to_json(const struct predictions *predictions)
{
    cJSON *const object = cJSON_CreateObject();
    bool added = object != NULL;
    for (enum run_mode mode = 0; added && mode < MODE_COUNT; mode++) {
        added = !predictions->known[mode] ||
                json_add(object, run_mode_name(mode), prediction_to_json(&predictions->of[mode]));
    }
    if (added && object->child == NULL) {
        cJSON_Delete(object);
        return cJSON_CreateNull();
    }
    return json_if(added, object);
}

bool predictions_from_json(const cJSON *json, struct predictions *predictions)
{
    bool whole = cJSON_IsObject(json) != 0;
    memset(predictions, 0, sizeof *predictions);
    for (const cJSON *item = whole ? json->child : NULL; item != NULL; item = item->next) {
        const enum run_mode mode = run_mode_from_name(item->string);
        const bool known = mode != MODE_COUNT && prediction_from_json(item, &predictions->of[mode]);
        whole = whole && known;
        if (known) {
            predictions->known[mode] = true;
        }
    }
    return whole;
}

/* --- what the processors did --- */

static bool add_busy(cJSON *object, const struct cpu_use *use, enum bottleneck bottleneck)
{
    if (bottleneck == BOTTLENECK_UNKNOWN || use->busy_us + use->idle_us == 0) {
        return json_add_null(object, "busy");
    }
    return json_add_rounded(object, "busy", (double)use->busy_us / (double)(use->busy_us + use->idle_us), 1000);
}

static bool add_runnable(cJSON *object, const struct cpu_use *use)
{
    cJSON *const runnable = cJSON_AddObjectToObject(object, "runnable");
    return json_add_rounded(runnable, "mean", bottleneck_runnable_mean(use), 10) &&
           json_add_uint(runnable, "max", use->runnable_most);
}

cJSON *bottleneck_to_json(const struct cpu_use *use)
{
    char evidence[400];
    const enum bottleneck bottleneck = bottleneck_find(use);
    const bool of_group = bottleneck == BOTTLENECK_QUOTA || bottleneck == BOTTLENECK_HIGH;
    const char *const name = bottleneck_name(bottleneck);
    cJSON *const object = cJSON_CreateObject();
    bottleneck_describe(use, evidence, sizeof evidence);
    return json_if(json_add_rounded(object, "client_s", (double)use->client_us / US_PER_S, 1000) &&
                       json_add_rounded(object, "server_s", (double)use->server_us / US_PER_S, 1000) &&
                       json_add_uint(object, "cores", use->cores) && add_busy(object, use, bottleneck) &&
                       add_runnable(object, use) && json_add_text(object, "bottleneck", name) &&
                       json_add_text(object, "held_up", of_group ? fact_side_name(bottleneck_side(use)) : NULL) &&
                       json_add_text(object, "evidence", evidence),
                   object);
}
