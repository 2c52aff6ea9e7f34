/* A prediction in words and in JSON. */
#include "loadgen/verdict/predict_words.h"

#include <stdio.h>

#include "base/figures.h"

/* "threads", "clients of a pool" */
static const char *clients_of(enum run_mode mode)
{
    switch (mode) {
    case MODE_THREAD:
        return "threads";
    case MODE_POOL:
        return "clients of the pool";
    case MODE_PROCESS:
        return "processes";
    case MODE_EVENT:
        return "clients of the event loops";
    case MODE_COUNT:
        break;
    }
    return "clients";
}

/* "pids.max 4,096 on the client side" */
static void name_limit(const struct predict_ceiling *ceiling, char text[160])
{
    char value[FIGURE_SIZE];
    snprintf(text, 160, "%s %s %s", ceiling->name, figure_number(ceiling->value, value),
             ceiling->shared                      ? "for both sides together"
             : ceiling->side == LIMIT_SIDE_CLIENT ? "on the client side"
                                                  : "on the server side");
}

void predict_write_sentence(const struct predict_case *asked, struct prediction *prediction)
{
    char limit[160];
    char count[FIGURE_SIZE];
    char ceiling[FIGURE_SIZE];
    const uint64_t asked_for = asked->spec->count;
    const char *const held = asked->spec->hold ? "held " : "";
    const char *const who = clients_of(asked->spec->mode);
    char *const out = prediction->sentence;
    figure_number(asked_for, count);
    if (prediction->count == 0) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: no limit that is known stops them", count, held, who);
        return;
    }
    const struct predict_ceiling *const least = &prediction->ceilings[0];
    name_limit(least, limit);
    figure_number(least->clients, ceiling);
    if (prediction->most <= least->clients) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: within all limits, the nearest at %s, %s", count, held, who,
                 ceiling, limit);
    } else if (prediction->certain) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: stops at %s, %s", count, held, who, ceiling, limit);
    } else {
        snprintf(out, PREDICT_SENTENCE_SIZE,
                 "%s %s: at most %s can be alive at once, %s; without hold some end while others begin, so more may "
                 "complete",
                 count, who, ceiling, limit);
    }
}

/* --- JSON --- */

static bool add_ceiling(cJSON *object, const struct predict_ceiling *ceiling)
{
    if (ceiling == NULL) {
        return cJSON_AddNullToObject(object, "ceiling") != NULL && cJSON_AddNullToObject(object, "limit") != NULL &&
               cJSON_AddNullToObject(object, "side") != NULL && cJSON_AddNullToObject(object, "value") != NULL &&
               cJSON_AddNullToObject(object, "unit") != NULL && cJSON_AddBoolToObject(object, "shared", false) != NULL;
    }
    return cJSON_AddNumberToObject(object, "ceiling", (double)ceiling->clients) != NULL &&
           cJSON_AddStringToObject(object, "limit", ceiling->name) != NULL &&
           cJSON_AddStringToObject(object, "side", limit_side_name(ceiling->side)) != NULL &&
           cJSON_AddNumberToObject(object, "value", (double)ceiling->value) != NULL &&
           cJSON_AddStringToObject(object, "unit", ceiling->unit) != NULL &&
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
        cJSON_AddStringToObject(object, "sentence", prediction->sentence) != NULL) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}
