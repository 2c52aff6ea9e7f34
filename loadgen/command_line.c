#include "command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define BUILTIN_ADDRESS "127.0.0.1:45000"

/* One row for each field: a boolean may stand alone, "--hold" meaning "--hold=true". */
static const struct field {
    const char *name;
    int argument;
} fields[] = {
#define FIELD_CHOICE(member, name, type, initial, help) {name, required_argument},
#define FIELD_UINT(member, name, least, most, initial, help) {name, required_argument},
#define FIELD_BOOL(member, name, initial, help) {name, optional_argument},
#define FIELD_TEXT(member, name, most, initial, help) {name, required_argument},
#include "run_fields.def"
#undef FIELD_CHOICE
#undef FIELD_UINT
#undef FIELD_BOOL
#undef FIELD_TEXT
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

enum other_option { OPTION_JSON = FIELD_COUNT, OPTION_HELP, OPTION_VERSION, OPTION_END };
#define OPTION_NAME_SIZE 32

struct option_table {
    char names[FIELD_COUNT][OPTION_NAME_SIZE];
    struct option rows[OPTION_END + 1];
};

/* getopt_long gives back a row's `val`: its index + 1, since 0, '?' and ':' have meanings of their own. */
#define VALUE_OF(index) ((int)(index) + 256)

/* "limits.nofile" becomes "limits-nofile". */
static void build_table(struct option_table *table)
{
    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        snprintf(table->names[i], OPTION_NAME_SIZE, "%s", fields[i].name);
        for (char *c = table->names[i]; *c != '\0'; c++) {
            if (*c == '_' || *c == '.') {
                *c = '-';
            }
        }
        table->rows[i] = (struct option){table->names[i], fields[i].argument, NULL, VALUE_OF(i)};
    }
    table->rows[OPTION_JSON] = (struct option){"json", no_argument, NULL, VALUE_OF(OPTION_JSON)};
    table->rows[OPTION_HELP] = (struct option){"help", no_argument, NULL, VALUE_OF(OPTION_HELP)};
    table->rows[OPTION_VERSION] = (struct option){"version", no_argument, NULL, VALUE_OF(OPTION_VERSION)};
}

static enum result apply(struct command_line *command, size_t index, const char *value, struct err *err)
{
    switch (index) {
    case OPTION_JSON:
        command->json = true;
        return RESULT_OK;
    case OPTION_HELP:
        command->action = COMMAND_HELP;
        return RESULT_OK;
    case OPTION_VERSION:
        command->action = COMMAND_VERSION;
        return RESULT_OK;
    default:
        return run_spec_set_text(&command->spec, fields[index].name, value != NULL ? value : "true", err);
    }
}

static enum result check(struct command_line *command, struct err *err)
{
    if (command->action != COMMAND_RUN) {
        return RESULT_OK;
    }
    const enum result result = run_spec_check(&command->spec, err);
    if (result != RESULT_OK) {
        return result;
    }
    const char *const target = command->spec.target;
    return net_parse(strcmp(target, RUN_TARGET_BUILTIN) == 0 ? BUILTIN_ADDRESS : target, &command->target, err);
}

enum result command_line_parse(int argc, char **argv, struct command_line *command, struct err *err)
{
    struct option_table table;
    build_table(&table);
    *command = (struct command_line){.action = COMMAND_RUN};
    run_spec_init(&command->spec);
    optind = 0; /* glibc: begin afresh */
    opterr = 0; /* the words are ours */
    for (int value = 0; (value = getopt_long(argc, argv, ":", table.rows, NULL)) != -1;) {
        if (value == ':') {
            return err_set(err, RESULT_INVALID, "%.100s needs a value", argv[optind - 1]);
        }
        if (value < VALUE_OF(0) && optopt > 0 && optopt < VALUE_OF(0)) {
            return err_set(err, RESULT_INVALID, "unknown option -%c", optopt); /* of a cluster, "-xy" */
        }
        if (value < VALUE_OF(0)) {
            return err_set(err, RESULT_INVALID, "unknown option %.100s", argv[optind - 1]);
        }
        const enum result result = apply(command, (size_t)(value - VALUE_OF(0)), optarg, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    if (optind < argc) {
        return err_set(err, RESULT_INVALID, "unexpected argument %.100s", argv[optind]);
    }
    return check(command, err);
}

void command_line_print_help(void)
{
    puts("usage: koneksi-load --mode MODE --count N [options]\n"
         "Starts N clients of a TIME server and tells how many of them it served.\n");
    run_spec_print_help(stdout);
    puts("  --json               write JSON lines instead of a summary\n"
         "  --help               show this\n"
         "  --version            show the version\n"
         "\n"
         "The target \"builtin\" is " BUILTIN_ADDRESS ".\n"
         "Exit status: 0 all clients completed, 1 some failed, 2 wrong usage, 3 the generator itself failed.");
}
