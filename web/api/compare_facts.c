#include "web/api/compare_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "db/store_parts.h"

#define NAME_SIZE 96
#define VALUE_SIZE 300

/* Fields in which runs are expected to differ; and the limits, which are compared as they were in effect. */
static const char *const ignored_fields[] = {"mode", "count", "pool_size", "label", "limits", NULL};

struct facts {
    cJSON *all;
    double run;             /* whose facts are being added */
    enum language language; /* of the units */
    bool failed;
};

static cJSON *find_value(const cJSON *values, const char *text)
{
    cJSON *each = NULL;
    cJSON_ArrayForEach(each, values)
    {
        if (strcmp(json_text_of(each, "value"), text) == 0) {
            return each;
        }
    }
    return NULL;
}

static cJSON *add_value(cJSON *values, const char *text)
{
    cJSON *const value = cJSON_CreateObject();
    if (!json_append(values, value) || !json_add_text(value, "value", text) ||
        cJSON_AddArrayToObject(value, "runs") == NULL) {
        return NULL;
    }
    return value;
}

/* The fact of that name, as it is sent if it has several values. */
static cJSON *fact_named(cJSON *all, const char *name, const char *unit)
{
    cJSON *const known = cJSON_GetObjectItemCaseSensitive(all, name);
    if (known != NULL) {
        return known;
    }
    cJSON *const fact = cJSON_AddObjectToObject(all, name);
    const bool complete = json_add_text(fact, "name", name) && json_add_text(fact, "unit", unit) &&
                          cJSON_AddArrayToObject(fact, "values") != NULL;
    return complete ? fact : NULL;
}

/* `unit` of a number, or NULL. */
static void add_fact(struct facts *facts, const char *name, const char *unit, const char *text)
{
    cJSON *const values = cJSON_GetObjectItemCaseSensitive(fact_named(facts->all, name, unit), "values");
    cJSON *value = values != NULL ? find_value(values, text) : NULL;
    if (values != NULL && value == NULL) {
        value = add_value(values, text);
    }
    cJSON *const runs = cJSON_GetObjectItemCaseSensitive(value, "runs");
    facts->failed = facts->failed || runs == NULL || !json_append(runs, cJSON_CreateNumber(facts->run));
}

/* Both are cut between characters. */
static void join_name(char name[NAME_SIZE], const char *prefix, const char *member)
{
    char whole[2 * NAME_SIZE];
    snprintf(whole, sizeof whole, "%s.%s", prefix, member);
    utf8_copy(name, NAME_SIZE, whole);
}

static void print_value(struct facts *facts, const cJSON *item, char text[VALUE_SIZE])
{
    char *const printed = cJSON_IsString(item) ? NULL : cJSON_PrintUnformatted(item);
    facts->failed = facts->failed || (printed == NULL && !cJSON_IsString(item));
    utf8_copy(text, VALUE_SIZE, printed != NULL ? printed : cJSON_IsString(item) ? item->valuestring : "");
    cJSON_free(printed);
}

/* Adds the members of an object, and those of nested objects one by one. */
static void add_members(struct facts *facts, const char *prefix, const cJSON *object, const char *const *ignored)
{
    const cJSON *item = NULL;
    if (!cJSON_IsObject(object)) { /* stored by something else than a panel: the members of an array have no names */
        return;
    }
    cJSON_ArrayForEach(item, object)
    {
        char name[NAME_SIZE];
        char text[VALUE_SIZE] = "";
        join_name(name, prefix, item->string);
        if (table_lists(ignored, item->string)) {
            continue;
        }
        if (cJSON_IsObject(item)) {
            add_members(facts, name, item, NULL);
            continue;
        }
        print_value(facts, item, text);
        add_fact(facts, name, NULL, text);
    }
}

/* Of the machine itself; its kernel, cores and memory are members of the environment. */
static void add_host(struct facts *facts, const struct run_host *host)
{
    if (host->name[0] != '\0') {
        add_fact(facts, "host.name", NULL, host->name);
    }
    if (host->fingerprint[0] != '\0') {
        add_fact(facts, "host.fingerprint", NULL, host->fingerprint);
    }
}

static bool add_limit(const struct run_limit *limit, void *arg)
{
    const struct limit_value *const value = &limit->limit;
    struct facts *const facts = arg;
    char name[NAME_SIZE];
    char text[24] = "unlimited";
    snprintf(name, sizeof name, "limits.%s %s", limit_side_name(value->side), limit_name(value->id));
    if (value->value != LIMIT_UNLIMITED) {
        snprintf(text, sizeof text, "%" PRIu64, value->value);
    }
    add_fact(facts, name, limit_unit(value->id, facts->language), text);
    return !facts->failed;
}

static void add_spec(struct facts *facts, const struct run *run)
{
    cJSON *const spec = cJSON_CreateObject();
    facts->failed = facts->failed || spec == NULL || !run_spec_add_json(&run->spec, spec);
    add_members(facts, "asked", spec, ignored_fields);
    cJSON_Delete(spec);
}

enum result compare_facts_add(cJSON *all, struct store *store, const struct run *run, enum language language,
                              struct err *err)
{
    static const char *const derived[] = {"fingerprint", NULL};
    struct facts facts = {.all = all, .run = (double)run->id, .language = language};
    char backlog[24];
    cJSON *environment = NULL;
    add_host(&facts, &run->host);
    facts.failed = !json_read_stored(run->environment, &environment) || facts.failed;
    add_members(&facts, "environment", environment, derived);
    cJSON_Delete(environment);
    add_spec(&facts, run);
    if (run->server_known) {
        snprintf(backlog, sizeof backlog, "%" PRIu64, run->server_backlog);
        add_fact(&facts, "server.model", NULL, run->server_model);
        add_fact(&facts, "server.backlog", limit_unit(LIMIT_BACKLOG, language), backlog);
    }
    const enum result result = store_limits_each(store, run->id, add_limit, &facts, err);
    return result == RESULT_OK && facts.failed ? err_set(err, RESULT_NO_MEMORY, "the panel is out of memory") : result;
}

cJSON *compare_facts_differences(cJSON *facts)
{
    cJSON *const list = cJSON_CreateArray();
    bool complete = list != NULL;
    while (complete && facts->child != NULL) {
        cJSON *const fact = cJSON_DetachItemViaPointer(facts, facts->child);
        if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(fact, "values")) < 2) {
            cJSON_Delete(fact);
            continue;
        }
        complete = json_append(list, fact);
    }
    cJSON_Delete(facts);
    return json_if(complete, list);
}
