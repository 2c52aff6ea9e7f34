/* The command line of koneksi-load: the fields of a run (run_fields.def), and --json, --help, --version. */
#ifndef KONEKSI_LOADGEN_OPTIONS_H
#define KONEKSI_LOADGEN_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/net.h"
#include "run_spec.h"

enum options_action { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

struct options {
    enum options_action action;
    bool json;
    struct run_spec spec;
    struct net_address target; /* spec.target resolved; "builtin" is 127.0.0.1:45000 */
};

/* RESULT_INVALID: wrong usage, with the option in the message. The spec and target are checked for OPTIONS_RUN. */
enum result options_parse(int argc, char **argv, struct options *options, struct err *err) MUST_CHECK;

void options_print_help(void);

#endif
