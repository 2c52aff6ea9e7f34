#include "server/lab/experiment/experiment_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/contract/run_fields.h"

void plan_init(struct plan *plan)
{
    *plan = (struct plan){.kind = EXPERIMENT_KIND_COUNT};
    run_spec_init(&plan->spec);
}

/* --- fields that a run does not have --- */

/* Decimal digits up to `length`; 0 when it is not a number of least..most, which is never 0 here. */
static uint64_t number_of(const char *text, size_t length, uint64_t most)
{
    uint64_t value = 0;
    if (length == 0 || length > 19) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return 0;
        }
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    return value <= most ? value : 0;
}

static enum result set_number(const char *name, const char *text, uint64_t most, uint64_t *value, struct err *err)
{
    char shown[60];
    utf8_copy(shown, sizeof shown, text);
    *value = number_of(text, strlen(text), most);
    return *value != 0 ? RESULT_OK : err_field(err, name, "%s must be 1..%" PRIu64 ", got %s", name, most, shown);
}

static enum result set_kind(struct plan *plan, const char *value, struct err *err)
{
    char shown[60];
    utf8_copy(shown, sizeof shown, value);
    plan->kind = experiment_kind_from_name(value);
    return plan->kind != EXPERIMENT_KIND_COUNT
               ? RESULT_OK
               : err_field(err, "kind", "kind must be one of %s, got \"%s\"", experiment_kind_list(), shown);
}

bool plan_has_mode(const struct plan *plan, enum run_mode mode)
{
    size_t i = 0;
    while (i < plan->mode_count && plan->modes[i] != mode) {
        i++;
    }
    return i < plan->mode_count;
}

static enum result add_mode(struct plan *plan, const char *text, size_t length, struct err *err)
{
    char name[24];
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), text);
    const enum run_mode mode = run_mode_from_name(name);
    if (mode == MODE_COUNT) {
        char shown[sizeof name];
        char quoted[sizeof name + 2];
        struct err why;
        utf8_copy(shown, sizeof shown, name);
        snprintf(quoted, sizeof quoted, "\"%s\"", shown);
        (void)run_field_wrong_kind(run_field_find("mode"), quoted, &why);
        return err_field(err, "modes", "each %s", why.message);
    }
    if (plan_has_mode(plan, mode)) {
        return err_field(err, "modes", "mode %s is listed twice", name);
    }
    plan->modes[plan->mode_count++] = mode;
    return RESULT_OK;
}

static enum result add_count(struct plan *plan, const char *text, size_t length, struct err *err)
{
    const uint64_t count = number_of(text, length, PLAN_MAX_MOST);
    if (count == 0) {
        return err_field(err, "counts", "counts must be 1..%d each, such as 100,1000", PLAN_MAX_MOST);
    }
    if (plan->count_count == PLAN_COUNTS_MOST) {
        return err_field(err, "counts", "there are more than %d counts", PLAN_COUNTS_MOST);
    }
    for (size_t i = 0; i < plan->count_count; i++) {
        if (plan->counts[i] == count) {
            return err_field(err, "counts", "count %" PRIu64 " is listed twice", count);
        }
    }
    plan->counts[plan->count_count++] = count;
    return RESULT_OK;
}

static enum result set_list(struct plan *plan, const char *value,
                            enum result (*add)(struct plan *plan, const char *text, size_t length, struct err *err),
                            struct err *err)
{
    enum result result = RESULT_OK;
    for (const char *each = value; result == RESULT_OK; each++) {
        const size_t length = strcspn(each, ",");
        result = add(plan, each, length, err);
        each += length;
        if (*each == '\0') {
            break;
        }
    }
    return result;
}

static enum result set_modes(struct plan *plan, const char *value, struct err *err)
{
    plan->mode_count = 0;
    return set_list(plan, value, add_mode, err);
}

static enum result set_counts(struct plan *plan, const char *value, struct err *err)
{
    plan->count_count = 0;
    return set_list(plan, value, add_count, err);
}

#define NUMBER(name, NAME, ...)                                                                                        \
    static enum result set_##name(struct plan *plan, const char *value, struct err *err)                               \
    {                                                                                                                  \
        return set_number(#name, value, PLAN_##NAME##_MOST, &plan->name, err);                                         \
    }
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER

static enum result set_run(struct plan *plan, const char *value, struct err *err)
{
    return set_number("run", value, INT64_MAX, &plan->proof.run, err);
}

static enum result refuse_count(struct plan *plan, const char *value, struct err *err)
{
    (void)plan;
    (void)value;
    return err_field(err, "count", "an experiment has no count: a sweep has counts, a ceiling and a survey have max");
}

enum own_type { OWN_TEXT, OWN_NUMBER, OWN_TEXTS, OWN_NUMBERS };

#define OWN_FIELDS(FIELD)                                                                                              \
    FIELD(kind, OWN_TEXT, set_kind)                                                                                    \
    FIELD(modes, OWN_TEXTS, set_modes)                                                                                 \
    FIELD(counts, OWN_NUMBERS, set_counts)                                                                             \
    FIELD(run, OWN_NUMBER, set_run)                                                                                    \
    FIELD(count, OWN_NUMBER, refuse_count)

static const struct own_field {
    const char *name;
    enum own_type type;
    enum result (*set)(struct plan *plan, const char *value, struct err *err);
} own_fields[] = {
#define FIELD(name, type, set) {#name, type, set},
#define NUMBER(name, ...) FIELD(name, OWN_NUMBER, set_##name)
    OWN_FIELDS(FIELD)
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER
#undef FIELD
};

static const char *const own_names[] = {
#define FIELD(name, type, set) #name,
#define NUMBER(name, ...) FIELD(name, , )
    OWN_FIELDS(FIELD)
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER
#undef FIELD
        NULL,
};

static const struct own_field *find_own(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(own_fields); i++) {
        if (strcmp(own_fields[i].name, name) == 0) {
            return &own_fields[i];
        }
    }
    return NULL;
}

