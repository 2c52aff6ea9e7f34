#include "server/command/invocation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arguments.h"
#include "base/table.h"
#include "loadgen/contract/run_effects.h"
#include "loadgen/contract/run_fields.h"
#include "server/lab/json/limits_json.h"

#define FREE_ADDRESS "127.0.0.1:0"

/* Those of the panel that a command takes. */
static const char *const server_options[] = {"model", "backlog", "workers", "allow-target", "hostfile"};

enum own_option { OWN_DB, OWN_STORED, OWN_JUNIT, OWN_RUN, OWN_EXPERIMENT, OWN_LANG, OWN_YES, OWN_JSON, OWN_HELP };
static const struct {
    const char *name;
    const char *argument;
    unsigned of; /* enum command_takes; 0: every command */
    const char *help;
} own_options[] = {
    [OWN_DB] = {"db", "FILE", TAKES_DB, "keep the runs in this database, which no panel may have open"},
    [OWN_STORED] = {"db", "FILE", TAKES_STORED, "the database to read, which no panel may have open"},
    [OWN_JUNIT] = {"junit", "FILE", TAKES_OUTCOME, "write a report for CI systems, as JUnit does"},
    [OWN_RUN] = {"run", "N,N,...", TAKES_STORED, "the runs with these numbers"},
    [OWN_EXPERIMENT] = {"experiment", "N,N,...", TAKES_STORED, "the experiments with these numbers"},
    [OWN_LANG] = {"lang", "en|id", TAKES_LANGUAGE,
                  "the language of what it prints, English or Indonesian (default: en)"},
    [OWN_YES] = {"yes", NULL, TAKES_CONSENT, "start without asking (it asks only at a terminal)"},
    [OWN_JSON] = {"json", NULL, TAKES_JSON, "write one JSON object instead of a summary"},
    [OWN_HELP] = {"help", NULL, 0, "show this help and exit"},
};

enum source { SOURCE_FIELD, SOURCE_PLAN, SOURCE_SERVER, SOURCE_THRESHOLD, SOURCE_OWN };

/* The options of one command: where each comes from, and its index there. */
struct option_table {
    struct invocation *invocation;
    size_t count;
    struct argument_option rows[ARGUMENTS_OPTIONS_MOST];
    enum source sources[ARGUMENTS_OPTIONS_MOST];
    size_t indices[ARGUMENTS_OPTIONS_MOST];
    char names[RUN_FIELD_COUNT][RUN_OPTION_SIZE];
};

/* --- which options a command takes --- */

static bool is_experiment(const struct command *command)
{
    return command->kind != EXPERIMENT_KIND_COUNT;
}

/* An experiment chooses the count of its runs, and some kinds their mode and whether they are held. */
static bool takes_field(const void *arg, const char *name)
{
    const struct command *const command = arg;
    if ((command->takes & TAKES_FIELDS) == 0 || !is_experiment(command)) {
        return (command->takes & TAKES_FIELDS) != 0;
    }
    if (strcmp(name, run_fields[RUN_FIELD_mode].name) == 0) {
        return experiment_kind_takes(command->kind, PLAN_MODE);
    }
    if (strcmp(name, run_fields[RUN_FIELD_hold].name) == 0) {
        return experiment_kind_takes(command->kind, PLAN_HOLD);
    }
    return strcmp(name, run_fields[RUN_FIELD_count].name) != 0;
}

static bool takes_plan(const struct command *command, const struct plan_option *option)
{
    return is_experiment(command) && experiment_kind_takes(command->kind, option->field);
}

static bool takes_threshold(const struct command *command, enum threshold_id id)
{
    unsigned of = OF_RUN;
    if (is_experiment(command)) {
        const struct strategy *const strategy = strategy_of(command->kind);
        of = strategy->row != NULL ? OF_TABLE : OF_SEARCH; /* a survey is judged by its searches */
    }
    return (command->takes & TAKES_OUTCOME) != 0 && (threshold_rows[id].of & of) != 0;
}

