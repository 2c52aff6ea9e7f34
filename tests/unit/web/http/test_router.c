#include <cjson/cJSON.h>
#include <ctype.h>

#include "loadgen/contract/run_spec.h"
#include "tests/unit/test.h"
#include "web/api/resources.h"
#include "web/http/assets.h"
#include "web/http/router.h"

TEST(paths_find_their_route)
{
    static const struct {
        const char *method;
        const char *path;
        const char *pattern; /* NULL: none */
        int64_t id;
    } rows[] = {
        {"GET", "/runs", "/runs", 0},
        {"HEAD", "/runs", "/runs", 0},
        {"POST", "/runs", "/runs", 0},
        {"GET", "/runs.csv", "/runs.csv", 0},
        {"GET", "/runs/count", "/runs/count", 0},
        {"GET", "/runs/17", "/runs/{id}", 17},
        {"DELETE", "/runs/17", "/runs/{id}", 17},
        {"HEAD", "/runs/17/samples", "/runs/{id}/samples", 17},
        {"GET", "/runs/17/samples.csv", "/runs/{id}/samples.csv", 17},
        {"POST", "/runs/9223372036854775807/cancel", "/runs/{id}/cancel", INT64_MAX},
        {"GET", "/runs/9223372036854775808", NULL, 0},
        {"GET", "/runs/99999999999999999999999999", NULL, 0},
        {"GET", "/runs/0", NULL, 0},
        {"GET", "/runs/017", NULL, 0},
        {"GET", "/runs/-1", NULL, 0},
        {"GET", "/runs/x", NULL, 0},
        {"GET", "/runs/", NULL, 0},
        {"GET", "/runs/17/", NULL, 0},
        {"GET", "/runs//samples", NULL, 0},
        {"GET", "/runs/17/sample", NULL, 0},
        {"GET", "/runs/17/samplesx", NULL, 0},
        {"GET", "/Runs", NULL, 0},
        {"GET", "", NULL, 0},
        {"GET", "//", NULL, 0},
        {"GET", "/../etc/passwd", NULL, 0},
        {"PUT", "/runs", NULL, 0},
        {"POST", "/runs/17", NULL, 0},
        {"HEAD", "/runs/17/cancel", NULL, 0},
        {"get", "/runs", NULL, 0},
        {"GET", "/", "/", 0},
        {"GET", "/openapi.json", "/openapi.json", 0},
        {"GET", "/vendor/uPlot.iife.min.js", "/{file}", 0},
        {"HEAD", "/vendor/uPlot.min.css", "/{file}", 0},
        {"POST", "/vendor/uPlot.iife.min.js", NULL, 0},
        {"GET", "vendor/uPlot.iife.min.js", NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t id = 0;
        const struct route *const route = router_find(api_routes, rows[i].method, rows[i].path, &id);
        const char *const pattern = route == NULL ? NULL : route->pattern;
        if ((pattern == NULL) != (rows[i].pattern == NULL) ||
            (pattern != NULL && (strcmp(pattern, rows[i].pattern) != 0 || id != rows[i].id))) {
            fail_msg("%s %s gave %s", rows[i].method, rows[i].path, pattern == NULL ? "nothing" : pattern);
        }
    }
}

TEST(allow_lists_the_methods_of_a_path)
{
    static const struct {
        const char *path;
        const char *allow; /* NULL: no route */
    } rows[] = {
        {"/runs", "GET, HEAD, POST, OPTIONS"},
        {"/runs/17", "GET, HEAD, PATCH, DELETE, OPTIONS"},
        {"/runs/17/cancel", "POST, OPTIONS"},
        {"/experiments/17", "GET, HEAD, PATCH, DELETE, OPTIONS"},
        {"/events", "GET, HEAD, OPTIONS"},
        {"/server", "GET, HEAD, PATCH, OPTIONS"},
        {"/vendor/uPlot.iife.min.js", "GET, HEAD, OPTIONS"},
        {"/nothing", NULL},
        {"/runs/x", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char allow[64];
        const bool found = router_allow(api_routes, rows[i].path, allow, sizeof allow);
        if (found != (rows[i].allow != NULL) || (found && strcmp(allow, rows[i].allow) != 0)) {
            fail_msg("%s gave \"%s\"", rows[i].path, allow);
        }
    }
}

TEST(only_the_dashboard_is_public)
{
    static const char *const public[] = {"/", "/healthz", "/openapi.json", "/report"};
    for (const struct route *row = api_routes; row->method != NULL; row++) {
        bool expected = false;
        for (size_t i = 0; i < COUNT_OF(public); i++) {
            expected = expected || strcmp(row->pattern, public[i]) == 0;
        }
        if (expected != (row->access != ROUTE_TOKEN)) {
            fail_msg("%s %s", row->method, row->pattern);
        }
    }
}

/* --- openapi.json --- */

static cJSON *contract(void)
{
    const struct embedded_file *const file = assets_find("/openapi.json");
    assert_non_null(file);
    cJSON *const json = cJSON_ParseWithLength((const char *)file->begin, (size_t)(file->end - file->begin));
    assert_non_null(json);
    return json;
}

static const cJSON *item(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void lower(char *out, size_t size, const char *text)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < size; i++) {
        out[i] = (char)tolower((unsigned char)text[i]);
    }
    out[i] = '\0';
}

static const cJSON *operation_of(const cJSON *json, const struct route *row)
{
    char method[16];
    lower(method, sizeof method, row->method);
    return item(item(item(json, "paths"), row->pattern), method);
}

TEST(every_route_is_in_the_contract)
{
    cJSON *const json = contract();
    for (const struct route *row = api_routes; row->method != NULL; row++) {
        if (!cJSON_IsObject(item(operation_of(json, row), "responses"))) {
            fail_msg("%s %s is not in openapi.json", row->method, row->pattern);
        }
    }
    cJSON_Delete(json);
}

static bool is_routed(const char *method, const char *pattern)
{
    for (const struct route *row = api_routes; row->method != NULL; row++) {
        char name[16];
        lower(name, sizeof name, row->method);
        if (strcmp(pattern, row->pattern) == 0 && strcmp(method, name) == 0) {
            return true;
        }
    }
    return false;
}

TEST(the_contract_has_no_other_route)
{
    cJSON *const json = contract();
    const cJSON *path = NULL;
    cJSON_ArrayForEach(path, item(json, "paths"))
    {
        const cJSON *operation = NULL;
        cJSON_ArrayForEach(operation, path)
        {
            if (strcmp(operation->string, "parameters") != 0 && !is_routed(operation->string, path->string)) {
                fail_msg("%s %s is not a route", operation->string, path->string);
            }
        }
    }
    cJSON_Delete(json);
}

static size_t count_names(const char *const *names)
{
    size_t count = 0;
    while (names != NULL && names[count] != NULL) {
        count++;
    }
    return count;
}

static bool names_hold(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Itself, or what it refers to among the contract's parameters. */
static const cJSON *parameter_of(const cJSON *json, const cJSON *parameter)
{
    const char *const reference = cJSON_GetStringValue(item(parameter, "$ref"));
    return reference == NULL ? parameter
                             : item(item(item(json, "components"), "parameters"), strrchr(reference, '/') + 1);
}

TEST(query_parameters_match_the_routes)
{
    cJSON *const json = contract();
    for (const struct route *row = api_routes; row->method != NULL; row++) {
        size_t count = 0;
        const cJSON *each = NULL;
        cJSON_ArrayForEach(each, item(operation_of(json, row), "parameters"))
        {
            const cJSON *const parameter = parameter_of(json, each);
            const char *const in = cJSON_GetStringValue(item(parameter, "in"));
            const char *const name = cJSON_GetStringValue(item(parameter, "name"));
            if (in != NULL && strcmp(in, "query") == 0) {
                count++;
                if (!names_hold(row->parameters, name)) {
                    fail_msg("%s %s does not take %s", row->method, row->pattern, name);
                }
            }
        }
        if (count != count_names(row->parameters)) {
            fail_msg("%s %s: %zu parameters in openapi.json", row->method, row->pattern, count);
        }
    }
    cJSON_Delete(json);
}

/* "limits.nofile" is the property nofile of the property limits. */
static const cJSON *property_of(const cJSON *schema, const char *name)
{
    const char *const dot = strchr(name, '.');
    if (dot == NULL) {
        return item(item(schema, "properties"), name);
    }
    char outer[32];
    snprintf(outer, sizeof outer, "%.*s", (int)(dot - name), name);
    return property_of(property_of(schema, outer), dot + 1);
}

static void check_type(const cJSON *property, const char *name, const char *type)
{
    const char *const given = cJSON_GetStringValue(item(property, "type"));
    if (given == NULL || strcmp(given, type) != 0) {
        fail_msg("%s is not a %s in openapi.json", name, type);
    }
}

static void check_uint(const cJSON *schema, const char *name, uint64_t least, uint64_t most, uint64_t usual)
{
    const cJSON *const property = property_of(schema, name);
    check_type(property, name, "integer");
    if (cJSON_GetNumberValue(item(property, "minimum")) != (double)least ||
        cJSON_GetNumberValue(item(property, "maximum")) != (double)most) {
        fail_msg("%s has another range in openapi.json", name);
    }
    const cJSON *const given = item(property, "default");
    if ((given != NULL) != (usual != 0) || (given != NULL && cJSON_GetNumberValue(given) != (double)usual)) {
        fail_msg("%s has another default in openapi.json", name);
    }
}

static void check_bool(const cJSON *schema, const char *name, bool usual)
{
    const cJSON *const property = property_of(schema, name);
    check_type(property, name, "boolean");
    assert_int_equal(cJSON_IsTrue(item(property, "default")), usual);
}

static void check_text(const cJSON *schema, const char *name, int most, const char *usual)
{
    const cJSON *const property = property_of(schema, name);
    check_type(property, name, "string");
    assert_true(cJSON_GetNumberValue(item(property, "maxLength")) == most);
    assert_string_equal(cJSON_GetStringValue(item(property, "default")), usual);
}

/* `usual` is `count` for a field that is required. */
static void check_choice(const cJSON *schema, const char *name, const char *const *names, size_t count, size_t usual)
{
    const cJSON *const property = property_of(schema, name);
    const cJSON *const given = item(property, "enum");
    check_type(property, name, "string");
    assert_int_equal(cJSON_GetArraySize(given), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(given, (int)i)), names[i]);
    }
    const char *const initial = cJSON_GetStringValue(item(property, "default"));
    if (usual < count) {
        assert_string_equal(initial, names[usual]);
    } else {
        assert_null(initial);
    }
}

