#include "server/backup_command.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/backup.h"
#include "server/options.h"
#include "server/signals.h"

enum { EXIT_USAGE = 2 };

static const char help[] = "usage: koneksi backup FILE [--db PATH]\n"
                           "Copies the database to FILE, which must not be there, while a panel may work with it.\n\n"
                           "  --db PATH  the database (default: koneksi.db)\n";

struct request {
    const char *db;
    const char *file;
    bool help;
};

/* False when a word is not understood: `wrong` says why. */
static bool read_word(struct request *request, int count, char **arguments, int *at, const char **wrong)
{
    static const char option[] = "--db";
    const size_t length = sizeof option - 1;
    const char *const word = arguments[(*at)++];
    if (strcmp(word, "--help") == 0) {
        request->help = true;
    } else if (strcmp(word, option) == 0) {
        request->db = *at < count ? arguments[(*at)++] : "";
    } else if (strncmp(word, option, length) == 0 && word[length] == '=') {
        request->db = word + length + 1;
    } else if (word[0] == '-' || word[0] == '\0' || request->file != NULL) {
        *wrong = word;
        return false;
    } else {
        request->file = word;
    }
    *wrong = option;
    return request->db[0] != '\0';
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
    signals_hold();
    if (backup_run(&backup, &err) != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        return EXIT_FAILURE;
    }
    printf("%s: %" PRIu64 " bytes, checked\n", request->file, backup.bytes);
    return EXIT_SUCCESS;
}

int backup_command(int count, char **arguments)
{
    struct options defaults;
    struct err err;
    const char *wrong = NULL;
    if (options_parse(&defaults, 1, arguments, &err) != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        return EXIT_FAILURE;
    }
    struct request request = {.db = defaults.db};
    options_free(&defaults);
    for (int at = 2; at < count && !request.help; wrong = NULL) {
        if (!read_word(&request, count, arguments, &at, &wrong)) {
            fprintf(stderr, "koneksi backup: \"%.200s\" is not understood\n%s", wrong, help);
            return EXIT_USAGE;
        }
    }
    if (request.help) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    if (request.file == NULL) {
        fprintf(stderr, "koneksi backup: to which FILE?\n%s", help);
        return EXIT_USAGE;
    }
    return copy_to(&request);
}
