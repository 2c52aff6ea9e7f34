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

/* One option of the panel by its name without "--", for the commands that take it as well. */
const char *options_argument(const char *name);
enum result options_set(struct options *options, const char *name, const char *value, struct err *err) MUST_CHECK;
void options_print_one(FILE *file, const char *name);

/* The TIME server that the options ask for; reserved_fds is the caller's. */
struct time_server_config options_time_config(const struct options *options);

#endif
