#include "server/options.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arguments.h"
#include "base/buf.h"
#include "base/net_list.h"
#include "base/table.h"

enum option_kind { KIND_ADDRESS, KIND_TEXT, KIND_NUMBER, KIND_MODEL, KIND_TARGETS, KIND_FLAG };

struct panel_option {
    const char *name;
    enum option_kind kind;
    enum time_model model; /* the default of one */
    size_t offset;         /* of the member in struct options */
    const char *argument;
    const char *fallback; /* as text, for the help */
    int min, max;         /* of a number */
    const char *help;
};

#define AT(member) offsetof(struct options, member)
#define TEXT(value) #value
static const struct panel_option table[] = {
#define OPTION_ADDRESS(member, name, fallback, help)                                                                   \
    {name, KIND_ADDRESS, 0, AT(member), "HOST:PORT", fallback, 0, 0, help},
#define OPTION_TEXT(member, name, argument, fallback, help)                                                            \
    {name, KIND_TEXT, 0, AT(member), argument, fallback, 0, 0, help},
#define OPTION_NUMBER(member, name, min, max, fallback, help)                                                          \
    {name, KIND_NUMBER, 0, AT(member), "N", TEXT(fallback), min, max, help},
#define OPTION_MODEL(member, name, fallback, help) {name, KIND_MODEL, fallback, AT(member), "MODEL", NULL, 0, 0, help},
#define OPTION_TARGETS(member, name, help) {name, KIND_TARGETS, 0, AT(member), "HOST:PORT", NULL, 0, 0, help},
#define OPTION_FLAG(member, name, help) {name, KIND_FLAG, 0, AT(member), NULL, NULL, 0, 0, help},
#include "server/options.def"
};
enum { OPTION_COUNT = COUNT_OF(table) };

static const struct panel_option *find(const char *name)
{
    const struct panel_option *option = table;
    while (strcmp(option->name, name) != 0) {
        option++;
        assert(option < table + OPTION_COUNT);
    }
    return option;
}

/* Puts the option in front of the message. */
static enum result in_option(struct err *err, const struct panel_option *option)
{
    const struct err inner = *err;
    if (inner.code != RESULT_INVALID) {
        return inner.code;
    }
    return err_field(err, option->name, "--%s: %.250s", option->name, inner.message);
}

static enum result set_number(int *number, const struct panel_option *option, const char *value, struct err *err)
{
    char *end = NULL;
    errno = 0;
    const long parsed = strtol(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || parsed < option->min ||
        parsed > option->max) {
        return err_field(err, option->name, "--%s must be %d..%d, got \"%.100s\"", option->name, option->min,
                         option->max, value);
    }
    *number = (int)parsed;
    return RESULT_OK;
}

static enum result set_model(enum time_model *model, const struct panel_option *option, const char *value,
                             struct err *err)
{
    const enum time_model found = time_model_from_name(value);
    if (found == TIME_MODEL_COUNT) {
        char names[80] = "";
        for (int i = 0; i < TIME_MODEL_COUNT; i++) {
            const size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                     time_model_name((enum time_model)i));
        }
        return err_field(err, option->name, "--%s must be one of %s, got \"%.100s\"", option->name, names, value);
    }
    *model = found;
    return RESULT_OK;
}

static enum result add_target(const char ***targets, const struct panel_option *option, const char *value,
                              struct err *err)
{
    struct net_range range;
    const char *rest = value;
    while (rest != NULL) {
        if (net_list_next(&rest, &range, err) != RESULT_OK) {
            return in_option(err, option);
        }
    }
    size_t count = 0;
    while (*targets != NULL && (*targets)[count] != NULL) {
        count++;
    }
    const char **const longer = realloc(*targets, (count + 2) * sizeof *longer);
    if (longer == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the options");
    }
    longer[count] = value;
    longer[count + 1] = NULL;
    *targets = longer;
    return RESULT_OK;
}

static enum result set(struct options *options, const struct panel_option *option, const char *value, struct err *err)
{
    void *const member = (char *)options + option->offset;
    switch (option->kind) {
    case KIND_ADDRESS:
        return net_parse(value, member, err) == RESULT_OK ? RESULT_OK : in_option(err, option);
    case KIND_TEXT:
        if (value[0] == '\0') {
            return err_field(err, option->name, "--%s is empty", option->name);
        }
        *(const char **)member = value;
        return RESULT_OK;
    case KIND_NUMBER:
        return set_number(member, option, value, err);
    case KIND_MODEL:
        return set_model(member, option, value, err);
    case KIND_TARGETS:
        return add_target(member, option, value, err);
    case KIND_FLAG:
        *(bool *)member = true;
        return RESULT_OK;
    }
    return RESULT_OK;
}

