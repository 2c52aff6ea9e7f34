
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arguments.h"
#include "base/table.h"
#include "db/backup.h"
#include "server/options.h"
#include "server/signals.h"

enum { EXIT_USAGE = 2 };

static const char help[] = "usage: koneksi backup FILE [--db PATH]\n"
                           "Copies the database to FILE, which must not exist. A panel may have the database open.\n\n"
                           "  --db PATH  the database (default: koneksi.db)\n";

struct request {
    const char *db;
    const char *file;
    bool help;
};

enum { OPTION_DB, OPTION_HELP };
static const struct argument_option option_rows[] = {
    [OPTION_DB] = {.name = "db", .argument = "PATH"},
    [OPTION_HELP] = {.name = "help", .last = true},
};

static enum result take_option(void *into, size_t option, const char *value, struct err *err)
{
    struct request *const request = into;
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
    struct request *const request = into;
    if (request->file != NULL || word[0] == '\0') {
        return err_set(err, RESULT_INVALID, "unexpected argument \"%.200s\"", word);
    }
    request->file = word;
    return RESULT_OK;
}

/* `words` are those of the program; what follows the command's name is read. */
static enum result read_request(struct request *request, int count, char **words, struct err *err)
{
    struct options defaults;
    const struct arguments arguments = {.options = option_rows,
                                        .option_count = COUNT_OF(option_rows),
                                        .take_option = take_option,
                                        .take_operand = take_file,
                                        .into = request};
    enum result result = options_parse(&defaults, 1, words, err);
    *request = (struct request){.db = defaults.db};
    options_free(&defaults);
    if (result == RESULT_OK) {
        result = arguments_parse(&arguments, count - 1, words + 1, err);
    }
    if (result == RESULT_OK && request->file == NULL && !request->help) {
        return err_set(err, RESULT_INVALID, "FILE is missing");
    }
    return result;
}

static bool go_on(void *arg)
{
    (void)arg;
    return !signals_end_wanted();
}

static int copy_to(const struct request *request)
{
    struct err err;
    struct backup backup = {.from = request->db, .to = request->file, .go_on = go_on};
    signals_prepare();
    signals_block();
    if (backup_run(&backup, &err) != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        return EXIT_FAILURE;
    }
    printf("%s: %" PRIu64 " bytes, checked\n", request->file, backup.bytes);
    return EXIT_SUCCESS;
}

int backup_command(int count, char **words)
{
    struct request request;
    struct err err;
    const enum result result = read_request(&request, count, words, &err);
    if (result == RESULT_INVALID) {
        fprintf(stderr, "koneksi backup: %s\nTry 'koneksi backup --help'.\n", err.message);
        return EXIT_USAGE;
    }
    if (result != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        return EXIT_FAILURE;
    }
    if (request.help) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    return copy_to(&request);
}