static bool takes_own(const struct command *command, size_t index)
{
    return own_options[index].of == 0 || (own_options[index].of & command->takes) != 0;
}

static void add_row(struct option_table *table, enum source source, size_t index, struct argument_option row)
{
    table->rows[table->count] = row;
    table->sources[table->count] = source;
    table->indices[table->count++] = index;
}

static void build_table(struct option_table *table, const struct command *command)
{
    const struct plan_option *option = NULL;
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        if (takes_field(command, run_fields[i].name)) {
            add_row(table, SOURCE_FIELD, i, run_field_row(&run_fields[i], table->names[i]));
        }
    }
    for (size_t i = 0; (option = plan_option_at(i)) != NULL; i++) {
        if (takes_plan(command, option)) {
            add_row(table, SOURCE_PLAN, i,
                    (struct argument_option){.name = option->name, .argument = option->argument});
        }
    }
    for (size_t i = 0; i < COUNT_OF(server_options) && (command->takes & TAKES_SERVER) != 0; i++) {
        add_row(table, SOURCE_SERVER, i,
                (struct argument_option){.name = server_options[i], .argument = options_argument(server_options[i])});
    }
    for (enum threshold_id id = 0; id < THRESHOLD_COUNT; id++) {
        if (takes_threshold(command, id)) {
            add_row(table, SOURCE_THRESHOLD, id,
                    (struct argument_option){.name = threshold_rows[id].name, .argument = threshold_rows[id].argument});
        }
    }
    for (size_t i = 0; i < COUNT_OF(own_options); i++) {
        if (takes_own(command, i)) {
            add_row(table, SOURCE_OWN, i,
                    (struct argument_option){
                        .name = own_options[i].name, .argument = own_options[i].argument, .last = i == OWN_HELP});
        }
    }
}

/* --- reading --- */

static enum result set_text(const char **text, size_t own, const char *value, struct err *err)
{
    *text = value;
    return value[0] != '\0' ? RESULT_OK : err_field(err, own_options[own].name, "--%s is empty", own_options[own].name);
}

/* Reads the number at the begin of `text`, which ends with a comma or with the text; false when it is none. */
static bool read_id(const char *text, size_t length, uint64_t *id)
{
    char word[24];
    struct plan plan; /* whose field "run" is such a number */
    struct err err;
    plan_init(&plan);
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    if (length >= sizeof word || plan_set_text(&plan, "run", word, &err) != RESULT_OK) {
        return false;
    }
    *id = plan.proof.run;
    return true;
}

static enum result set_ids(struct stored_ids *list, size_t own, const char *value, struct err *err)
{
    const char *const name = own_options[own].name;
    for (const char *at = value;; at += strcspn(at, ",") + 1) {
        if (list->count == STORED_MOST) {
            return err_field(err, name, "--%s takes at most %d numbers", name, STORED_MOST);
        }
        if (!read_id(at, strcspn(at, ","), &list->ids[list->count++])) {
            return err_field(err, name, "--%s must be numbers from 1 on, such as 1,2, got \"%.60s\"", name, value);
        }
        if (strchr(at, ',') == NULL) {
            return RESULT_OK;
        }
    }
}

static enum result set_own(struct invocation *invocation, size_t own, const char *value, struct err *err)
{
    switch ((enum own_option)own) {
    case OWN_DB:
    case OWN_STORED:
        return set_text(&invocation->db, own, value, err);
    case OWN_JUNIT:
        return set_text(&invocation->junit, own, value, err);
    case OWN_RUN:
        return set_ids(&invocation->runs, own, value, err);
    case OWN_EXPERIMENT:
        return set_ids(&invocation->experiments, own, value, err);
    case OWN_LANG:
        invocation->language = language_from_name(value);
        return invocation->language != LANGUAGE_COUNT
                   ? RESULT_OK
                   : err_field(err, "lang", "--lang must be en or id, got \"%.60s\"", value);
    case OWN_YES:
        invocation->yes = true;
        return RESULT_OK;
    case OWN_JSON:
        invocation->json = true;
        return RESULT_OK;
    case OWN_HELP:
        invocation->help = true;
        return RESULT_OK;
    }
    return RESULT_OK;
}