static enum result set_defaults(struct options *options, struct err *err)
{
    *options = (struct options){
#define OPTION_ADDRESS(member, name, fallback, help)
#define OPTION_TEXT(member, name, argument, fallback, help) .member = (fallback),
#define OPTION_NUMBER(member, name, min, max, fallback, help) .member = (fallback),
#define OPTION_MODEL(member, name, fallback, help) .member = (fallback),
#define OPTION_TARGETS(member, name, help)
#define OPTION_FLAG(member, name, help)
#include "server/options.def"
    };
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (table[i].kind == KIND_ADDRESS && set(options, &table[i], table[i].fallback, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

struct parsing {
    struct options *options;
    bool given[OPTION_COUNT];
};

static enum result take_option(void *into, size_t option, const char *value, struct err *err)
{
    struct parsing *const parsing = into;
    parsing->given[option] = true;
    return set(parsing->options, &table[option], value, err);
}

/* The TIME server alone has no API, no runs and no database: whoever gives such an option expects something else. */
static enum result check_alone(const struct parsing *parsing, struct err *err)
{
    static const char *const of_the_panel[] = {"http",         "db",      "keep-runs",          "token-file",
                                               "allow-target", "observe", "observe-token-file", "hostfile"};
    for (size_t i = 0; parsing->options->no_http && i < COUNT_OF(of_the_panel); i++) {
        const struct panel_option *const option = find(of_the_panel[i]);
        if (parsing->given[option - table]) {
            return err_field(err, option->name, "--%s does not go with --no-http, which starts the TIME server only",
                             option->name);
        }
    }
    return RESULT_OK;
}

enum result options_parse(struct options *options, int count, char **words, struct err *err)
{
    struct argument_option rows[OPTION_COUNT];
    struct parsing parsing = {.options = options};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        rows[i] = (struct argument_option){
            .name = table[i].name,
            .argument = table[i].argument,
            .last = table[i].offset == AT(help) || table[i].offset == AT(version),
        };
    }
    const struct arguments arguments = {
        .options = rows, .option_count = OPTION_COUNT, .take_option = take_option, .into = &parsing};
    enum result result = set_defaults(options, err);
    if (result == RESULT_OK) {
        result = arguments_parse(&arguments, count, words, err);
    }
    return result != RESULT_OK ? result : check_alone(&parsing, err);
}

void options_free(struct options *options)
{
    free(options->targets);
    options->targets = NULL;
}

static void add_values(const struct panel_option *option, struct buf *text)
{
    if (option->kind == KIND_MODEL) {
        for (int model = 0; model < TIME_MODEL_COUNT; model++) {
            buf_printf(text, "%s%s", model == 0 ? " (" : ", ", time_model_name((enum time_model)model));
        }
        buf_printf(text, "; default: %s)", time_model_name(option->model));
    } else if (option->fallback != NULL) {
        buf_printf(text, " (default: %s)", option->fallback);
    }
}

static void print_row(FILE *file, const struct panel_option *option)
{
    struct buf text = BUF_INIT;
    buf_text(&text, option->help);
    add_values(option, &text);
    help_option(file, option->name, option->argument, text.failed ? option->help : text.bytes);
    buf_free(&text);
}

void options_print_help(FILE *file)
{
    fputs("usage: koneksi [options]\n"
          "       koneksi COMMAND [options]\n"
          "Starts the panel: a TIME server, with a dashboard and an API to try it out; or\n"
          "carries out one command and ends.\n\n",
          file);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        print_row(file, &table[i]);
    }
    fputs("\n"
          "Examples:\n"
          "  koneksi --http 127.0.0.1:8080 --db runs.db\n"
          "  koneksi --no-http --time 127.0.0.1:45000 --model epoll\n",
          file);
}

/* --- one option --- */

const char *options_argument(const char *name)
{
    return find(name)->argument;
}

enum result options_set(struct options *options, const char *name, const char *value, struct err *err)
{
    return set(options, find(name), value, err);
}

void options_print_one(FILE *file, const char *name)
{
    print_row(file, find(name));
}

struct time_server_config options_time_config(const struct options *options)
{
    struct time_server_config config = time_server_defaults();
    config.address = options->time;
    config.model = options->model;
    config.backlog = options->backlog;
    config.workers = (uint32_t)options->workers;
    config.log_connections = options->log_connections;
    return config;
}
