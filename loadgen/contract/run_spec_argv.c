/* A run's fields as a command line, and the help for it. */
#include "loadgen/contract/run_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"

#define NUMBER_SIZE 24

/* "--pool-size" for pool_size */
static void write_option(const struct run_field *field, char option[RUN_OPTION_SIZE])
{
    snprintf(option, RUN_OPTION_SIZE, "--%s", field->name);
    for (char *each = option; *each != '\0'; each++) {
        if (*each == '_' || *each == '.') {
            *each = '-';
        }
    }
}

/* A flag may also stand without its "true|false". */
static const char *argument_name(const struct run_field *field)
{
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return "NAME";
    case FIELD_KIND_UINT:
        return "N";
    case FIELD_KIND_BOOL:
        return "true|false";
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        return "TEXT";
    }
    return NULL;
}

struct argument_option run_field_row(const struct run_field *field, char option[RUN_OPTION_SIZE])
{
    write_option(field, option);
    return (struct argument_option){
        .name = option + strlen("--"), .argument = argument_name(field), .optional = field->kind == FIELD_KIND_BOOL};
}

/* The value as its option takes it. `number` is room for it. */
static const char *argument_of(const struct run_spec *spec, const struct run_field *field, char number[NUMBER_SIZE])
{
    const void *const value = run_field_value(spec, field);
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return run_field_choice_name(field, *(const unsigned *)value);
    case FIELD_KIND_UINT:
        snprintf(number, NUMBER_SIZE, "%" PRIu64, *(const uint64_t *)value);
        return number;
    case FIELD_KIND_BOOL:
        return *(const bool *)value ? "true" : "false";
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        return value;
    }
    return NULL;
}

/* Whether the field's option need not be given. */
static bool is_default(const struct run_spec *spec, const struct run_spec *defaults, const struct run_field *field)
{
    const void *const value = run_field_value(spec, field);
    const void *const initial = run_field_value(defaults, field);
    const bool is_text = field->kind == FIELD_KIND_TEXT || field->kind == FIELD_KIND_BYTES;
    return is_text ? strcmp(value, initial) == 0 : memcmp(value, initial, field->size) == 0;
}

/* One block: the pointers, and their texts behind them. */
struct argv_builder {
    char **next;
    char *text;
};

static void push(struct argv_builder *builder, const char *text)
{
    const size_t size = strlen(text) + 1;
    memcpy(builder->text, text, size);
    *builder->next++ = builder->text;
    builder->text += size;
}

static void push_escaped(struct argv_builder *builder, const char *text)
{
    const size_t size = strlen(text) * ESCAPE_MOST + 1;
    (void)escape_write(text, strlen(text), SIZE_MAX, builder->text, size);
    *builder->next++ = builder->text;
    builder->text += size;
}

char **run_spec_argv(const struct run_spec *spec, const char *program, const char *target)
{
    static const char json[] = "--json";
    static const char allow[] = "--" RUN_ALLOW_TARGET;
    enum { POINTERS = 4 + 2 * RUN_FIELD_COUNT + 1 };
    /* All texts of the spec fit into its own size before they are escaped. */
    const size_t texts = strlen(program) + 1 + sizeof json + sizeof allow + 2 * (strlen(target) + 1) +
                         ESCAPE_MOST * sizeof *spec + (size_t)RUN_FIELD_COUNT * (RUN_OPTION_SIZE + NUMBER_SIZE);
    char **const argv = malloc(POINTERS * sizeof *argv + texts);
    if (argv == NULL) {
        return NULL;
    }
    struct argv_builder builder = {argv, (char *)(argv + POINTERS)};
    struct run_spec defaults;
    run_spec_init(&defaults);
    push(&builder, program);
    push(&builder, json);
    push(&builder, allow);
    push(&builder, target);
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        char number[NUMBER_SIZE];
        char option[RUN_OPTION_SIZE];
        if (i == RUN_FIELD_ranks || (i != RUN_FIELD_target && is_default(spec, &defaults, &run_fields[i]))) {
            continue;
        }
        write_option(&run_fields[i], option);
        push(&builder, option);
        if (run_fields[i].kind == FIELD_KIND_BYTES) {
            push_escaped(&builder, run_field_value(spec, &run_fields[i]));
        } else if (run_fields[i].kind != FIELD_KIND_BOOL) { /* a flag: its default is false */
            push(&builder, i == RUN_FIELD_target ? target : argument_of(spec, &run_fields[i], number));
        }
    }
    *builder.next = NULL;
    return argv;
}

