#include "web/http/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/table.h"
#include "base/utf8.h"

/* The byte that the escape ("%41") encodes; -1 when it is malformed. */
static int escape_value(const char *escape)
{
    const int high = escape_digit(escape[1]);
    const int low = high < 0 ? -1 : escape_digit(escape[2]);
    return low < 0 ? -1 : high * 16 + low;
}

enum result query_decode(char *text, bool form, struct err *err)
{
    char *write = text;
    for (const char *read = text; *read != '\0';) {
        int byte = (unsigned char)*read;
        if (*read == '%') {
            byte = escape_value(read);
            if (byte < 0) {
                return err_set(err, RESULT_INVALID, "\"%%\" must be followed by two hexadecimal digits");
            }
            read += 3;
        } else {
            byte = form && byte == '+' ? ' ' : byte;
            read++;
        }
        if (byte < ' ' || byte == 0x7f) {
            return err_set(err, RESULT_INVALID, "control character %d is not allowed", byte);
        }
        *write++ = (char)byte;
    }
    *write = '\0';
    if (!query_is_utf8(text, (size_t)(write - text))) {
        return err_set(err, RESULT_INVALID, "the text is not UTF-8");
    }
    return RESULT_OK;
}

static enum result add_pair(struct query *query, char *pair, struct err *err)
{
    char *value = strchr(pair, '=');
    if (value == NULL) {
        value = pair + strlen(pair);
    } else {
        *value++ = '\0';
    }
    if (query_decode(pair, true, err) != RESULT_OK || query_decode(value, true, err) != RESULT_OK) {
        return err->code;
    }
    if (*pair == '\0') {
        return err_set(err, RESULT_INVALID, "a parameter has no name");
    }
    if (query_get(query, pair) != NULL) {
        return err_field(err, pair, "%.100s is given more than once", pair);
    }
    if (query->count == QUERY_PAIRS_MAX) {
        return err_set(err, RESULT_INVALID, "there are more than %d parameters", QUERY_PAIRS_MAX);
    }
    query->pairs[query->count++] = (struct query_pair){pair, value};
    return RESULT_OK;
}

enum result query_parse(const char *text, size_t length, struct query *query, struct err *err)
{
    query->count = 0;
    query->storage = NULL;
    if (length == 0) {
        return RESULT_OK;
    }
    if (memchr(text, '\0', length) != NULL) {
        return err_set(err, RESULT_INVALID, "a NUL byte is not allowed");
    }
    query->storage = strndup(text, length);
    if (query->storage == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    for (char *rest = query->storage; rest != NULL;) {
        char *const pair = strsep(&rest, "&");
        if (add_pair(query, pair, err) != RESULT_OK) {
            query_free(query);
            return err->code;
        }
    }
    return RESULT_OK;
}

void query_free(struct query *query)
{
    free(query->storage);
    query->storage = NULL;
    query->count = 0;
}

const char *query_get(const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (strcmp(query->pairs[i].name, name) == 0) {
            return query->pairs[i].value;
        }
    }
    return NULL;
}

enum result query_check_known(const struct query *query, const char *const *known, struct err *err)
{
    for (size_t i = 0; i < query->count; i++) {
        const char *const name = query->pairs[i].name;
        if (!table_lists(known, name)) {
            return err_field(err, name, "unknown parameter \"%.100s\"", name);
        }
    }
    return RESULT_OK;
}

bool query_digits(const char *text, size_t length, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(text[i] - '0'), &sum)) {
            return false;
        }
    }
    *value = sum;
    return length > 0;
}

enum result query_uint(const struct query *query, const char *name, uint64_t min, uint64_t max, uint64_t *value,
                       struct err *err)
{
    const char *const text = query_get(query, name);
    if (text == NULL) {
        return RESULT_OK;
    }
    uint64_t read = 0;
    if (!query_digits(text, strlen(text), &read) || read < min || read > max) {
        return err_field(err, name, "%s must be %llu..%llu, got \"%.60s\"", name, (unsigned long long)min,
                         (unsigned long long)max, text);
    }
    *value = read;
    return RESULT_OK;
}

enum result query_ids(const char *name, const char *list, int64_t *ids, size_t most, size_t *count, struct err *err)
{
    *count = 0;
    for (const char *each = list; each != NULL; each = strchr(each, ',') != NULL ? strchr(each, ',') + 1 : NULL) {
        uint64_t id = 0;
        if (!query_digits(each, strcspn(each, ","), &id) || id == 0 || id > INT64_MAX) {
            return err_field(err, name, "%s must be a list of ids, such as 1,2,3", name);
        }
        if (*count == most) {
            return err_field(err, name, "%s has more than %zu ids", name, most);
        }
        ids[(*count)++] = (int64_t)id;
    }
    return RESULT_OK;
}

bool query_is_utf8(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t code_point = 0;
        const size_t size = utf8_decode(text + i, length - i, &code_point);
        if (size == 0 || code_point == 0) {
            return false;
        }
        i += size;
    }
    return true;
}