static enum result take_option(void *into, size_t option, const char *value, struct err *err)
{
    const struct option_table *const table = into;
    struct invocation *const invocation = table->invocation;
    const size_t index = table->indices[option];
    switch (table->sources[option]) {
    case SOURCE_FIELD:
        return is_experiment(invocation->command)
                   ? plan_set_option(&invocation->plan, run_fields[index].name, run_field_flag(value), err)
                   : run_spec_set_option(&invocation->plan.spec, run_fields[index].name, run_field_flag(value), err);
    case SOURCE_PLAN:
        return plan_set_option(&invocation->plan, plan_option_at(index)->name, value, err);
    case SOURCE_SERVER:
        return options_set(&invocation->panel, server_options[index], value, err);
    case SOURCE_THRESHOLD:
        return threshold_parse((enum threshold_id)index, value, &invocation->thresholds[index], err);
    case SOURCE_OWN:
        return set_own(invocation, index, value, err);
    }
    return RESULT_OK;
}

/* A run has to complete whole unless told otherwise. */
static void set_defaults(struct invocation *invocation)
{
    struct threshold *const failed = &invocation->thresholds[THRESHOLD_MAX_FAILED];
    failed->checked = failed->checked || (!is_experiment(invocation->command) &&
                                          takes_threshold(invocation->command, THRESHOLD_MAX_FAILED));
}

static enum result check_ceiling(const struct invocation *invocation, struct err *err)
{
    const struct threshold *const least = &invocation->thresholds[THRESHOLD_MIN_CEILING];
    return least->given && invocation->plan.max != 0 && least->value > (double)invocation->plan.max
               ? err_field(err, "min-ceiling", "--min-ceiling %.0f cannot be reached with --max %" PRIu64, least->value,
                           invocation->plan.max)
               : RESULT_OK;
}

static enum result check_run(const struct run_spec *spec, struct err *err)
{
    const enum result result = run_spec_check(spec, err);
    return result == RESULT_OK ? run_effects_check(spec, err) : result;
}

/* What the options of the server and of the hosts need, where clients are started. */
static enum result check_server(const struct invocation *invocation, struct err *err)
{
    const struct options *const panel = &invocation->panel;
    const struct time_server_config usual = time_server_defaults();
    if (panel->workers != (int)usual.workers && panel->model != TIME_MODEL_POOL) {
        return err_field(err, "workers", "--workers has no effect with --model %s, only with pool",
                         time_model_name(panel->model));
    }
    return panel->hostfile != NULL && invocation->plan.spec.ranks == 1
               ? err_field(err, "hostfile", "--hostfile has no effect with --ranks 1: one load generator runs here")
               : RESULT_OK;
}

