/* koneksi: the panel, or one command. */
#include <stdio.h>
#include <stdlib.h>

#ifdef KONEKSI_STATIC
#include "base/net.h"
#endif
#include "base/version.h"
#include "server/command/command.h"
#include "server/options.h"
#include "server/panel.h"

static void print_help(void)
{
    options_print_help(stdout);
    command_print_list(stdout);
}

int main(int count, char **arguments)
{
    struct options options;
    struct err err;
    int status = EXIT_SUCCESS;
#ifdef KONEKSI_STATIC
    net_look_up_without_modules();
#endif
    const struct command *const command = count > 1 ? command_find(arguments[1]) : NULL;
    if (command != NULL) {
        return command->run(command, count, arguments);
    }
    if (count > 1 && arguments[1][0] != '-') { /* the panel itself takes options only */
        fprintf(stderr, "koneksi: there is no command \"%.100s\"\nTry 'koneksi --help'.\n", arguments[1]);
        return STATUS_WRONG_USAGE;
    }
    const enum result parsed = options_parse(&options, count, arguments, &err);
    if (parsed == RESULT_INVALID) {
        fprintf(stderr, "koneksi: %s\nTry 'koneksi --help'.\n", err.message);
        status = STATUS_WRONG_USAGE;
    } else if (parsed != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        status = EXIT_FAILURE;
    } else if (options.help) {
        print_help();
    } else if (options.version) {
        printf("koneksi %s\n", version_text);
    } else {
        status = panel_run(&options);
    }
    options_free(&options);
    return status;
}