static void note(struct plan *plan, const char *name)
{
    plan->has_hold = plan->has_hold || strcmp(name, "hold") == 0;
    plan->has_timeout = plan->has_timeout || strcmp(name, "timeout_ms") == 0;
    plan->has_pool_size = plan->has_pool_size || strcmp(name, "pool_size") == 0;
    plan->has_more = plan->has_more || (strcmp(name, "kind") != 0 && strcmp(name, "run") != 0);
}

enum result plan_set_text(struct plan *plan, const char *name, const char *value, struct err *err)
{
    const struct own_field *const own = find_own(name);
    note(plan, name);
    return own != NULL ? own->set(plan, value, err) : run_spec_set_text(&plan->spec, name, value, err);
}

static const struct plan_option options[] = {
    {"modes", PLAN_MODES, "LIST", "modes, separated by commas (default: all but uring)"},
    {"counts", PLAN_COUNTS, "LIST", "clients in all, separated by commas"},
#define NUMBER(name, NAME, most, usual, help)                                                                          \
    {#name, PLAN_##NAME, "N", (usual) != 0 ? help " (1.." #most ", default " #usual ")" : help " (1.." #most ")"},
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER
    {"run", PLAN_RUN, "N", "the run whose limit is in question"},
};

const struct plan_option *plan_option_at(size_t index)
{
    return index < COUNT_OF(options) ? &options[index] : NULL;
}

enum result plan_set_option(struct plan *plan, const char *name, const char *value, struct err *err)
{
    if (find_own(name) != NULL) {
        return plan_set_text(plan, name, value, err);
    }
    note(plan, name);
    return run_spec_set_option(&plan->spec, name, value, err);
}

/* The list or the single value as the text of a form. False when it is of another type, or too long. */
static bool text_of(const cJSON *item, enum own_type type, char *text, size_t size)
{
    const bool list = type == OWN_TEXTS || type == OWN_NUMBERS;
    const bool number = type == OWN_NUMBER || type == OWN_NUMBERS;
    size_t used = 0;
    text[0] = '\0';
    if (list && (!cJSON_IsArray(item) || item->child == NULL)) {
        return false;
    }
    for (const cJSON *each = list ? item->child : item; each != NULL && used < size; each = list ? each->next : NULL) {
        if (number ? !cJSON_IsNumber(each) : !cJSON_IsString(each) || strchr(each->valuestring, ',') != NULL) {
            return false;
        }
        const char *const comma = used > 0 ? "," : "";
        used += (size_t)(number ? snprintf(text + used, size - used, "%s%.15g", comma, each->valuedouble)
                                : snprintf(text + used, size - used, "%s%s", comma, each->valuestring));
    }
    return used < size;
}

static enum result set_own(struct plan *plan, const struct own_field *own, const cJSON *item, struct err *err)
{
    static const char *const types[] = {"a text", "a whole number", "a list of texts", "a list of whole numbers"};
    char text[PLAN_COUNTS_MOST * 20];
    return text_of(item, own->type, text, sizeof text)
               ? own->set(plan, text, err)
               : err_field(err, own->name, "%s must be %s", own->name, types[own->type]);
}

enum result plan_set_json(struct plan *plan, const cJSON *object, struct err *err)
{
    enum result result = run_spec_set_json(&plan->spec, object, own_names, err);
    for (const cJSON *item = object->child; item != NULL && result == RESULT_OK; item = item->next) {
        const struct own_field *const own = find_own(item->string);
        note(plan, item->string);
        result = own != NULL ? set_own(plan, own, item, err) : RESULT_OK;
    }
    return result;
}

/* --- what a kind takes --- */

enum result plan_check_fields(const struct plan *plan, struct err *err)
{
    const struct {
        const char *name;
        enum plan_field field;
        bool given;
    } rows[] = {
        {"mode", PLAN_MODE, plan->spec.mode != MODE_COUNT},
        {"modes", PLAN_MODES, plan->mode_count != 0},
        {"counts", PLAN_COUNTS, plan->count_count != 0},
#define NUMBER(name, NAME, ...) {#name, PLAN_##NAME, plan->name != 0},
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER
        {"run", PLAN_RUN, plan->proof.run != 0},
        {"hold", PLAN_HOLD, plan->spec.hold},
    };
    if (plan->kind == EXPERIMENT_KIND_COUNT) {
        return err_field(err, "kind", "kind is required, one of %s", experiment_kind_list());
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].given && !experiment_kind_takes(plan->kind, rows[i].field)) {
            return err_field(err, rows[i].name, "the kind %s has no %s", experiment_kind_name(plan->kind),
                             rows[i].name);
        }
    }
    return RESULT_OK;
}

void plan_fill_modes(struct plan *plan)
{
    const bool usual = plan->mode_count == 0;
    for (enum run_mode mode = 0; usual && mode < MODE_COUNT; mode++) {
        if (run_mode_is_usual(mode)) {
            plan->modes[plan->mode_count++] = mode;
        }
    }
}

void plan_run(const struct plan *plan, enum run_mode mode, uint64_t count, struct run_spec *spec)
{
    *spec = plan->spec;
    spec->mode = mode;
    spec->count = count;
    if (mode == MODE_POOL && spec->hold && !plan->has_pool_size) {
        spec->pool_size = count < PLAN_POOL_MOST ? count : PLAN_POOL_MOST;
    }
}
