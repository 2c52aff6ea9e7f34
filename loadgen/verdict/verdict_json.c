#include "loadgen/verdict/verdict_json.h"

#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_json.h"

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

/* How a limit is raised. */
static bool add_ways(cJSON *object, const struct verdict *verdict)
{
    static const char *const names[] = {"unit", "raise", "raise_by"};
    if (verdict->kind != VERDICT_LIMIT) {
        return add_nulls(object, names, COUNT_OF(names));
    }
    return json_add_text(object, "unit", limit_unit(verdict->limit)) &&
           json_add_text(object, "raise", limit_raise(verdict->limit)) && limit_add_ways(object, verdict->limit);
}

static bool add_sentence(cJSON *object, const struct verdict *verdict, enum language language)
{
    struct buf text = BUF_INIT;
    sentence_append(verdict, language, &text);
    const bool added = !text.failed && json_add_text(object, "sentence", text.bytes);
    buf_free(&text);
    return added;
}

cJSON *verdict_to_json(const struct verdict *verdict, enum language language)
{
    if (verdict->kind == VERDICT_NONE) {
        return cJSON_CreateNull();
    }
    cJSON *const object = cJSON_CreateObject();
    return json_if(json_add_text(object, "kind", verdict_kind_name(verdict->kind)) &&
                       json_add_text(object, "name", verdict_name(verdict)) &&
                       json_add_text(object, "side", fact_side_name(verdict->side)) &&
                       limit_add_number(object, "value", verdict->value) &&
                       limit_add_number(object, "reached", verdict->reached) &&
                       json_add_text(object, "certainty", certainty_name(verdict->certainty)) &&
                       add_sentence(object, verdict, language) && json_add(object, "facts", facts_to_json(verdict)) &&
                       add_ways(object, verdict) && limit_add_number(object, "needed", verdict->needed),
                   object);
}

/* --- its facts --- */

static bool add_subject(cJSON *object, const struct fact *fact, const char *text)
{
    const int error_number = fact->about.error.error_number;
    switch (fact_subject(fact->kind)) {
    case FACT_ABOUT_ERROR:
        return json_add_text(object, "phase", error_phase_name(fact->about.error.phase)) &&
               json_add_text(object, "call", client_call_name(fact->about.error.call)) &&
               json_add_text(object, "errno", error_number != 0 ? err_errno_name(error_number) : NULL);
    case FACT_ABOUT_LIMIT:
        return json_add_text(object, "limit", limit_name(fact->about.limit.id)) &&
               json_add_text(object, "side", limit_side_name(fact->about.limit.side));
    case FACT_ABOUT_COUNTER:
        return json_add_text(object, "counter", counter_name(fact->about.counter));
    case FACT_ABOUT_SIDE:
        return json_add_text(object, "side", fact_side_name(fact->about.side));
    case FACT_ABOUT_TEXT:
        return json_add_text(object, "text", text);
    case FACT_ABOUT_NONE:
        break;
    }
    return true;
}

static cJSON *fact_to_json(const struct fact *fact, const char *text)
{
    cJSON *const object = cJSON_CreateObject();
    bool added = json_add_text(object, "fact", fact_name(fact->kind)) && add_subject(object, fact, text);
    for (size_t i = 0; added && fact_number_name(fact->kind, i) != NULL; i++) {
        added = fact->numbers[i] == FACT_UNKNOWN || fact->numbers[i] == LIMIT_UNLIMITED ||
                json_add_uint(object, fact_number_name(fact->kind, i), fact->numbers[i]);
    }
    return json_if(added, object);
}

cJSON *facts_to_json(const struct verdict *verdict)
{
    cJSON *const list = cJSON_CreateArray();
    bool added = list != NULL;
    for (size_t i = 0; added && i < verdict->fact_count; i++) {
        added = json_append(list, fact_to_json(&verdict->facts[i], verdict->text));
    }
    return json_if(added, list);
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
        return fact->about.side != FACT_SIDE_NONE;
    case FACT_ABOUT_TEXT:
        copy_text(json, "text", text, FACT_TEXT_SIZE);
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
    static const char *const names[] = {"ceiling", "limit", "side", "value", "unit"};
    if (ceiling == NULL) {
        return add_nulls(object, names, COUNT_OF(names)) && json_add_bool(object, "shared", false);
    }
    return json_add_uint(object, "ceiling", ceiling->clients) &&
           json_add_text(object, "limit", predict_ceiling_name(ceiling)) &&
           json_add_text(object, "side", limit_side_name(ceiling->side)) &&
           json_add_uint(object, "value", ceiling->value) &&
           json_add_text(object, "unit", predict_ceiling_unit(ceiling)) &&
           json_add_bool(object, "shared", ceiling->shared);
}

static bool add_next(cJSON *object, const struct prediction *prediction)
{
    if (prediction->count < 2) {
        return json_add_null(object, "next");
    }
    cJSON *const next = cJSON_AddObjectToObject(object, "next");
    return add_ceiling(next, &prediction->ceilings[1]);
}

cJSON *prediction_to_json(const struct prediction *prediction)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(add_ceiling(object, prediction->count > 0 ? &prediction->ceilings[0] : NULL) &&
                       add_next(object, prediction) && json_add_bool(object, "estimate", prediction->estimate) &&
                       json_add_bool(object, "certain", prediction->certain) &&
                       json_add_bool(object, "queues", prediction->queues) &&
                       json_add_text(object, "sentence", prediction->sentence),
                   object);
}

/* False for a name that is neither a limit's nor that of the side's pool (predict_ceiling_name). */
static bool read_ceiling(const cJSON *json, struct predict_ceiling *ceiling)
{
    const char *const name = json_text_of(json, "limit");
    *ceiling = (struct predict_ceiling){.clients = json_count_of(json, "ceiling"),
                                        .limit = limit_from_name(name),
                                        .side = limit_side_from_name(json_text_of(json, "side")),
                                        .value = json_count_of(json, "value"),
                                        .shared = flag_of(json, "shared")};
    return name != NULL && ceiling->side != LIMIT_SIDE_COUNT && strcmp(predict_ceiling_name(ceiling), name) == 0;
}

bool prediction_from_json(const cJSON *json, struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    if (!cJSON_IsObject(json)) {
        return false;
    }
    const cJSON *const next = cJSON_GetObjectItemCaseSensitive(json, "next");
    const bool binds = !cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "limit"));
    const bool has_next = binds && cJSON_IsObject(next);
    if ((binds && !read_ceiling(json, &prediction->ceilings[0])) ||
        (has_next && !read_ceiling(next, &prediction->ceilings[1]))) {
        return false;
    }
    prediction->count = !binds ? 0 : has_next ? 2 : 1;
    prediction->estimate = flag_of(json, "estimate");
    prediction->certain = flag_of(json, "certain");
    prediction->queues = flag_of(json, "queues");
    copy_text(json, "sentence", prediction->sentence, sizeof prediction->sentence);
    return true;
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
    char evidence[256];
    const enum bottleneck bottleneck = bottleneck_find(use);
    const char *const name = bottleneck_name(bottleneck);
    cJSON *const object = cJSON_CreateObject();
    bottleneck_describe(use, evidence, sizeof evidence);
    return json_if(json_add_rounded(object, "client_s", (double)use->client_us / US_PER_S, 1000) &&
                       json_add_rounded(object, "server_s", (double)use->server_us / US_PER_S, 1000) &&
                       json_add_uint(object, "cores", use->cores) && add_busy(object, use, bottleneck) &&
                       add_runnable(object, use) && json_add_text(object, "bottleneck", name) &&
                       json_add_text(object, "evidence", evidence),
                   object);
}
