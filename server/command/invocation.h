/* What a command is asked to do: its options, which are made of the fields of a run, those of its kind of experiment,
 * some of the panel's, the thresholds and a few of its own. */
#ifndef KONEKSI_SERVER_COMMAND_INVOCATION_H
#define KONEKSI_SERVER_COMMAND_INVOCATION_H

#include "loadgen/verdict/sentence.h"
#include "server/command/command.h"
#include "server/command/thresholds.h"
#include "server/lab/experiment/strategy.h"
#include "server/options.h"

/* Of either. */
#define STORED_MOST 50

struct stored_ids {
    uint64_t ids[STORED_MOST];
    size_t count;
};

struct invocation {
    const struct command *command;
    struct plan plan;     /* of a run its spec alone */
    struct options panel; /* the TIME server listens on a port that is free */
    struct threshold thresholds[THRESHOLD_COUNT];
    const char *db;         /* NULL: kept nowhere */
    const char *junit;      /* NULL: none */
    struct stored_ids runs; /* of TAKES_STORED: at least one of these two has some */
    struct stored_ids experiments;
    enum language language;
    bool yes; /* it is not asked whether to start */
    bool json;
    bool help;
};

/* Reads the words behind the command's name. Texts point into `words`. When it returns false, the command's function
 * ends with *status: what there is to say was said, and nothing is to be freed. */
bool invocation_read(struct invocation *invocation, const struct command *command, int count, char **words,
                     int *status);
void invocation_free(struct invocation *invocation);

#endif
