/* The one-shot commands: koneksi COMMAND [options]. One row of commands.def is a command. */
#ifndef KONEKSI_SERVER_COMMAND_COMMAND_H
#define KONEKSI_SERVER_COMMAND_COMMAND_H

#include <stdio.h>

#include "server/lab/experiment/experiment_plan.h"

enum exit_status { STATUS_ALL_WELL, STATUS_MISSED, STATUS_WRONG_USAGE, STATUS_NOT_MEASURED };

/* Which options a command takes. */
enum command_takes {
    TAKES_FIELDS = 1,  /* those of a run, and of an experiment where it is one */
    TAKES_SERVER = 2,  /* of the panel those about the TIME server and the targets */
    TAKES_OUTCOME = 4, /* thresholds and --junit */
    TAKES_DB = 8,
    TAKES_JSON = 16,
    TAKES_STORED = 32,  /* which run or experiment */
    TAKES_CONSENT = 64, /* it says what it is going to do, and asks */
    TAKES_LANGUAGE = 128,
    TAKES_NOTHING = 0, /* it reads its words by itself */
    TAKES_TO_MEASURE = TAKES_FIELDS | TAKES_SERVER | TAKES_OUTCOME | TAKES_DB | TAKES_JSON | TAKES_LANGUAGE,
};

struct command {
    const char *name;
    unsigned takes;            /* enum command_takes */
    enum experiment_kind kind; /* of an experiment; EXPERIMENT_KIND_COUNT: it is none */
    /* `words` are those of the program: words[1] is the command. Returns the exit status. */
    int (*run)(const struct command *command, int count, char **words);
    const char *synopsis;
    const char *purpose;
};

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* The commands, a line each, for the program's help. */
void command_print_list(FILE *file);

/* measure.c: a run or an experiment */
int command_measure(const struct command *command, int count, char **words);
/* limits.c */
int command_limits(const struct command *command, int count, char **words);
/* report.c */
int command_report(const struct command *command, int count, char **words);
/* backup.c: copies the database, also while a panel has it open. Exit status: 1 when the copy could not be made. */
int command_backup(const struct command *command, int count, char **words);
/* import.c: takes other databases into one that no panel has open. Exit status: 1 when nothing was imported. */
int command_import(const struct command *command, int count, char **words);

#endif
