#include "server/command/command.h"

#include <string.h>

#include "base/help.h"
#include "base/table.h"

static const struct command commands[] = {
#define COMMAND(name, takes, kind, function, synopsis, purpose) {#name, takes, kind, function, synopsis, purpose},
#include "server/command/commands.def"
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

void command_print_list(FILE *file)
{
    fputs("\nCommands; each has a --help of its own:\n", file);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        fprintf(file, "  koneksi %-9s %s\n", commands[i].name, commands[i].purpose);
    }
    fputs("\nExit status of those that measure: 0 all well, 1 a threshold was missed or clients\n"
          "failed, 2 wrong usage, 3 it could not be measured.\n",
          file);
}
