/* A program's options as people read them: on a terminal and in a manual page, from one and the same table. */
#ifndef KONEKSI_BASE_HELP_H
#define KONEKSI_BASE_HELP_H

#include <stdbool.h>
#include <stdio.h>

enum help_style { HELP_TERMINAL, HELP_MDOC };

/* Writes one option: "  --count N    clients in all", folded at 80 columns, or an item of an mdoc(7) list. `argument`
 * is NULL for an option that takes none. */
void help_option(FILE *file, enum help_style style, const char *name, const char *argument, const char *text);

/* A heading above the options that follow. In a manual page it begins their list and ends the one before, unless it is
 * the first; the page ends the last. */
void help_heading(FILE *file, enum help_style style, const char *text, bool first);

/* What one value of the option before means. */
void help_value(FILE *file, enum help_style style, const char *value, const char *text);

#endif
