#include "web/api/query_language.h"

enum result query_language(const struct query *query, enum language *language, struct err *err)
{
    const char *const name = query_get(query, "lang");
    const enum language found = language_from_name(name);
    if (name == NULL) {
        return RESULT_OK;
    }
    if (found == LANGUAGE_COUNT) {
        return err_field(err, "lang", "lang must be en or id");
    }
    *language = found;
    return RESULT_OK;
}
