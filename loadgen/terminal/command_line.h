/* The command line of koneksi-load: the fields of a run (run_fields.def), and --allow-target, --json, --summary,
 * --help,
 * --version. */
#ifndef KONEKSI_LOADGEN_TERMINAL_COMMAND_LINE_H
#define KONEKSI_LOADGEN_TERMINAL_COMMAND_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/help.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/reach.h"

enum command_action { COMMAND_RUN, COMMAND_HELP, COMMAND_VERSION };

#define COMMAND_ALLOWED_MOST 32

/* Large: not for a small stack. */
struct command_line {
    enum command_action action;
    bool json;    /* the line protocol */
    bool summary; /* of --summary json: one object at the end */
    struct run_spec spec;
    const char *allowed[COMMAND_ALLOWED_MOST]; /* of --allow-target, among the words */
    size_t allowed_count;
    struct reach_list reach;     /* which addresses of spec.target answered; "builtin" is 127.0.0.1:45000 */
    struct net_address *targets; /* those, as many as run_spec_targets says; allocated: each fork copies what is here */
};

/* RESULT_INVALID: wrong usage, with the option in the message. The spec and target are checked for COMMAND_RUN. */
enum result command_line_parse(int argc, char **argv, struct command_line *command, struct err *err) MUST_CHECK;

void command_line_print_help(void);

#endif
