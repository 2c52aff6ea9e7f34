#include "base/help.h"

#include <string.h>

#define COLUMNS 80
#define INDENT 29       /* of what is said about the options */
#define VALUE_INDENT 38 /* of what is said about their values */

/* Begins at column `indent`, where all lines begin. */
static void write_folded(FILE *file, int indent, const char *text)
{
    const size_t first = (size_t)indent;
    size_t column = first;
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        if (column > first && column + 1 + length >= COLUMNS) {
            fprintf(file, "\n%*s", indent, "");
            column = first;
        } else if (column > first) {
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
        write_folded(file, INDENT, text);
        return;
    }
    case HELP_MDOC:
        fprintf(file, ".It Fl Fl %s%s%s\n", name, argument != NULL ? " Ar " : "", argument != NULL ? argument : "");
        write_roff(file, text);
        return;
    }
}

void help_heading(FILE *file, enum help_style style, const char *text, bool first)
{
    switch (style) {
    case HELP_TERMINAL:
        fprintf(file, "\n%s:\n", text);
        return;
    case HELP_MDOC:
        fputs(first ? ".Ss " : ".El\n.Ss ", file);
        write_roff(file, text);
        fputs(".Bl -tag -width Ds\n", file);
        return;
    }
}

void help_value(FILE *file, enum help_style style, const char *value, const char *text)
{
    switch (style) {
    case HELP_TERMINAL: {
        const int length = fprintf(file, "%*s%s ", INDENT, "", value);
        fprintf(file, "%*s", length < VALUE_INDENT ? VALUE_INDENT - length : 0, "");
        write_folded(file, VALUE_INDENT, text);
        return;
    }
    case HELP_MDOC:
        fprintf(file, ".Pp\n.Cm %s :\n", value);
        write_roff(file, text);
        return;
    }
}
