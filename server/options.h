/* The panel's command line. The options, their defaults and help stand in options.def. */
#ifndef KONEKSI_SERVER_OPTIONS_H
#define KONEKSI_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/help.h"
#include "base/net.h"
#include "server/time/time_server.h"

struct options {
#define OPTION_ADDRESS(member, name, fallback, help_text) struct net_address member;
#define OPTION_TEXT(member, name, argument, fallback, help_text) const char *member;
#define OPTION_NUMBER(member, name, min, max, fallback, help_text) int member;
#define OPTION_MODEL(member, name, fallback, help_text) enum time_model member;
#define OPTION_TARGETS(member, name, help_text) const char **member; /* NULL-ended */
#define OPTION_FLAG(member, name, help_text) bool member;
#include "server/options.def"
};

/* Sets the defaults, then what the words say. Texts point into `words`. What follows --help or --version is not read.
 * RESULT_INVALID with a line for the user, field = the option's name; RESULT_NO_MEMORY. options_free in either case. */
enum result options_parse(struct options *options, int count, char **words, struct err *err) MUST_CHECK;
void options_free(struct options *options);

void options_print_help(FILE *file);

#define BACKUP_COMMAND "backup"
/* koneksi backup FILE [--db PATH]: copies the database, also while a panel has it open (backup_command.c). `words` are
 * those of the program: words[1] is the command. Returns the exit status: 0 when FILE is written, 1 when it could not
 * be, 2 for wrong usage. */
int backup_command(int count, char **words);

#endif
