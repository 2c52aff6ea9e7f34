/* What a run is asked to be: its table, its defaults, its fields from text, and what holds between them.
 * A field is one row of run_fields.def and, for a text, one check_MEMBER function and its words below. */
#include "loadgen/contract/run_spec_members.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "base/table.h"
#include "base/utf8.h"

#define POOL_SIZE_MOST 32
#define POOL_SIZE_EXTRA 4 /* as Python's ThreadPoolExecutor: min(32, cores + 4) */

static bool check_label(const char *text)
{
    (void)text;
    return true;
}
#define shape_label "text"

static bool is_port(const char *text)
{
    const size_t length = strlen(text);
    return length > 0 && length <= 5 && strspn(text, "0123456789") == length && strtoul(text, NULL, 10) <= 65535;
}

/* The shape alone: looking a name up is for whoever connects. */
static bool check_target(const char *text)
{
    static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    static const char ipv6_bytes[] = "0123456789abcdefABCDEF:.";
    if (strcmp(text, RUN_TARGET_BUILTIN) == 0) {
        return true;
    }
    if (*text == '[') {
        const size_t length = strspn(text + 1, ipv6_bytes);
        const char *const after = text + 1 + length;
        return length >= 2 && strncmp(after, "]:", 2) == 0 && is_port(after + 2);
    }
    const size_t length = strspn(text, name_bytes);
    return length > 0 && text[0] != '-' && text[length] == ':' && is_port(text + length + 1);
}
#define shape_target "\"builtin\" or HOST:PORT"

/* --- choices --- */

static const char *const run_mode_names[] = {
#define MODE(NAME, name, help) #name,
#include "loadgen/contract/modes.def"
#undef MODE
};

static const char *const run_request_names[] = {
#define REQUEST(NAME, name, bytes) #name,
#include "loadgen/contract/requests.def"
#undef REQUEST
};

static const char *const run_mode_helps[] = {
#define MODE(NAME, name, help) help,
#include "loadgen/contract/modes.def"
#undef MODE
};

/* What the field's own help says is enough. */
#define run_request_helps NULL

const char *run_mode_name(enum run_mode mode)
{
    return mode < MODE_COUNT ? run_mode_names[mode] : NULL;
}

enum run_mode run_mode_from_name(const char *name)
{
    return (enum run_mode)table_find(run_mode_names, MODE_COUNT, name);
}

const char *run_request_name(enum run_request request)
{
    return request < REQUEST_COUNT ? run_request_names[request] : NULL;
}

enum run_request run_request_from_name(const char *name)
{
    return (enum run_request)table_find(run_request_names, REQUEST_COUNT, name);
}

const char *run_request_bytes(enum run_request request)
{
    static const char *const all[] = {
#define REQUEST(NAME, name, bytes) (bytes),
#include "loadgen/contract/requests.def"
#undef REQUEST
    };
    return all[request];
}

