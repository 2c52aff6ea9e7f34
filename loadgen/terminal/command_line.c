#include "loadgen/terminal/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/arguments.h"
#include "loadgen/contract/run_fields.h"

#define BUILTIN_ADDRESS "127.0.0.1:45000"

/* The fields come first, each at its index in run_fields. */
enum { OPTION_JSON = RUN_FIELD_COUNT, OPTION_SUMMARY, OPTION_ALLOW_TARGET, OPTION_HELP, OPTION_VERSION, OPTION_COUNT };

struct option_table {
    char names[RUN_FIELD_COUNT][RUN_OPTION_SIZE];
    struct argument_option rows[OPTION_COUNT];
};

static void build_table(struct option_table *table)
{
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        table->rows[i] = run_field_row(&run_fields[i], table->names[i]);
    }
    table->rows[OPTION_JSON] = (struct argument_option){.name = "json"};
    table->rows[OPTION_SUMMARY] = (struct argument_option){.name = "summary", .argument = "json"};
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
    case OPTION_SUMMARY:
        command->summary = true;
        return strcmp(value, "json") == 0 ? RESULT_OK
                                          : err_field(err, "summary", "--summary must be json, got \"%.60s\"", value);
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
        return run_spec_set_option(&command->spec, run_fields[option].name, run_field_flag(value), err);
    }
}

/* The addresses, and not the name, say what is loopback: any of them may be the one that answers. */
static enum result find_target(struct command_line *command, struct err *err)
{
    const char *const target = command->spec.target;
    const bool is_allowed = command->allowed != NULL && strcmp(command->allowed, target) == 0;
    struct net_addresses addresses;
    const enum result result =
        net_parse_all(strcmp(target, RUN_TARGET_BUILTIN) == 0 ? BUILTIN_ADDRESS : target, &addresses, err);
    if (result != RESULT_OK) {
        return result;
    }
    for (size_t i = 0; i < addresses.count; i++) {
        if (!net_is_loopback(&addresses.list[i]) && !is_allowed) {
            return err_set(err, RESULT_INVALID,
                           "target %.100s is not on loopback; if you may load it, add --" RUN_ALLOW_TARGET " %.100s",
                           target, target);
        }
    }
    reach_first(&addresses, command->spec.timeout_ms, &command->reach);
    return RESULT_OK;
}

static enum result check(struct command_line *command, struct err *err)
{
    if (command->action != COMMAND_RUN) {
        return RESULT_OK;
    }
    if (command->json && command->summary) {
        return err_field(err, "summary", "--json and --summary exclude each other");
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
    run_spec_print_help(file, NULL, NULL);
    help_option(file, RUN_ALLOW_TARGET, "HOST:PORT", "permit this target, which is not on loopback");
    help_option(file, "json", NULL, "write JSON lines while it goes on, instead of a summary");
    help_option(file, "summary", "json", "write the summary as one JSON object");
    help_option(file, "help", NULL, "show this help and exit");
    help_option(file, "version", NULL, "show the version and exit");
}

void command_line_print_help(void)
{
    puts("usage: koneksi-load --mode MODE --count N [options]\n"
         "Starts N clients of a server and reports how many of them it served.");
    print_list(stdout);
    puts("\n"
         "The target \"builtin\" is " BUILTIN_ADDRESS ", where the panel's TIME server listens\n"
         "unless told otherwise.\n"
         "\n"
         "Examples:\n"
         "  koneksi-load --mode thread --count 5000\n"
         "  koneksi-load --mode thread --count 2000 --hold --limits-nofile 1024\n"
         "  koneksi-load --mode pool --count 500000 --target 127.0.0.1:45000 >report.txt\n"
         "  koneksi-load --mode event --count 5000 --hold --exchange http --target [::1]:80\n"
         "  koneksi-load --mode event --count 99 --exchange custom --send 'HELO x\\r\\n'\n"
         "      --expect 220 --target 127.0.0.1:25\n"
         "\n"
         "Exit status: 0 all clients completed, 1 some failed, 2 wrong usage, 3 the\n"
         "generator itself failed.");
}
