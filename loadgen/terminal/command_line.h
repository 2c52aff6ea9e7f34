/* The command line of koneksi-load: the fields of a run (run_fields.def), and --allow-target, --json, --help,
 * --version. */
#ifndef KONEKSI_LOADGEN_TERMINAL_COMMAND_LINE_H
#define KONEKSI_LOADGEN_TERMINAL_COMMAND_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/help.h"
#include "base/net.h"
#include "loadgen/contract/run_spec.h"

enum command_action { COMMAND_RUN, COMMAND_HELP, COMMAND_VERSION };

struct command_line {
    enum command_action action;
    bool json;
    struct run_spec spec;
    const char *allowed;       /* of --allow-target, among the words; NULL: loopback alone */
    struct net_address target; /* spec.target resolved; "builtin" is 127.0.0.1:45000 */
};

/* RESULT_INVALID: wrong usage, with the option in the message. The spec and target are checked for COMMAND_RUN. */
enum result command_line_parse(int argc, char **argv, struct command_line *command, struct err *err) MUST_CHECK;

void command_line_print_help(void);

#endif
