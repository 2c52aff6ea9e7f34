#include "server/command/file_words.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arguments.h"
#include "base/table.h"
#include "server/options.h"

enum { OPTION_DB, OPTION_HELP };
static const struct argument_option option_rows[] = {
    [OPTION_DB] = {.name = "db", .argument = "PATH"},
    [OPTION_HELP] = {.name = "help", .last = true},
};

static enum result take_option(void *into, size_t option, const char *value, struct err *err)
{
    struct file_words *const request = into;
    if (option == OPTION_HELP) {
        request->help = true;
    } else if (value[0] == '\0') {
        return err_field(err, "db", "--db is empty");
    } else {
        request->db = value;
    }
    return RESULT_OK;
}

static enum result take_file(void *into, const char *word, struct err *err)
{
    struct file_words *const request = into;
    if (request->count == request->most || word[0] == '\0') {
        return err_set(err, RESULT_INVALID, "unexpected argument \"%.200s\"", word);
    }
    request->files[request->count++] = word;
    return RESULT_OK;
}

static enum result read_words(struct file_words *request, int count, char **words, struct err *err)
{
    struct options defaults;
    const struct arguments arguments = {.options = option_rows,
                                        .option_count = COUNT_OF(option_rows),
                                        .take_option = take_option,
                                        .take_operand = take_file,
                                        .into = request};
    enum result result = options_parse(&defaults, 1, words, err);
    request->db = defaults.db;
    options_free(&defaults);
    if (result == RESULT_OK) {
        result = arguments_parse(&arguments, count - 1, words + 1, err);
    }
    if (result == RESULT_OK && request->count == 0 && !request->help) {
        return err_set(err, RESULT_INVALID, "FILE is missing");
    }
    return result;
}

bool file_words_read(struct file_words *request, const struct command *command, int count, char **words,
                     const char *help, int *status)
{
    struct err err = {.code = RESULT_NO_MEMORY, .message = "out of memory"};
    request->files = calloc((size_t)count, sizeof *request->files);
    const enum result result = request->files != NULL ? read_words(request, count, words, &err) : err.code;
    if (result == RESULT_INVALID) {
        fprintf(stderr, "koneksi %s: %s\nTry 'koneksi %s --help'.\n", command->name, err.message, command->name);
        *status = STATUS_WRONG_USAGE;
    } else if (result != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        *status = EXIT_FAILURE;
    } else if (request->help) {
        fputs(help, stdout);
        *status = EXIT_SUCCESS;
    }
    return result == RESULT_OK && !request->help;
}

void file_words_free(struct file_words *request)
{
    free(request->files);
}