TEST(run_fields_match_the_table)
{
    cJSON *const json = contract();
    const cJSON *const schema = item(item(item(json, "components"), "schemas"), "RunFields");
    int count = 0;
#define FIELD_CHOICE(member, name, type, usual, help)                                                                  \
    check_choice(schema, name, type##_names, sizeof type##_names / sizeof *type##_names, usual), count++;
#define FIELD_UINT(member, name, least, most, usual, help) check_uint(schema, name, least, most, usual), count++;
#define FIELD_BOOL(member, name, usual, help) check_bool(schema, name, usual), count++;
#define FIELD_TEXT(member, name, most, usual, help) check_text(schema, name, most, usual), count++;
#define FIELD_BYTES FIELD_TEXT
#include "loadgen/contract/run_fields.def"
    const cJSON *const properties = item(schema, "properties");
    const cJSON *const limits = item(item(properties, "limits"), "properties");
    assert_int_equal(cJSON_GetArraySize(properties) - 1 + cJSON_GetArraySize(limits), count);
    cJSON_Delete(json);
}

/* Follows every "$ref" of the tree. */
static void check_references(const cJSON *json, const cJSON *root)
{
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, json)
    {
        const char *const text = cJSON_GetStringValue(each);
        if (text != NULL && each->string != NULL && strcmp(each->string, "$ref") == 0) {
            char kind[32];
            char name[32];
            assert_int_equal(sscanf(text, "#/components/%31[^/]/%31s", kind, name), 2);
            if (item(item(item(root, "components"), kind), name) == NULL) {
                fail_msg("%s has no target", text);
            }
        }
        check_references(each, root);
    }
}

TEST(references_have_a_target)
{
    cJSON *const json = contract();
    check_references(json, json);
    cJSON_Delete(json);
}
