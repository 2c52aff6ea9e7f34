#include "base/help.h"

#include <string.h>

#define COLUMNS 80
#define TEXT_COLUMN 29 /* of what is said about the options */
#define VALUE_TEXT_COLUMN 40

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

/* Writes `text` at the column, behind what is `length` characters long. */
static void write_text(FILE *file, int length, int column, const char *text)
{
    fprintf(file, "%*s", length < column ? column - length : 0, "");
    write_folded(file, column, text);
}

void help_option(FILE *file, const char *name, const char *argument, const char *text)
{
    const int length =
        fprintf(file, "  --%s%s%s  ", name, argument != NULL ? " " : "", argument != NULL ? argument : "");
    write_text(file, length, TEXT_COLUMN, text);
}

void help_heading(FILE *file, const char *text)
{
    fprintf(file, "\n%s:\n", text);
}

void help_value(FILE *file, const char *value, const char *text)
{
    write_text(file, fprintf(file, "%*s%s ", HELP_VALUE_COLUMN, "", value), VALUE_TEXT_COLUMN, text);
}
