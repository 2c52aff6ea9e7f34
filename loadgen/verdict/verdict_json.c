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

static bool add_limit(cJSON *object, const struct verdict *verdict)
{
    static const char *const names[] = {"name", "side", "value", "reached", "unit", "raise", "raise_by"};
    if (verdict->kind != VERDICT_LIMIT) {
        return add_nulls(object, names, COUNT_OF(names));
    }
    return json_add_text(object, "name", limit_name(verdict->limit)) &&
           json_add_text(object, "side", limit_side_name(verdict->side)) &&
           json_add_uint(object, "value", verdict->value) && json_add_uint(object, "reached", verdict->reached) &&
           json_add_text(object, "unit", limit_unit(verdict->limit)) &&
           json_add_text(object, "raise", limit_raise(verdict->limit)) && limit_add_ways(object, verdict->limit);
}

static bool add_proof(cJSON *object, const struct verdict_proof *proof)
{
    if (proof->experiment == 0) {
        return true;
    }
    cJSON *const item = cJSON_AddObjectToObject(object, "proof");
    return json_add_uint(item, "experiment", (uint64_t)proof->experiment) &&
           json_add_uint(item, "lowered_to", proof->lowered_to) && json_add_uint(item, "expected", proof->expected) &&
           json_add_uint(item, "ceiling", proof->ceiling);
}

cJSON *verdict_to_json(const struct verdict *verdict)
{
    if (verdict->kind == VERDICT_NONE) {
        return cJSON_CreateNull();
    }
    cJSON *const object = cJSON_CreateObject();
    return json_if(add_limit(object, verdict) && json_add_text(object, "slow_side", slow_side_name(verdict->slow)) &&
                       json_add_text(object, "evidence", verdict->evidence) &&
                       json_add_text(object, "certainty", certainty_name(verdict->certainty)) &&
                       add_proof(object, &verdict->proof),
                   object);
}

/* Whether a name that was stored, or null, is what it was read as. */
static bool is_read(const cJSON *json, const char *name, bool known)
{
    return known || json_text_of(json, name) == NULL;
}

bool verdict_from_json(const cJSON *json, struct verdict *verdict)
{
    const cJSON *const proof = cJSON_GetObjectItemCaseSensitive(json, "proof");
    const enum limit_id limit = limit_from_name(json_text_of(json, "name"));
    const enum limit_side side = limit_side_from_name(json_text_of(json, "side"));
    const enum certainty certainty = certainty_from_name(json_text_of(json, "certainty"));
    const enum slow_side slow = slow_side_from_name(json_text_of(json, "slow_side"));
    const bool named = limit != LIMIT_COUNT && side != LIMIT_SIDE_COUNT;
    const bool known = certainty != CERTAINTY_COUNT && is_read(json, "name", named) && is_read(json, "side", named) &&
                       is_read(json, "slow_side", slow != SLOW_NONE);
    if (cJSON_IsNull(json)) {
        *verdict = (struct verdict){.kind = VERDICT_NONE};
        return true;
    }
    *verdict = (struct verdict){.kind = known && named ? VERDICT_LIMIT : VERDICT_UNKNOWN,
                                .limit = named ? limit : LIMIT_COUNT,
                                .side = named ? side : LIMIT_SIDE_COUNT,
                                .value = json_count_of(json, "value"),
                                .reached = json_count_of(json, "reached"),
                                .certainty = known ? certainty : CERTAINTY_UNKNOWN,
                                .slow = slow,
                                .proof = {.experiment = (int64_t)json_count_of(proof, "experiment"),
                                          .lowered_to = json_count_of(proof, "lowered_to"),
                                          .expected = json_count_of(proof, "expected"),
                                          .ceiling = json_count_of(proof, "ceiling")}};
    copy_text(json, "evidence", verdict->evidence, sizeof verdict->evidence);
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
                       add_next(object, prediction) && json_add_bool(object, "certain", prediction->certain) &&
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
    prediction->certain = flag_of(json, "certain");
    prediction->queues = flag_of(json, "queues");
    copy_text(json, "sentence", prediction->sentence, sizeof prediction->sentence);
    return true;
}

/* --- what the processors did --- */

static bool add_busy(cJSON *object, const struct cpu_use *use, enum bottleneck bottleneck)
{
    if (bottleneck == BOTTLENECK_UNKNOWN) {
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
