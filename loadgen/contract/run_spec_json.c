/* A run's fields from JSON, where types are strict, and to JSON. */
#include "loadgen/contract/run_fields.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"

/* Writes what came, for a message. */
static void describe(const cJSON *item, char got[GOT_SIZE])
{
    if (cJSON_IsString(item)) {
        run_field_quote(item->valuestring, got);
    } else if (cJSON_IsNumber(item)) {
        snprintf(got, GOT_SIZE, "%.15g", item->valuedouble);
    } else {
        snprintf(got, GOT_SIZE, "%s",
                 cJSON_IsBool(item)    ? (cJSON_IsTrue(item) ? "true" : "false")
                 : cJSON_IsNull(item)  ? "null"
                 : cJSON_IsArray(item) ? "an array"
                                       : "an object");
    }
}

static enum result set_item_uint(struct run_spec *spec, const struct run_field *field, const cJSON *item,
                                 struct err *err)
{
    char got[GOT_SIZE];
    describe(item, got);
    const double number = item->valuedouble;
    /* Every `most` is below 2^53, so what passes the range is exact in a double. Not-a-number fails each comparison. */
    if (number >= (double)field->min && number <= (double)field->max) {
        const uint64_t whole = (uint64_t)number;
        if ((double)whole < number) {
            return run_field_wrong_kind(field, got, err);
        }
        *(uint64_t *)run_field_member(spec, field) = whole;
        return RESULT_OK;
    }
    return run_field_out_of_range(field, got, err);
}

static bool type_fits(const struct run_field *field, const cJSON *item)
{
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        return cJSON_IsString(item) != 0;
    case FIELD_KIND_UINT:
        return cJSON_IsNumber(item) != 0;
    case FIELD_KIND_BOOL:
        return cJSON_IsBool(item) != 0;
    }
    return false;
}

static enum result set_item(struct run_spec *spec, const struct run_field *field, const cJSON *item, struct err *err)
{
    if (!type_fits(field, item)) {
        char got[GOT_SIZE];
        describe(item, got);
        return run_field_wrong_kind(field, got, err);
    }
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return run_field_set_choice(spec, field, item->valuestring, err);
    case FIELD_KIND_UINT:
        return set_item_uint(spec, field, item, err);
    case FIELD_KIND_BOOL:
        *(bool *)run_field_member(spec, field) = cJSON_IsTrue(item) != 0;
        return RESULT_OK;
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        return run_field_set_string(spec, field, item->valuestring, err);
    }
    return RESULT_INVALID;
}

/* Whether an earlier member of the same object has this one's name. */
static bool is_repeated(const cJSON *object, const cJSON *item)
{
    for (const cJSON *each = object->child; each != item; each = each->next) {
        if (strcmp(each->string, item->string) == 0) {
            return true;
        }
    }
    return false;
}

static enum result repeated_field(const char *name, struct err *err)
{
    return err_field(err, name, "%s is given more than once", name);
}

static enum result set_limits(struct run_spec *spec, const cJSON *limits, struct err *err)
{
    if (!cJSON_IsObject(limits)) {
        char got[GOT_SIZE];
        describe(limits, got);
        return err_field(err, RUN_LIMITS_NAME, "%s must be an object such as {\"nofile\":1024}, got %s",
                         RUN_LIMITS_NAME, got);
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, limits)
    {
        char name[sizeof err->field * 2];
        snprintf(name, sizeof name, "%s.%s", RUN_LIMITS_NAME, item->string);
        const struct run_field *const field = run_field_find(name);
        if (field == NULL) {
            return run_field_unknown(name, err);
        }
        if (is_repeated(limits, item)) {
            return repeated_field(field->name, err);
        }
        const enum result result = set_item(spec, field, item, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

static enum result set_member(struct run_spec *spec, const cJSON *object, const cJSON *item, struct err *err)
{
    const bool limits = strcmp(item->string, RUN_LIMITS_NAME) == 0;
    const struct run_field *const field = run_field_find(item->string);
    /* Flat "limits.nofile" is the spelling of forms and options, not of JSON. */
    if (!limits && (field == NULL || run_field_is_limit(field))) {
        return run_field_unknown(item->string, err);
    }
    if (is_repeated(object, item)) {
        return repeated_field(item->string, err);
    }
    return limits ? set_limits(spec, item, err) : set_item(spec, field, item, err);
}

enum result run_spec_set_json(struct run_spec *spec, const cJSON *object, const char *const *skip, struct err *err)
{
    if (!cJSON_IsObject(object)) {
        return err_set(err, RESULT_INVALID, "a run must be a JSON object such as {\"mode\":\"thread\",\"count\":500}");
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, object)
    {
        const enum result result = table_lists(skip, item->string) ? RESULT_OK : set_member(spec, object, item, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

bool run_spec_add_json(const struct run_spec *spec, cJSON *object)
{
    struct json_tree tree;
    const struct json_writer writer = json_tree_writer(&tree, object);
    run_spec_write(&writer, spec);
    return object != NULL && !tree.failed;
}
