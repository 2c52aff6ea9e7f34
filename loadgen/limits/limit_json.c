#include "loadgen/limits/limit_json.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_write.h"

bool limit_add_number(cJSON *object, const char *name, uint64_t value)
{
    const bool none = value == LIMIT_UNLIMITED || value == LIMIT_UNKNOWN;
    return none ? json_add_null(object, name) : json_add_uint(object, name, value);
}

static bool add_ways(cJSON *object, enum limit_id id)
{
    struct json_tree tree;
    const struct json_writer writer = json_tree_writer(&tree, object);
    limit_write_ways(&writer, &id, 1, NULL);
    return object != NULL && !tree.failed;
}

cJSON *limit_to_json(const struct limit_value *value, enum language language)
{
    cJSON *const object = cJSON_CreateObject();
    return json_if(json_add_text(object, "name", limit_name(value->id)) &&
                       json_add_text(object, "side", limit_side_name(value->side)) &&
                       json_add_text(object, "scope", limit_scope_name(value->scope)) &&
                       limit_add_number(object, "value", value->value) &&
                       limit_add_number(object, "used", value->used) &&
                       json_add_text(object, "unit", limit_unit(value->id, language)) &&
                       json_add_text(object, "source", value->source) &&
                       json_add_text(object, "raise", limit_raise(value->id, language)) && add_ways(object, value->id),
                   object);
}

static enum result wrong(struct err *err, const char *name)
{
    return err_set(err, RESULT_INVALID, "a limit is damaged: \"%s\" is missing or invalid", name);
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
    if (!(number >= 0 && number <= (double)JSON_EXACT_MOST) || (double)(uint64_t)number < number) {
        return wrong(err, name);
    }
    *value = (uint64_t)number;
    return RESULT_OK;
}

enum result limit_from_json(struct limit_value *value, const cJSON *json, struct err *err)
{
    const char *const source = json_text_of(json, "source");
    memset(value, 0, sizeof *value);
    value->id = limit_from_name(json_text_of(json, "name"));
    value->side = limit_side_from_name(json_text_of(json, "side"));
    value->scope = limit_scope_from_name(json_text_of(json, "scope"));
    const char *const bad = value->id == LIMIT_COUNT            ? "name"
                            : value->side == LIMIT_SIDE_COUNT   ? "side"
                            : value->scope == LIMIT_SCOPE_COUNT ? "scope"
                            : source == NULL                    ? "source"
                                                                : NULL;
    if (bad != NULL) {
        return wrong(err, bad);
    }
    utf8_copy(value->source, sizeof value->source, source);
    const enum result result = read_number(json, "value", LIMIT_UNLIMITED, &value->value, err);
    return result == RESULT_OK ? read_number(json, "used", LIMIT_UNKNOWN, &value->used, err) : result;
}