const struct run_field run_fields[RUN_FIELD_COUNT] = {
#define FIELD_CHOICE(member, name_, type, initial_, help_)                                                             \
    {.name = (name_),                                                                                                  \
     .help = (help_),                                                                                                  \
     .kind = FIELD_KIND_CHOICE,                                                                                        \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .choices = type##_names,                                                                                          \
     .choice_helps = type##_helps,                                                                                     \
     .most = COUNT_OF(type##_names),                                                                                   \
     .initial = (initial_)},
#define FIELD_UINT(member, name_, least_, most_, initial_, help_)                                                      \
    {.name = (name_),                                                                                                  \
     .help = (help_),                                                                                                  \
     .kind = FIELD_KIND_UINT,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .least = (least_),                                                                                                \
     .most = (most_),                                                                                                  \
     .initial = (initial_)},
#define FIELD_BOOL(member, name_, initial_, help_)                                                                     \
    {.name = (name_),                                                                                                  \
     .help = (help_),                                                                                                  \
     .kind = FIELD_KIND_BOOL,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .initial = (initial_)},
#define FIELD_TEXT(member, name_, most_, initial_, help_)                                                              \
    {.name = (name_),                                                                                                  \
     .help = (help_),                                                                                                  \
     .kind = FIELD_KIND_TEXT,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .size = sizeof(((struct run_spec *)NULL)->member),                                                                \
     .most = (most_),                                                                                                  \
     .initial_text = (initial_),                                                                                       \
     .check = check_##member,                                                                                          \
     .shape = shape_##member},
#include "loadgen/contract/run_fields.def"
#undef FIELD_CHOICE
#undef FIELD_UINT
#undef FIELD_BOOL
#undef FIELD_TEXT
};

const struct run_field_group run_field_groups[] = {
#define FIELD_CHOICE(...)
#define FIELD_UINT(...)
#define FIELD_BOOL(...)
#define FIELD_TEXT(...)
#define FIELD_GROUP(first_, heading_) {.first = RUN_FIELD_##first_, .heading = (heading_)},
#include "loadgen/contract/run_fields.def"
#undef FIELD_CHOICE
#undef FIELD_UINT
#undef FIELD_BOOL
#undef FIELD_TEXT
};
const size_t run_field_group_count = COUNT_OF(run_field_groups);

const struct run_field *run_field_find(const char *name)
{
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        if (strcmp(run_fields[i].name, name) == 0) {
            return &run_fields[i];
        }
    }
    return NULL;
}

const char *run_field_choice_name(const struct run_field *field, unsigned choice)
{
    return choice < field->most ? field->choices[choice] : NULL;
}

#define CHOICE_LIST_SIZE 80

/* Writes "thread, pool, process or event". */
static void choice_list(const struct run_field *field, char text[CHOICE_LIST_SIZE])
{
    size_t used = 0;
    for (size_t i = 0; i < field->most && used < CHOICE_LIST_SIZE; i++) {
        const char *const before = i == 0 ? "" : i + 1 == field->most ? " or " : ", ";
        used += (size_t)snprintf(text + used, CHOICE_LIST_SIZE - used, "%s%s", before, field->choices[i]);
    }
}

/* --- defaults --- */

static uint64_t default_pool_size(void)
{
    const uint64_t size = cores_usable() + POOL_SIZE_EXTRA;
    return size < POOL_SIZE_MOST ? size : POOL_SIZE_MOST;
}

void run_spec_init(struct run_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        const struct run_field *const field = &run_fields[i];
        switch (field->kind) {
        case FIELD_KIND_CHOICE:
            *run_field_choice(spec, field) = (unsigned)field->initial;
            break;
        case FIELD_KIND_UINT:
            *run_field_uint(spec, field) = field->initial;
            break;
        case FIELD_KIND_BOOL:
            *run_field_bool(spec, field) = field->initial != 0;
            break;
        case FIELD_KIND_TEXT:
            snprintf(run_field_text(spec, field), field->size, "%s", field->initial_text);
            break;
        }
    }
    spec->pool_size = default_pool_size();
}

/* --- one field --- */

/* "count must be a whole number 1..10000000, got "abc"": what is expected follows from the kind. */
enum result run_field_wrong_kind(const struct run_field *field, const char *got, struct err *err)
{
    char choices[CHOICE_LIST_SIZE];
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        choice_list(field, choices);
        return err_field(err, field->name, "%s must be %s, got %s", field->name, choices, got);
    case FIELD_KIND_UINT:
        return err_field(err, field->name, "%s must be a whole number %" PRIu64 "..%" PRIu64 ", got %s", field->name,
                         field->least, field->most, got);
    case FIELD_KIND_BOOL:
        return err_field(err, field->name, "%s must be true or false, got %s", field->name, got);
    case FIELD_KIND_TEXT:
        return err_field(err, field->name, "%s must be %s, got %s", field->name, field->shape, got);
    }
    return RESULT_INVALID;
}

/* Writes the value in quotes, cut where it is long. */
void run_field_quote(const char *value, char got[GOT_SIZE])
{
    char part[GOT_SIZE - 8];
    utf8_copy(part, sizeof part, value);
    snprintf(got, GOT_SIZE, "\"%s\"%s", part, strlen(part) < strlen(value) ? "..." : "");
}

enum result run_field_out_of_range(const struct run_field *field, const char *got, struct err *err)
{
    return err_field(err, field->name, "%s must be %" PRIu64 "..%" PRIu64 ", got %.40s", field->name, field->least,
                     field->most, got);
}

