#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

#include "base/clock.h"

bool json_add(cJSON *object, const char *name, cJSON *item)
{
    if (item != NULL && cJSON_AddItemToObject(object, name, item)) {
        return true;
    }
    cJSON_Delete(item);
    return false;
}

bool json_append(cJSON *array, cJSON *item)
{
    if (item != NULL && cJSON_AddItemToArray(array, item)) {
        return true;
    }
    cJSON_Delete(item);
    return false;
}

bool json_add_moment(cJSON *object, const char *name, int64_t utc_ms)
{
    char text[CLOCK_ISO_SIZE];
    clock_format_iso(utc_ms, text);
    return json_add_text(object, name, utc_ms != 0 ? text : NULL);
}

bool json_read_stored(const char *text, cJSON **json)
{
    errno = 0; /* cJSON returns NULL for both */
    *json = text[0] != '\0' ? cJSON_Parse(text) : NULL;
    return *json != NULL || errno != ENOMEM;
}

bool json_add_stored_object(cJSON *object, const char *name, const char *text)
{
    cJSON *stored = NULL;
    if (!json_read_stored(text, &stored)) {
        return false;
    }
    if (!cJSON_IsObject(stored)) {
        cJSON_Delete(stored);
        stored = cJSON_CreateNull();
    }
    return json_add(object, name, stored);
}

void json_write(struct buf *out, cJSON *json)
{
    char *const text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (text != NULL) {
        buf_text(out, text);
    }
    out->failed = out->failed || text == NULL;
    cJSON_free(text);
}

const char *json_text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

double json_number_of(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

uint64_t json_count_of(const cJSON *object, const char *name)
{
    const double number = json_number_of(object, name);
    return number >= 0 && number < JSON_EXACT_MOST ? (uint64_t)number : 0;
}

bool json_add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) != NULL;
}

bool json_add_uint(cJSON *object, const char *name, uint64_t value)
{
    return json_add_number(object, name, (double)value);
}

bool json_add_text(cJSON *object, const char *name, const char *text)
{
    return (text != NULL ? cJSON_AddStringToObject(object, name, text) : cJSON_AddNullToObject(object, name)) != NULL;
}

bool json_add_bool(cJSON *object, const char *name, bool value)
{
    return cJSON_AddBoolToObject(object, name, value) != NULL;
}

bool json_add_null(cJSON *object, const char *name)
{
    return cJSON_AddNullToObject(object, name) != NULL;
}

bool json_add_rounded(cJSON *object, const char *name, double value, double steps)
{
    return json_add_number(object, name, round(value * steps) / steps);
}

cJSON *json_if(bool complete, cJSON *json)
{
    if (complete) {
        return json;
    }
    cJSON_Delete(json);
    return NULL;
}

/* --- a tree by json_writer.h --- */

static void attach(struct json_tree *tree, const char *name, cJSON *item)
{
    if (tree->depth == 0) {
        tree->root = item;
        tree->failed = tree->failed || item == NULL;
        return;
    }
    cJSON *const parent = tree->open[tree->depth - 1];
    const bool attached = name != NULL ? json_add(parent, name, item) : json_append(parent, item);
    tree->failed = tree->failed || !attached;
}

static void tree_open(void *to, const char *name, bool is_array)
{
    struct json_tree *const tree = to;
    cJSON *const item = is_array ? cJSON_CreateArray() : cJSON_CreateObject();
    attach(tree, name, item);
    assert(tree->depth < JSON_TREE_DEPTH);
    tree->open[tree->depth++] = tree->failed ? NULL : item;
}

static void tree_close(void *to, bool is_array)
{
    (void)is_array;
    ((struct json_tree *)to)->depth--;
}

static void tree_number(void *to, const char *name, double value)
{
    attach(to, name, cJSON_CreateNumber(value));
}

static void tree_text(void *to, const char *name, const char *value)
{
    attach(to, name, value != NULL ? cJSON_CreateString(value) : cJSON_CreateNull());
}

static void tree_boolean(void *to, const char *name, bool value)
{
    attach(to, name, cJSON_CreateBool(value));
}

static const struct json_form tree_form = {tree_open, tree_close, tree_number, tree_text, tree_boolean};

struct json_writer json_tree_writer(struct json_tree *tree, cJSON *object)
{
    *tree = (struct json_tree){.open = {object}, .depth = 1, .failed = object == NULL};
    return (struct json_writer){&tree_form, tree};
}

struct json_writer json_new_tree_writer(struct json_tree *tree)
{
    *tree = (struct json_tree){.depth = 0};
    return (struct json_writer){&tree_form, tree};
}

cJSON *json_tree_take(struct json_tree *tree)
{
    return json_if(!tree->failed, tree->root);
}
