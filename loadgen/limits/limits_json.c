/* Limits as the API and the store have them, and how they are read from a line of the load generator, which writes
 * them itself (limit_write). */
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_words.h"
#include "loadgen/limits/limits.h"

static const char *const way_names[] = {"shell", "systemd", "container"};

static bool add_number(cJSON *object, const char *name, uint64_t value)
{
    const bool none = value == LIMIT_UNLIMITED || value == LIMIT_UNKNOWN;
    return (none ? cJSON_AddNullToObject(object, name) : cJSON_AddNumberToObject(object, name, (double)value)) != NULL;
}

bool limit_add_ways(cJSON *object, enum limit_id id)
{
    cJSON *const ways = cJSON_AddObjectToObject(object, "raise_by");
    bool added = ways != NULL;
    for (enum limit_way way = 0; added && way < LIMIT_WAY_COUNT; way++) {
        const char *const command = limit_raise_by(id, way);
        added = (command != NULL ? cJSON_AddStringToObject(ways, way_names[way], command)
                                 : cJSON_AddNullToObject(ways, way_names[way])) != NULL;
    }
    return added;
}

cJSON *limit_to_json(const struct limit_value *value)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && cJSON_AddStringToObject(object, "name", limit_name(value->id)) != NULL &&
        cJSON_AddStringToObject(object, "side", limit_side_name(value->side)) != NULL &&
        cJSON_AddStringToObject(object, "scope", limit_scope_name(value->scope)) != NULL &&
        add_number(object, "value", value->value) && add_number(object, "used", value->used) &&
        cJSON_AddStringToObject(object, "unit", limit_unit(value->id)) != NULL &&
        cJSON_AddStringToObject(object, "source", value->source) != NULL &&
        cJSON_AddStringToObject(object, "raise", limit_raise(value->id)) != NULL && limit_add_ways(object, value->id)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

static enum result wrong(struct err *err, const char *name)
{
    return err_set(err, RESULT_INVALID, "a limit is damaged: \"%s\" is missing or not what it must be", name);
}

/* null is `none`. */
static enum result read_number(const cJSON *object, const char *name, uint64_t none, uint64_t *value, struct err *err)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (cJSON_IsNull(item)) {
        *value = none;
        return RESULT_OK;
    }
    const double number = cJSON_IsNumber(item) ? item->valuedouble : -1;
    if (!(number >= 0 && number <= (double)LIMIT_EXACT_MOST) || (double)(uint64_t)number < number) {
        return wrong(err, name);
    }
    *value = (uint64_t)number;
    return RESULT_OK;
}

/* The index of the text in `names`; `count` when it is none of them. */
static size_t read_choice(const cJSON *object, const char *name, const char *const *names, size_t count)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? table_find(names, count, item->valuestring) : count;
}

enum result limit_from_json(struct limit_value *value, const cJSON *json, struct err *err)
{
    const cJSON *const source = cJSON_GetObjectItemCaseSensitive(json, "source");
    const size_t side = read_choice(json, "side", side_names, COUNT_OF(side_names));
    const size_t scope = read_choice(json, "scope", scope_names, COUNT_OF(scope_names));
    memset(value, 0, sizeof *value);
    value->id = limit_from_name(json_text_of(json, "name"));
    if (value->id == LIMIT_COUNT || side == COUNT_OF(side_names) || scope == COUNT_OF(scope_names)) {
        return wrong(err, value->id == LIMIT_COUNT ? "name" : side == COUNT_OF(side_names) ? "side" : "scope");
    }
    if (!cJSON_IsString(source)) {
        return wrong(err, "source");
    }
    value->side = (enum limit_side)side;
    value->scope = (enum limit_scope)scope;
    utf8_copy(value->source, sizeof value->source, source->valuestring);
    const enum result result = read_number(json, "value", LIMIT_UNLIMITED, &value->value, err);
    return result == RESULT_OK ? read_number(json, "used", LIMIT_UNKNOWN, &value->used, err) : result;
}
