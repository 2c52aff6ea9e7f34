/* Writes a manual page while the programs are built: the template, with the options where it says @OPTIONS@. They come
 * from the tables that the programs' own --help is made of, so that none can be missing.
 *
 *     manual koneksi|koneksi-load TEMPLATE >PAGE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/help.h"
#include "base/table.h"
#include "loadgen/terminal/command_line.h"
#include "server/options.h"

#define LINE_SIZE 1024

static const struct {
    const char *program;
    void (*print)(FILE *file, enum help_style style);
} lists[] = {{"koneksi", options_print_list}, {"koneksi-load", command_line_print_list}};

static void write_page(FILE *page, void (*print)(FILE *file, enum help_style style))
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, page) != NULL) {
        if (strcmp(line, "@OPTIONS@\n") == 0) {
            print(stdout, HELP_MDOC);
        } else {
            fputs(line, stdout);
        }
    }
}

int main(int count, char **arguments)
{
    size_t i = 0;
    while (count == 3 && i < COUNT_OF(lists) && strcmp(lists[i].program, arguments[1]) != 0) {
        i++;
    }
    if (count != 3 || i == COUNT_OF(lists)) {
        fputs("usage: manual koneksi|koneksi-load TEMPLATE\n", stderr);
        return EXIT_FAILURE;
    }
    FILE *const page = fopen(arguments[2], "re");
    if (page == NULL) {
        perror(arguments[2]);
        return EXIT_FAILURE;
    }
    write_page(page, lists[i].print);
    const bool read = ferror(page) == 0;
    fclose(page);
    return read && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
