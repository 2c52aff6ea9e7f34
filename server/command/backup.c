/* koneksi backup FILE [--db PATH] */
#include "db/backup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/command/file_words.h"
#include "server/signals.h"

static const char help[] = "usage: koneksi backup FILE [--db PATH]\n"
                           "Copies the database to FILE, which must not exist. A panel may have the database open.\n\n"
                           "  --db PATH  the database (default: koneksi.db)\n";

static bool go_on(void *arg)
{
    (void)arg;
    return signals_end_wanted() == 0;
}

static int copy_to(const struct file_words *request)
{
    struct err err;
    struct backup backup = {.from = request->db, .to = request->files[0], .go_on = go_on};
    signals_prepare();
    signals_block();
    if (backup_run(&backup, &err) != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        return EXIT_FAILURE;
    }
    printf("%s: %" PRIu64 " bytes, checked\n", request->files[0], backup.bytes);
    return EXIT_SUCCESS;
}

int command_backup(const struct command *command, int count, char **words)
{
    struct file_words request = {.most = 1};
    int status = EXIT_SUCCESS;
    if (file_words_read(&request, command, count, words, help, &status)) {
        status = copy_to(&request);
    }
    file_words_free(&request);
    return status;
}
