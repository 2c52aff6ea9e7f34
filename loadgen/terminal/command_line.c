#include "loadgen/terminal/command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arguments.h"
#include "loadgen/contract/run_effects.h"
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

static enum result allow(struct command_line *command, const char *value, struct err *err)
{
    if (command->allowed_count == COMMAND_ALLOWED_MOST) {
        return err_field(err, RUN_ALLOW_TARGET, "--" RUN_ALLOW_TARGET " is given more than %d times: one may be a list",
                         COMMAND_ALLOWED_MOST);
    }
    command->allowed[command->allowed_count++] = value;
    return RESULT_OK;
}

static enum result take_field(struct run_spec *spec, size_t field, const char *value, struct err *err)
{
    const char *const name = run_fields[field].name;
    return run_spec_is_option(name)
               ? run_spec_set_option(spec, name, run_field_flag(value), err)
               : err_field(err, name, "this is one rank: use mpirun -n %.10s koneksi-load-mpi ...", value);
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
        return allow(command, value, err);
    case OPTION_HELP:
        command->action = COMMAND_HELP;
        return RESULT_OK;
    case OPTION_VERSION:
        command->action = COMMAND_VERSION;
        return RESULT_OK;
    default:
        return take_field(&command->spec, option, value, err);
    }
}

static bool is_allowed(const struct command_line *command, const char *host, unsigned port)
{
    size_t i = 0;
    while (i < command->allowed_count && !net_list_has(command->allowed[i], host, port)) {
        i++;
    }
    return i < command->allowed_count;
}

/* The addresses, and not the name, say what is loopback: any of them may be the one that answers. */
static enum result check_allowed(const struct command_line *command, const struct net_range *range,
                                 const struct net_addresses *addresses, struct err *err)
{
    bool on_loopback = true;
    for (size_t i = 0; i < addresses->count; i++) {
        on_loopback = on_loopback && net_is_loopback(&addresses->list[i]);
    }
    for (unsigned port = range->first; !on_loopback && port <= range->last; port++) {
        if (!is_allowed(command, range->host, port)) {
            return err_set(err, RESULT_INVALID,
                           "target %.100s:%u is not on loopback; if you may load it, add --" RUN_ALLOW_TARGET
                           " %.100s:%u",
                           range->host, port, range->host, port);
        }
    }
    return RESULT_OK;
}

static enum result find_entry(struct command_line *command, const struct net_range *range, struct err *err)
{
    char text[NET_RANGE_HOST_SIZE + 8];
    struct net_addresses addresses;
    struct reach reach;
    snprintf(text, sizeof text, "%s:%u", range->host, range->first);
    if (net_parse_all(text, &addresses, err) != RESULT_OK ||
        check_allowed(command, range, &addresses, err) != RESULT_OK) {
        return err->code;
    }
    reach_first(&addresses, command->spec.timeout_ms, &reach);
    return reach_list_add(&command->reach, &reach, range, err);
}

static enum result find_targets(struct command_line *command, struct err *err)
{
    const char *const target = command->spec.target;
    const char *rest = strcmp(target, RUN_TARGET_BUILTIN) == 0 ? BUILTIN_ADDRESS : target;
    struct net_range range;
    command->reach.answered = true;
    while (rest != NULL) {
        if (net_list_next(&rest, &range, err) != RESULT_OK || find_entry(command, &range, err) != RESULT_OK) {
            return err->code;
        }
    }
    /* Two names may have the same address. */
    if (net_list_check(command->reach.addresses, err) != RESULT_OK) {
        return err->code;
    }
    const size_t count = (size_t)run_spec_targets(&command->spec);
    command->targets = calloc(count, sizeof *command->targets);
    if (command->targets == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the targets");
    }
    struct net_list_walk walk = {.rest = command->reach.addresses};
    for (size_t i = 0; i < count && net_list_step(&walk); i++) {
        command->targets[i] = walk.address;
    }
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
    enum result result = run_spec_check(&command->spec, err);
    if (result == RESULT_OK && !command->json) { /* with it the panel hands on a run that was accepted */
        result = run_effects_check(&command->spec, err);
    }
    return result != RESULT_OK ? result : find_targets(command, err);
}

enum result command_line_parse(int argc, char **argv, struct command_line *command, struct err *err)
{
    struct option_table table;
    build_table(&table);
    const struct arguments arguments = {
        .options = table.rows, .option_count = OPTION_COUNT, .take_option = take_option, .into = command};
    memset(command, 0, sizeof *command); /* COMMAND_RUN */
    run_spec_init(&command->spec);
    const enum result result = arguments_parse(&arguments, argc, argv, err);
    return result != RESULT_OK ? result : check(command, err);
}

static bool takes(const void *arg, const char *name)
{
    (void)arg;
    return run_spec_is_option(name);
}

static void print_list(FILE *file)
{
    struct run_spec defaults;
    run_spec_init(&defaults);
    run_spec_print_help(file, &defaults, takes, NULL);
    help_option(file, RUN_ALLOW_TARGET, "HOST:PORT",
                "permit this target, which is not on loopback; as a target may be a list; repeatable");
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
