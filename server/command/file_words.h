/* The words of the commands that take files and --db alone: backup and import. */
#ifndef KONEKSI_SERVER_COMMAND_FILE_WORDS_H
#define KONEKSI_SERVER_COMMAND_FILE_WORDS_H

#include <stddef.h>

#include "server/command/command.h"

struct file_words {
    const char *db;     /* of --db, else the panel's default */
    const char **files; /* at least one; they point into the program's words */
    size_t count;
    size_t most; /* files that the command takes */
    bool help;   /* was asked for */
};

/* Reads what follows the command's name. When it returns false, the command ends with *status, and what was wrong,
 * or `help` where --help is among the words, has been printed. file_words_free in either case. */
bool file_words_read(struct file_words *request, const struct command *command, int count, char **words,
                     const char *help, int *status);
void file_words_free(struct file_words *request);

#endif
