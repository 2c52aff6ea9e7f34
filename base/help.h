/* A program's options as --help lists them, and as its manual page takes them from there (server/generate.mjs). */
#ifndef KONEKSI_BASE_HELP_H
#define KONEKSI_BASE_HELP_H

#include <stdio.h>

#define HELP_VALUE_COLUMN 31 /* where a value of an option begins, and nothing else */

/* Writes one option: "  --count N    clients in all", folded at 80 columns. `argument` is NULL for an option that takes
 * none. */
void help_option(FILE *file, const char *name, const char *argument, const char *text);

/* A heading above the options that follow. */
void help_heading(FILE *file, const char *text);

/* What one value of the option before means. */
void help_value(FILE *file, const char *value, const char *text);

#endif
