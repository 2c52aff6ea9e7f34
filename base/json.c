#include "base/json.h"

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
