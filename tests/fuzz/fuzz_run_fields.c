/* The fields of a run and of an experiment, as JSON and as a form. What is accepted is within its ranges, and is read
 * again from what it is shown as. The first byte chooses: 'j' a run's JSON, 'f' its form, 'J' and 'F' an experiment's.
 */
#include <string.h>

#include "base/net_list.h"
#include "loadgen/contract/run_spec.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/experiment/strategy.h"
#include "tests/fuzz/fuzz.h"
#include "web/http/query.h"

static enum result set_from_form(bool plan, void *into, const char *bytes, size_t size, struct err *err)
{
    struct query form;
    enum result result = query_parse(bytes, size, &form, err);
    for (size_t i = 0; result == RESULT_OK && i < form.count; i++) {
        const struct query_pair *const pair = &form.pairs[i];
        result = plan ? plan_set_text(into, pair->name, pair->value, err)
                      : run_spec_set_text(into, pair->name, pair->value, err);
    }
    query_free(&form);
    return result;
}

static enum result set_from_json(bool plan, void *into, const char *bytes, size_t size, struct err *err)
{
    cJSON *const json = cJSON_ParseWithLength(bytes, size);
    enum result result = RESULT_INVALID;
    if (cJSON_IsObject(json)) {
        result = plan ? plan_set_json(into, json, err) : run_spec_set_json(into, json, NULL, err);
    }
    cJSON_Delete(json);
    return result;
}

static char *shown(const struct run_spec *spec)
{
    cJSON *const json = cJSON_CreateObject();
    MUST(json != NULL && run_spec_add_json(spec, json));
    char *const text = cJSON_PrintUnformatted(json);
    MUST(text != NULL);
    cJSON_Delete(json);
    return text;
}

static void check_spec(const struct run_spec *spec)
{
    struct err err;
    struct run_spec again;
    run_spec_init(&again);
#define FIELD_UINT(member, name, least, most, usual, help)                                                             \
    MUST(spec->member == (usual) || (spec->member + 1 > (least) && spec->member <= (most)) ||                          \
         strcmp(name, "pool_size") == 0);
#define FIELD_BOOL(member, name, usual, help)
#define FIELD_CHOICE(member, name, type, usual, help)
#define FIELD_TEXT(member, name, most, usual, help) MUST(query_is_utf8(spec->member, strlen(spec->member)));
#define FIELD_BYTES FIELD_TEXT
#include "loadgen/contract/run_fields.def"
    MUST(run_spec_targets(spec) >= 1 && run_spec_targets(spec) <= NET_LIST_MOST);
    MUST(!net_list_is_several(spec->target) || net_list_check(spec->target, &err) == RESULT_OK);
    if (run_spec_check(spec, &err) != RESULT_OK) {
        return;
    }
    char *const first = shown(spec);
    MUST(set_from_json(false, &again, first, strlen(first), &err) == RESULT_OK);
    char *const second = shown(&again);
    MUST(strcmp(first, second) == 0);
    char **const argv = run_spec_argv(spec, "koneksi-load", "127.0.0.1:1");
    MUST(argv != NULL && strcmp(argv[0], "koneksi-load") == 0);
    free(argv);
    free(first);
    free(second);
}

static void check_plan(struct plan *plan)
{
    struct err err;
    struct plan again;
    if (plan->kind == EXPERIMENT_PROOF || strategy_complete(plan, &err) != RESULT_OK) {
        return; /* a proof is prepared from the store before it can be shown */
    }
    cJSON *const json = plan_to_json(plan);
    char *const first = cJSON_PrintUnformatted(json);
    MUST(first != NULL && plan_restore(first, &again, &err) == RESULT_OK);
    cJSON_Delete(json);
    cJSON *const json_again = plan_to_json(&again);
    char *const second = cJSON_PrintUnformatted(json_again);
    MUST(second != NULL && strcmp(first, second) == 0);
    cJSON_Delete(json_again);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct err err;
    if (size == 0) {
        return 0;
    }
    const char *const text = (const char *)bytes + 1;
    const bool form = bytes[0] == 'f' || bytes[0] == 'F';
    if (bytes[0] == 'j' || bytes[0] == 'f') {
        struct run_spec spec;
        run_spec_init(&spec);
        if ((form ? set_from_form : set_from_json)(false, &spec, text, size - 1, &err) == RESULT_OK) {
            check_spec(&spec);
        }
    } else {
        struct plan plan;
        plan_init(&plan);
        if ((form ? set_from_form : set_from_json)(true, &plan, text, size - 1, &err) == RESULT_OK) {
            check_plan(&plan);
        }
    }
    return 0;
}
