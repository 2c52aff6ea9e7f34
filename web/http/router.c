#include "web/http/router.h"

#include <stdio.h>
#include <string.h>

#include "web/http/assets.h"
#include "web/http/query.h"

static const struct route file_route = {"GET", "/{file}", assets_get, NULL, ROUTE_FILE};

/* Whether `path` matches `pattern`; *id becomes the number in the place of {id}. */
static bool matches(const char *pattern, const char *path, int64_t *id)
{
    static const char placeholder[] = "{id}";
    const char *const brace = strstr(pattern, placeholder);
    if (brace == NULL) {
        return strcmp(pattern, path) == 0;
    }
    const size_t before = (size_t)(brace - pattern);
    if (strncmp(pattern, path, before) != 0) {
        return false;
    }
    const char *const digits = path + before;
    const size_t length = strcspn(digits, "/");
    uint64_t value = 0;
    if (*digits == '0' || !query_digits(digits, length, &value) || value > INT64_MAX ||
        strcmp(brace + sizeof placeholder - 1, digits + length) != 0) {
        return false;
    }
    *id = (int64_t)value;
    return true;
}

const struct route *router_find(const struct route *table, const char *method, const char *path, int64_t *id)
{
    const char *const wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    for (const struct route *row = table; row->method != NULL; row++) {
        if (strcmp(row->method, wanted) == 0 && matches(row->pattern, path, id)) {
            return row;
        }
    }
    return strcmp(wanted, "GET") == 0 && assets_find(path) != NULL ? &file_route : NULL;
}

bool router_allow(const struct route *table, const char *path, char *allow, size_t size)
{
    int64_t id = 0;
    size_t used = 0;
    allow[0] = '\0';
    for (const struct route *row = table; row->method != NULL; row++) {
        if (matches(row->pattern, path, &id)) {
            const char *const also = strcmp(row->method, "GET") == 0 ? ", HEAD" : "";
            used += (size_t)snprintf(allow + used, size - used, "%s%s, ", row->method, also);
        }
    }
    if (used == 0 && assets_find(path) != NULL) {
        used = (size_t)snprintf(allow, size, "GET, HEAD, ");
    }
    if (used > 0) {
        snprintf(allow + used, size - used, "OPTIONS");
    }
    return used > 0;
}
