#include "base/help.h"

#include <string.h>

#define COLUMNS 80
#define INDENT 29 /* of what is said about the options */

static void write_folded(FILE *file, const char *text)
{
    size_t column = INDENT;
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        if (column > INDENT && column + 1 + length >= COLUMNS) {
            fprintf(file, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            fputc(' ', file);
            column++;
        }
        fprintf(file, "%.*s", (int)length, text);
        column += length;
        text += length + (text[length] == ' ');
    }
    fputc('\n', file);
}

/* A dot or an apostrophe at a line's begin would be a request, and a backslash an escape (roff(7)). */
static void write_roff(FILE *file, const char *text)
{
    fputs(*text == '.' || *text == '\'' ? "\\&" : "", file);
    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            fputs("\\e", file);
        } else {
            fputc(*text, file);
        }
    }
    fputc('\n', file);
}

void help_option(FILE *file, enum help_style style, const char *name, const char *argument, const char *text)
{
    switch (style) {
    case HELP_TERMINAL: {
        const int length =
            fprintf(file, "  --%s%s%s ", name, argument != NULL ? " " : "", argument != NULL ? argument : "");
        fprintf(file, "%*s", length < INDENT ? INDENT - length : 0, "");
        write_folded(file, text);
        return;
    }
    case HELP_MDOC:
        fprintf(file, ".It Fl Fl %s%s%s\n", name, argument != NULL ? " Ar " : "", argument != NULL ? argument : "");
        write_roff(file, text);
        return;
    }
}