enum result run_field_set_choice(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err)
{
    const unsigned choice = (unsigned)table_find(field->choices, (size_t)field->most, value);
    if (choice == field->most) {
        char got[GOT_SIZE];
        run_field_quote(value, got);
        return run_field_wrong_kind(field, got, err);
    }
    *run_field_choice(spec, field) = choice;
    return RESULT_OK;
}

static enum result set_uint(struct run_spec *spec, const struct run_field *field, const char *value, struct err *err)
{
    const size_t length = strlen(value);
    if (length == 0 || strspn(value, "0123456789") != length) {
        char got[GOT_SIZE];
        run_field_quote(value, got);
        return run_field_wrong_kind(field, got, err);
    }
    uint64_t number = 0;
    for (const char *digit = value; *digit != '\0' && number <= field->most; digit++) {
        number = number * 10 + (uint64_t)(*digit - '0'); /* most is far below UINT64_MAX / 10 in every row */
    }
    if (number < field->least || number > field->most) {
        return run_field_out_of_range(field, value, err);
    }
    *run_field_uint(spec, field) = number;
    return RESULT_OK;
}

static enum result set_bool(struct run_spec *spec, const struct run_field *field, const char *value, struct err *err)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"on", true}, {"off", false}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i].word, value) == 0) {
            *run_field_bool(spec, field) = words[i].value;
            return RESULT_OK;
        }
    }
    char got[GOT_SIZE];
    run_field_quote(value, got);
    return run_field_wrong_kind(field, got, err);
}

enum result run_field_set_string(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err)
{
    const size_t length = strlen(value);
    uint64_t characters = 0;
    size_t at = 0;
    while (at < length) {
        uint32_t code_point = 0;
        const size_t step = utf8_decode(value + at, length - at, &code_point);
        if (step == 0) {
            return err_field(err, field->name, "%s must be UTF-8; byte %zu is not", field->name, at + 1);
        }
        if (utf8_is_control(code_point)) {
            return err_field(err, field->name, "%s must not have control characters; character %" PRIu64 " is U+%04X",
                             field->name, characters + 1, (unsigned)code_point);
        }
        at += step;
        characters++;
    }
    if (characters > field->most) {
        return err_field(err, field->name, "%s must have at most %" PRIu64 " characters, got %" PRIu64, field->name,
                         field->most, characters);
    }
    if (length >= field->size || !field->check(value)) {
        char got[GOT_SIZE];
        run_field_quote(value, got);
        return run_field_wrong_kind(field, got, err);
    }
    memcpy(run_field_text(spec, field), value, length + 1);
    return RESULT_OK;
}

enum result run_field_unknown(const char *name, struct err *err)
{
    char shown[sizeof err->field];
    utf8_copy(shown, sizeof shown, name);
    return err_field(err, shown, "unknown field \"%s\"", shown);
}

enum result run_spec_set_text(struct run_spec *spec, const char *name, const char *value, struct err *err)
{
    const struct run_field *const field = run_field_find(name);
    if (field == NULL) {
        return run_field_unknown(name, err);
    }
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return run_field_set_choice(spec, field, value, err);
    case FIELD_KIND_UINT:
        return set_uint(spec, field, value, err);
    case FIELD_KIND_BOOL:
        return set_bool(spec, field, value, err);
    case FIELD_KIND_TEXT:
        return run_field_set_string(spec, field, value, err);
    }
    return RESULT_INVALID;
}

/* --- what holds between fields --- */

enum result run_spec_check(const struct run_spec *spec, struct err *err)
{
    if (spec->mode >= MODE_COUNT) {
        char modes[CHOICE_LIST_SIZE];
        choice_list(run_field_find("mode"), modes);
        return err_field(err, "mode", "mode is required: %s", modes);
    }
    if (spec->count == 0) {
        const struct run_field *const count = run_field_find("count");
        return err_field(err, "count", "count is required: %" PRIu64 "..%" PRIu64, count->least, count->most);
    }
    if (spec->hold && spec->mode == MODE_POOL && spec->count > spec->pool_size) {
        return err_field(err, "hold",
                         "hold in pool mode needs count <= pool_size (count %" PRIu64 ", pool_size %" PRIu64 ")",
                         spec->count, spec->pool_size);
    }
    return RESULT_OK;
}
