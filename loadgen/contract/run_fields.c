#include "loadgen/contract/run_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/net_list.h"
#include "base/table.h"
#include "base/utf8.h"

/* --- the shape of each text: check_MEMBER, and shape_MEMBER in words --- */

static enum result wrong_shape(const struct run_field *field, const char *value, struct err *err)
{
    char got[GOT_SIZE];
    run_field_quote(value, got);
    return run_field_wrong_kind(field, got, err);
}

static enum result check_label(const struct run_field *field, const char *text, struct err *err)
{
    (void)field;
    (void)text;
    (void)err;
    return RESULT_OK;
}
#define shape_label "text"

/* Only the form: a name is looked up when the run starts. */
static enum result check_target(const struct run_field *field, const char *text, struct err *err)
{
    struct err inner;
    if (strcmp(text, RUN_TARGET_BUILTIN) == 0 || net_text_port(text) >= 0) {
        return RESULT_OK;
    }
    if (!net_list_is_several(text)) {
        return wrong_shape(field, text, err);
    }
    return net_list_check(text, &inner) == RESULT_OK ? RESULT_OK
                                                     : err_field(err, field->name, "target: %.250s", inner.message);
}
#define shape_target "\"builtin\" or HOST:PORT"

static enum result check_path(const struct run_field *field, const char *text, struct err *err)
{
    size_t i = 0;
    while (text[i] > ' ' && text[i] < 0x7f) {
        i++;
    }
    return text[0] == '/' && text[i] == '\0' ? RESULT_OK : wrong_shape(field, text, err);
}
#define shape_path "\"/\" or a longer path of printable ASCII without blanks"

#define check_send check_label
#define shape_send shape_label
#define check_expect check_label
#define shape_expect shape_send

/* What all kinds have. */
#define ROW(member, name_, help_, kind_)                                                                               \
    .name = (name_), .help = (help_), .kind = (kind_), .offset = offsetof(struct run_spec, member),                    \
    .size = sizeof(((struct run_spec *)NULL)->member)

const struct run_field run_fields[RUN_FIELD_COUNT] = {
#define FIELD_CHOICE(member, name, type, initial_, help)                                                               \
    {ROW(member, name, help, FIELD_KIND_CHOICE), .choices = type##_names, .choice_helps = type##_helps,                \
     .max = COUNT_OF(type##_names), .initial = (initial_)},
#define FIELD_UINT(member, name, min_, max_, initial_, help)                                                           \
    {ROW(member, name, help, FIELD_KIND_UINT), .min = (min_), .max = (max_), .initial = (initial_)},
#define FIELD_BOOL(member, name, initial_, help) {ROW(member, name, help, FIELD_KIND_BOOL), .initial = (initial_)},
#define FIELD_TEXT(member, name, most, initial, help)                                                                  \
    {ROW(member, name, help, FIELD_KIND_TEXT), .max = (most), .initial_text = (initial), .check = check_##member,      \
     .shape = shape_##member},
#define FIELD_BYTES(member, name, most, initial, help)                                                                 \
    {ROW(member, name, help, FIELD_KIND_BYTES), .max = (most), .initial_text = (initial), .check = check_##member,     \
     .shape = shape_##member},
#include "loadgen/contract/run_fields.def"
};

const struct run_field *run_field_find(const char *name)
{
    size_t i = 0;
    while (i < RUN_FIELD_COUNT && strcmp(run_fields[i].name, name) != 0) {
        i++;
    }
    return i < RUN_FIELD_COUNT ? &run_fields[i] : NULL;
}

const char *run_field_choice_name(const struct run_field *field, unsigned choice)
{
    return choice < field->max ? field->choices[choice] : NULL;
}

#define CHOICE_LIST_SIZE 80

/* Writes "thread, pool, process or event". */
static void choice_list(const struct run_field *field, char text[CHOICE_LIST_SIZE])
{
    size_t used = 0;
    for (size_t i = 0; i < field->max && used < CHOICE_LIST_SIZE; i++) {
        const char *const before = i == 0 ? "" : i + 1 == field->max ? " or " : ", ";
        used += (size_t)snprintf(text + used, CHOICE_LIST_SIZE - used, "%s%s", before, field->choices[i]);
    }
}

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
                         field->min, field->max, got);
    case FIELD_KIND_BOOL:
        return err_field(err, field->name, "%s must be true or false, got %s", field->name, got);
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
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
    return err_field(err, field->name, "%s must be %" PRIu64 "..%" PRIu64 ", got %.40s", field->name, field->min,
                     field->max, got);
}

enum result run_field_set_choice(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err)
{
    const unsigned choice = (unsigned)table_find(field->choices, (size_t)field->max, value);
    if (choice == field->max) {
        char got[GOT_SIZE];
        run_field_quote(value, got);
        return run_field_wrong_kind(field, got, err);
    }
    *(unsigned *)run_field_member(spec, field) = choice;
    return RESULT_OK;
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
        if (field->kind == FIELD_KIND_TEXT && utf8_is_control(code_point)) {
            return err_field(err, field->name, "%s must not have control characters; character %" PRIu64 " is U+%04X",
                             field->name, characters + 1, (unsigned)code_point);
        }
        at += step;
        characters++;
    }
    const bool in_bytes = field->kind == FIELD_KIND_BYTES;
    if ((in_bytes ? length : characters) > field->max) {
        return err_field(err, field->name, "%s must have at most %" PRIu64 " %s, got %" PRIu64, field->name, field->max,
                         in_bytes ? "bytes" : "characters", in_bytes ? length : characters);
    }
    if (length >= field->size) {
        return wrong_shape(field, value, err);
    }
    if (field->check(field, value, err) != RESULT_OK) {
        return err->code;
    }
    memcpy(run_field_member(spec, field), value, length + 1);
    return RESULT_OK;
}

enum result run_field_unknown(const char *name, struct err *err)
{
    char shown[sizeof err->field];
    utf8_copy(shown, sizeof shown, name);
    return err_field(err, shown, "unknown field \"%s\"", shown);
}

enum result run_field_missing(const struct run_field *field, struct err *err)
{
    if (field->kind == FIELD_KIND_CHOICE) {
        char choices[CHOICE_LIST_SIZE];
        choice_list(field, choices);
        return err_field(err, field->name, "%s is required: %s", field->name, choices);
    }
    return err_field(err, field->name, "%s is required: %" PRIu64 "..%" PRIu64, field->name, field->min, field->max);
}
