/* A run's fields as a command line, and the help for it. */
#include "loadgen/contract/run_spec_members.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define NUMBER_SIZE 24

void run_field_option(const struct run_field *field, char option[RUN_OPTION_SIZE])
{
    snprintf(option, RUN_OPTION_SIZE, "--%s", field->name);
    for (char *each = option; *each != '\0'; each++) {
        if (*each == '_' || *each == '.') {
            *each = '-';
        }
    }
}

/* The value as its option takes it; NULL when it is the default and need not be given. `number` is room for it. */
static const char *argument_of(const struct run_spec *spec, const struct run_spec *defaults,
                               const struct run_field *field, char number[NUMBER_SIZE])
{
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return run_field_get_choice(spec, field) != run_field_get_choice(defaults, field)
                   ? run_field_choice_name(field, run_field_get_choice(spec, field))
                   : NULL;
    case FIELD_KIND_UINT:
        snprintf(number, NUMBER_SIZE, "%" PRIu64, run_field_get_uint(spec, field));
        return run_field_get_uint(spec, field) != run_field_get_uint(defaults, field) ? number : NULL;
    case FIELD_KIND_BOOL:
        return run_field_get_bool(spec, field) != run_field_get_bool(defaults, field)
                   ? ""
                   : NULL; /* bare: every default is false */
    case FIELD_KIND_TEXT:
        return strcmp(run_field_get_text(spec, field), run_field_get_text(defaults, field)) != 0
                   ? run_field_get_text(spec, field)
                   : NULL;
    }
    return NULL;
}

/* Pointers grow up from the front of one block, their texts behind them. */
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

char **run_spec_argv(const struct run_spec *spec, const char *program, const char *target)
{
    static const char json[] = "--json";
    enum { POINTERS = 2 + 2 * RUN_FIELD_COUNT + 1 };
    const size_t texts = strlen(program) + 1 + sizeof json + strlen(target) + 1 + sizeof spec->target +
                         sizeof spec->label + (size_t)RUN_FIELD_COUNT * (RUN_OPTION_SIZE + NUMBER_SIZE);
    char **const argv = malloc(POINTERS * sizeof *argv + texts);
    if (argv == NULL) {
        return NULL;
    }
    struct argv_builder builder = {argv, (char *)(argv + POINTERS)};
    struct run_spec defaults;
    run_spec_init(&defaults);
    push(&builder, program);
    push(&builder, json);
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        char number[NUMBER_SIZE];
        char option[RUN_OPTION_SIZE];
        const bool is_target = run_fields[i].offset == offsetof(struct run_spec, target);
        const char *const argument = is_target ? target : argument_of(spec, &defaults, &run_fields[i], number);
        if (argument == NULL) {
            continue;
        }
        run_field_option(&run_fields[i], option);
        push(&builder, option);
        if (run_fields[i].kind != FIELD_KIND_BOOL) {
            push(&builder, argument);
        }
    }
    *builder.next = NULL;
    return argv;
}

static const char *placeholder_of(const struct run_field *field)
{
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return "NAME";
    case FIELD_KIND_UINT:
        return "N";
    case FIELD_KIND_BOOL:
        return NULL;
    case FIELD_KIND_TEXT:
        return "TEXT";
    }
    return NULL;
}

static void add_values(const struct run_field *field, struct buf *text)
{
    if (field->kind == FIELD_KIND_CHOICE && field->choice_helps == NULL) {
        for (unsigned choice = 0; choice < field->most; choice++) {
            buf_printf(text, "%s%s", choice == 0 ? " (" : ", ", run_field_choice_name(field, choice));
        }
        buf_text(text, ")");
    } else if (field->kind == FIELD_KIND_UINT) {
        buf_printf(text, " (%" PRIu64 "..%" PRIu64, field->least, field->most);
        buf_printf(text, field->initial != 0 ? ", default %" PRIu64 ")" : ")", field->initial);
    }
}

static const char *heading_above(size_t field)
{
    for (size_t i = 0; i < run_field_group_count; i++) {
        if (run_field_groups[i].first == field) {
            return run_field_groups[i].heading;
        }
    }
    return NULL;
}

static void print_choices(FILE *file, enum help_style style, const struct run_field *field)
{
    for (unsigned choice = 0; field->choice_helps != NULL && choice < field->most; choice++) {
        help_value(file, style, run_field_choice_name(field, choice), field->choice_helps[choice]);
    }
}

static void print_field(FILE *file, enum help_style style, const struct run_field *field, struct buf *text)
{
    char option[RUN_OPTION_SIZE];
    run_field_option(field, option);
    buf_clear(text);
    buf_text(text, field->help);
    add_values(field, text);
    help_option(file, style, option + strlen("--"), placeholder_of(field), text->failed ? field->help : text->bytes);
    print_choices(file, style, field);
}

void run_spec_print_help(FILE *file, enum help_style style)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        const char *const heading = heading_above(i);
        if (heading != NULL) {
            help_heading(file, style, heading, i == 0);
        }
        print_field(file, style, &run_fields[i], &text);
    }
    buf_free(&text);
}
