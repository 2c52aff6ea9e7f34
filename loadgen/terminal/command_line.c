#include "loadgen/terminal/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/contract/run_spec_fields.h"

#define BUILTIN_ADDRESS "127.0.0.1:45000"

/* The fields come first, each at its index in run_fields. */
enum other_option { OPTION_JSON = RUN_FIELD_COUNT, OPTION_HELP, OPTION_VERSION, OPTION_END };

struct option_table {
    char names[RUN_FIELD_COUNT][RUN_OPTION_SIZE];
    struct option rows[OPTION_END + 1];
};

/* What getopt_long gives back for a row: its index, above every character, since '?' and ':' mean errors. */
#define VALUE_OF(index) ((int)(index) + 256)

/* A boolean may stand alone: "--hold" means "--hold=true". */
static void build_table(struct option_table *table)
{
    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        const int argument = run_fields[i].kind == FIELD_KIND_BOOL ? optional_argument : required_argument;
        run_field_option(&run_fields[i], table->names[i]);
        table->rows[i] = (struct option){table->names[i] + strlen("--"), argument, NULL, VALUE_OF(i)};
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
        return run_spec_set_text(&command->spec, run_fields[index].name, value != NULL ? value : "true", err);
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

void command_line_print_list(FILE *file, enum help_style style)
{
    run_spec_print_help(file, style);
    help_option(file, style, "json", NULL, "write JSON lines instead of a summary");
    help_option(file, style, "help", NULL, "show the options and end");
    help_option(file, style, "version", NULL, "show the version and end");
}

void command_line_print_help(void)
{
    puts("usage: koneksi-load --mode MODE --count N [options]\n"
         "Starts N clients of a TIME server and tells how many of them it served.");
    command_line_print_list(stdout, HELP_TERMINAL);
    puts("\n"
         "The target \"builtin\" is " BUILTIN_ADDRESS ", where the panel's TIME server listens\n"
         "unless told otherwise.\n"
         "\n"
         "Examples:\n"
         "  koneksi-load --mode thread --count 5000\n"
         "  koneksi-load --mode thread --count 2000 --hold --limits-nofile 1024\n"
         "  koneksi-load --mode pool --count 500000 --target 127.0.0.1:45000 >report.txt\n"
         "\n"
         "Exit status: 0 all clients completed, 1 some failed, 2 wrong usage, 3 the\n"
         "generator itself failed.");
}