bool run_spec_is_option(const char *name)
{
    return strcmp(name, run_fields[RUN_FIELD_ranks].name) != 0;
}

enum result run_spec_set_option(struct run_spec *spec, const char *name, const char *value, struct err *err)
{
    const struct run_field *const field = run_field_find(name);
    if (field == NULL || field->kind != FIELD_KIND_BYTES) {
        return run_spec_set_text(spec, name, value, err);
    }
    char *const plain = strdup(value);
    if (plain == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for an option");
    }
    const size_t wrong = escape_read(plain);
    const enum result result =
        wrong == 0
            ? run_spec_set_text(spec, name, plain, err)
            : err_field(err, name,
                        "%s: what begins at byte %zu is none of \\r \\n \\t \\\\ \\x01..\\xff, which must make UTF-8",
                        name, wrong);
    free(plain);
    return result;
}

static void add_range(const struct run_field *field, const struct run_spec *defaults, struct buf *text)
{
    if (field->kind == FIELD_KIND_UINT) {
        struct run_spec usual;
        run_spec_init(&usual); /* where the table has no default, that of this machine: `help` says how it is found */
        const uint64_t initial =
            is_default(defaults, &usual, field) ? field->initial : *(const uint64_t *)run_field_value(defaults, field);
        buf_printf(text, " (%" PRIu64 "..%" PRIu64, field->min, field->max);
        buf_printf(text, initial != 0 ? ", default %" PRIu64 ")" : ")", initial);
    }
}

static void add_default(const struct run_field *field, const struct run_spec *defaults, struct buf *text)
{
    const char *const words = field->initial_text;
    if (field->kind == FIELD_KIND_CHOICE && field->initial < field->max) {
        buf_printf(text, " (default: %s)", run_field_choice_name(field, (unsigned)field->initial));
    } else if (field->kind == FIELD_KIND_BOOL && *(const bool *)run_field_value(defaults, field)) {
        buf_printf(text, " (this is the default; --%s=false: do not)", field->name);
    } else if (words != NULL && words[0] != '\0') {
        buf_printf(text, " (default: %s)", words);
    }
}

static const char *heading_above(size_t field)
{
    static const char *const headings[RUN_FIELD_COUNT] = {
#define FIELD_GROUP(first, heading) [RUN_FIELD_##first] = (heading),
#include "loadgen/contract/run_fields.def"
    };
    return headings[field];
}

static void print_choices(FILE *file, const struct run_field *field)
{
    for (unsigned choice = 0; field->kind == FIELD_KIND_CHOICE && choice < field->max; choice++) {
        help_value(file, run_field_choice_name(field, choice), field->choice_helps[choice]);
    }
}

static void print_field(FILE *file, const struct run_field *field, const struct run_spec *defaults, struct buf *text)
{
    char option[RUN_OPTION_SIZE];
    write_option(field, option);
    buf_clear(text);
    buf_text(text, field->help);
    add_range(field, defaults, text);
    add_default(field, defaults, text);
    help_option(file, option + strlen("--"), field->kind == FIELD_KIND_BOOL ? NULL : argument_name(field),
                text->failed ? field->help : text->bytes);
    print_choices(file, field);
}

void run_spec_print_help(FILE *file, const struct run_spec *defaults, bool (*takes)(const void *arg, const char *name),
                         const void *arg)
{
    struct buf text = BUF_INIT;
    const char *heading = NULL; /* of the fields that follow; NULL once it is printed */
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        heading = heading_above(i) != NULL ? heading_above(i) : heading;
        if (takes != NULL && !takes(arg, run_fields[i].name)) {
            continue;
        }
        if (heading != NULL) {
            help_heading(file, heading);
            heading = NULL;
        }
        print_field(file, &run_fields[i], defaults, &text);
    }
    buf_free(&text);
}
