#include "loadgen/contract/report_members.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"

enum result member_wrong(struct err *err, const char *name, const char *expected)
{
    return err_set(err, RESULT_INVALID, "a line of the load generator is damaged: \"%s\" must be %s", name, expected);
}

enum result member_read_uint(const cJSON *object, const char *name, double most, uint64_t *value, struct err *err)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, name);
    const double number = cJSON_IsNumber(item) ? item->valuedouble : -1;
    if (!(number >= 0 && number <= most) || floor(number) < number) {
        return member_wrong(err, name, "a whole number in its range");
    }
    *value = (uint64_t)number;
    return RESULT_OK;
}

enum result member_read_counters(const cJSON *object, const struct counter *counters, size_t count, void *into,
                                 struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        if (member_read_uint(object, counters[i].name, JSON_EXACT_MOST, &value, err) != RESULT_OK) {
            return err->code;
        }
        memcpy((char *)into + counters[i].offset, &value, sizeof value);
    }
    return RESULT_OK;
}
enum result member_read_text(const cJSON *object, const char *name, char *text, size_t size, struct err *err)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item)) {
        return member_wrong(err, name, "a text");
    }
    utf8_copy(text, size, item->valuestring);
    return RESULT_OK;
}

enum result member_read_choice(const cJSON *object, const char *name, const char *const *names, size_t count,
                               size_t *choice, struct err *err)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item)) {
        return member_wrong(err, name, "a text");
    }
    *choice = table_find(names, count, item->valuestring);
    return *choice < count ? RESULT_OK : member_wrong(err, name, "one of its words");
}

enum result member_read_object(const cJSON *object, const char *name, const cJSON **item, struct err *err)
{
    *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsObject(*item) ? RESULT_OK : member_wrong(err, name, "an object");
}

enum result member_read_array(const cJSON *object, const char *name, size_t most, const cJSON **item, struct err *err)
{
    *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsArray(*item) && (size_t)cJSON_GetArraySize(*item) <= most
               ? RESULT_OK
               : member_wrong(err, name, "a list in its length");
}