/* What only the options together show. */
static enum result check(struct invocation *invocation, struct err *err)
{
    const unsigned takes = invocation->command->takes;
    if (takes == TAKES_TO_MEASURE || is_experiment(invocation->command)) {
        const enum result result = check_server(invocation, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    if (is_experiment(invocation->command)) {
        const enum result result = plan_check_fields(&invocation->plan, err);
        return result == RESULT_OK ? check_ceiling(invocation, err) : result;
    }
    if ((takes & TAKES_STORED) != 0 &&
        (invocation->db == NULL || invocation->runs.count + invocation->experiments.count == 0)) {
        return err_set(err, RESULT_INVALID, "--db FILE is required, and --run N or --experiment N, or both");
    }
    return takes == TAKES_TO_MEASURE ? check_run(&invocation->plan.spec, err) : RESULT_OK;
}

/* RESULT_INVALID with a line for the user; RESULT_NO_MEMORY. invocation_free in either case. */
static enum result parse(struct invocation *invocation, const struct command *command, int count, char **words,
                         struct err *err)
{
    struct option_table table = {.invocation = invocation};
    *invocation = (struct invocation){.command = command};
    plan_init(&invocation->plan);
    invocation->plan.kind = command->kind;
    build_table(&table, command);
    const struct arguments arguments = {
        .options = table.rows, .option_count = table.count, .take_option = take_option, .into = &table};
    if (options_parse(&invocation->panel, 1, words, err) != RESULT_OK ||
        net_parse(FREE_ADDRESS, &invocation->panel.time, err) != RESULT_OK ||
        arguments_parse(&arguments, count - 1, words + 1, err) != RESULT_OK) {
        return err->code;
    }
    set_defaults(invocation);
    return invocation->help ? RESULT_OK : check(invocation, err);
}

void invocation_free(struct invocation *invocation)
{
    options_free(&invocation->panel);
}

/* --- the help --- */

static void print_thresholds(const struct command *command)
{
    bool any = false;
    for (enum threshold_id id = 0; id < THRESHOLD_COUNT; id++) {
        if (takes_threshold(command, id)) {
            if (!any) {
                help_heading(stdout, "Thresholds");
            }
            any = true;
            help_option(stdout, threshold_rows[id].name, threshold_rows[id].argument, threshold_rows[id].help);
        }
    }
}

/* What holds where nothing is given: some kinds of experiment have defaults of their own. */
static void find_defaults(const struct command *command, struct plan *plan)
{
    struct err err;
    plan_init(plan);
    if (command->kind == EXPERIMENT_CEILING || command->kind == EXPERIMENT_SURVEY) {
        plan->kind = command->kind;
        plan->spec.mode = command->kind == EXPERIMENT_CEILING ? MODE_EVENT : plan->spec.mode; /* the same in each */
        if (strategy_complete(plan, &err) != RESULT_OK) {
            plan_init(plan);
        }
    }
    if ((command->takes & (TAKES_FIELDS | TAKES_OUTCOME)) == TAKES_FIELDS) { /* a run that is only looked ahead to */
        plan->spec.count = LIMITS_COUNT;
    }
}

static void print_help(const struct command *command)
{
    struct plan defaults;
    const struct plan_option *option = NULL;
    printf("usage: koneksi %s %s\nThis command %s.\n", command->name, command->synopsis, command->purpose);
    if (is_experiment(command)) {
        help_heading(stdout, "The experiment");
    }
    for (size_t i = 0; (option = plan_option_at(i)) != NULL; i++) {
        if (takes_plan(command, option)) {
            help_option(stdout, option->name, option->argument, option->help);
        }
    }
    find_defaults(command, &defaults);
    run_spec_print_help(stdout, &defaults.spec, takes_field, command);
    if ((command->takes & TAKES_SERVER) != 0) {
        help_heading(stdout, "The server");
    }
    for (size_t i = 0; i < COUNT_OF(server_options) && (command->takes & TAKES_SERVER) != 0; i++) {
        options_print_one(stdout, server_options[i]);
    }
    print_thresholds(command);
    help_heading(stdout, "The command");
    for (size_t i = 0; i < COUNT_OF(own_options); i++) {
        if (takes_own(command, i)) {
            help_option(stdout, own_options[i].name, own_options[i].argument, own_options[i].help);
        }
    }
}

bool invocation_read(struct invocation *invocation, const struct command *command, int count, char **words, int *status)
{
    struct err err;
    const enum result result = parse(invocation, command, count, words, &err);
    *status = STATUS_ALL_WELL;
    if (result == RESULT_INVALID) {
        fprintf(stderr, "koneksi %s: %s\nTry 'koneksi %s --help'.\n", command->name, err.message, command->name);
        *status = STATUS_WRONG_USAGE;
    } else if (result != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        *status = STATUS_NOT_MEASURED;
    } else if (invocation->help) {
        print_help(command);
    } else {
        return true;
    }
    invocation_free(invocation);
    return false;
}
