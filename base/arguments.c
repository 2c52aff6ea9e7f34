#include "base/arguments.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

enum {
    OPERAND = 1,       /* what getopt_long returns for one, since its short options begin with '-' */
    FIRST_OPTION = 256 /* what it returns for option 0: more than any character */
};

static void fill_rows(const struct arguments *arguments, struct option rows[ARGUMENTS_OPTIONS_MOST + 1])
{
    assert(arguments->option_count <= ARGUMENTS_OPTIONS_MOST);
    for (size_t i = 0; i < arguments->option_count; i++) {
        const struct argument_option *const option = &arguments->options[i];
        rows[i] = (struct option){
            .name = option->name,
            .has_arg = option->argument == NULL ? no_argument
                       : option->optional       ? optional_argument
                                                : required_argument,
            .val = FIRST_OPTION + (int)i,
        };
    }
    rows[arguments->option_count] = (struct option){.name = NULL};
}

/* The word of the option that getopt_long has just read; its value may be a word of its own. */
static const char *option_word(char **words)
{
    const char *const before = words[optind - 1];
    return optarg != NULL && optarg == before ? words[optind - 2] : before;
}

/* getopt_long also accepts "--ht" for --http. Scripts that abbreviate break when an option is added. */
static bool is_spelt_out(const char *word, const char *name)
{
    const size_t length = strlen(name);
    return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

static enum result take(const struct arguments *arguments, int found, char **words, struct err *err)
{
    const bool failed = found == '?' || found == ':';
    const int value = failed ? optopt : found;
    if (value < 0) { /* glibc keeps a byte beyond ASCII as a signed character */
        return err_set(err, RESULT_INVALID, "unknown option: it is not written in ASCII");
    }
    if (value > 0 && value < FIRST_OPTION) {
        return err_set(err, RESULT_INVALID, "unknown option \"-%c\"", value);
    }
    const char *const word = option_word(words);
    const struct argument_option *const option = value == 0 ? NULL : &arguments->options[value - FIRST_OPTION];
    if (option == NULL || !is_spelt_out(word, option->name)) {
        return err_set(err, RESULT_INVALID, "unknown option \"%.100s\"", word);
    }
    if (failed && option->argument == NULL) {
        return err_field(err, option->name, "--%s takes no value", option->name);
    }
    if (failed) {
        return err_field(err, option->name, "--%s needs %s", option->name, option->argument);
    }
    return arguments->take_option(arguments->into, (size_t)(value - FIRST_OPTION), optarg, err);
}

static enum result take_operand(const struct arguments *arguments, const char *word, struct err *err)
{
    return arguments->take_operand != NULL ? arguments->take_operand(arguments->into, word, err)
                                           : err_set(err, RESULT_INVALID, "unexpected argument \"%.100s\"", word);
}

enum result arguments_parse(const struct arguments *arguments, int count, char **words, struct err *err)
{
    struct option rows[ARGUMENTS_OPTIONS_MOST + 1];
    enum result result = RESULT_OK;
    int found = 0;
    fill_rows(arguments, rows);
    optind = 0; /* glibc: start again */
    while (result == RESULT_OK && (found = getopt_long(count, words, "-:", rows, NULL)) != -1) {
        result = found == OPERAND ? take_operand(arguments, optarg, err) : take(arguments, found, words, err);
        if (result == RESULT_OK && found >= FIRST_OPTION && arguments->options[found - FIRST_OPTION].last) {
            return RESULT_OK;
        }
    }
    while (result == RESULT_OK && optind < count) { /* behind "--" */
        result = take_operand(arguments, words[optind++], err);
    }
    return result;
}
