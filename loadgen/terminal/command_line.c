#include "loadgen/terminal/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/arguments.h"
#include "loadgen/contract/run_fields.h"

#define BUILTIN_ADDRESS "127.0.0.1:45000"

/* The fields come first, each at its index in run_fields. */
enum { OPTION_JSON = RUN_FIELD_COUNT, OPTION_ALLOW_TARGET, OPTION_HELP, OPTION_VERSION, OPTION_COUNT };

struct option_table {
    char names[RUN_FIELD_COUNT][RUN_OPTION_SIZE];
    struct argument_option rows[OPTION_COUNT];
};

/* A flag may stand alone: "--hold" means "--hold=true". */
static void build_table(struct option_table *table)
{
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        run_field_option(&run_fields[i], table->names[i]);
        table->rows[i] = (struct argument_option){.name = table->names[i] + strlen("--"),
                                                  .argument = run_field_argument(&run_fields[i]),
                                                  .optional = run_fields[i].kind == FIELD_KIND_BOOL};
    }
    table->rows[OPTION_JSON] = (struct argument_option){.name = "json"};
    table->rows[OPTION_ALLOW_TARGET] = (struct argument_option){.name = RUN_ALLOW_TARGET, .argument = "HOST:PORT"};
    table->rows[OPTION_HELP] = (struct argument_option){.name = "help", .last = true};
    table->rows[OPTION_VERSION] = (struct argument_option){.name = "version", .last = true};
}

static enum result take_option(void *into, size_t option, const char *value, struct err *err)
{
    struct command_line *const command = into;
    switch (option) {
    case OPTION_JSON:
        command->json = true;
        return RESULT_OK;
    case OPTION_ALLOW_TARGET:
        command->allowed = value;
        return RESULT_OK;
    case OPTION_HELP:
        command->action = COMMAND_HELP;
        return RESULT_OK;
    case OPTION_VERSION:
        command->action = COMMAND_VERSION;
        return RESULT_OK;
    default:
        return run_spec_set_text(&command->spec, run_fields[option].name, value != NULL ? value : "true", err);
    }
}

/* The address, and not the name, says what is loopback. */
static enum result find_target(struct command_line *command, struct err *err)
{
    const char *const target = command->spec.target;
    const enum result result =
        net_parse(strcmp(target, RUN_TARGET_BUILTIN) == 0 ? BUILTIN_ADDRESS : target, &command->target, err);
    if (result != RESULT_OK || net_is_loopback(&command->target) ||
        (command->allowed != NULL && strcmp(command->allowed, target) == 0)) {
        return result;
    }
    return err_set(err, RESULT_INVALID,
                   "target %.100s is not on loopback; if you may load it, add --" RUN_ALLOW_TARGET " %.100s", target,
                   target);
}

static enum result check(struct command_line *command, struct err *err)
{
    if (command->action != COMMAND_RUN) {
        return RESULT_OK;
    }
    const enum result result = run_spec_check(&command->spec, err);
    return result != RESULT_OK ? result : find_target(command, err);
}

enum result command_line_parse(int argc, char **argv, struct command_line *command, struct err *err)
{
    struct option_table table;
    build_table(&table);
    const struct arguments arguments = {
        .options = table.rows, .option_count = OPTION_COUNT, .take_option = take_option, .into = command};
    *command = (struct command_line){.action = COMMAND_RUN};
    run_spec_init(&command->spec);
    const enum result result = arguments_parse(&arguments, argc, argv, err);
    return result != RESULT_OK ? result : check(command, err);
}

static void print_list(FILE *file)
{
    run_spec_print_help(file);
    help_option(file, RUN_ALLOW_TARGET, "HOST:PORT", "permit this target, which is not on loopback");
    help_option(file, "json", NULL, "write JSON lines instead of a summary");
    help_option(file, "help", NULL, "show this help and exit");
    help_option(file, "version", NULL, "show the version and exit");
}

void command_line_print_help(void)
{
    puts("usage: koneksi-load --mode MODE --count N [options]\n"
         "Starts N clients of a TIME server and reports how many of them it served.");
    print_list(stdout);
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
