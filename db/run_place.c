#include "db/run_place.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/statement.h"

/* --- the value in the database --- */

static void read_text(struct run_place *place, struct statement *row)
{
    const char *const text = column_text(row);
    if (strlen(text) < sizeof place->text) {
        place->kind = RUN_PLACE_TEXT;
        memcpy(place->text, text, strlen(text) + 1);
    }
}

void run_place_read_column(struct run_place *place, struct statement *row)
{
    place->kind = RUN_PLACE_OF_RUN;
    switch (column_type(row)) {
    case COLUMN_NULL:
        place->kind = RUN_PLACE_NULL;
        break;
    case COLUMN_INTEGER:
        place->kind = RUN_PLACE_INTEGER;
        place->integer = column_i64(row);
        break;
    case COLUMN_REAL:
        place->kind = RUN_PLACE_REAL;
        place->real = column_real(row);
        break;
    case COLUMN_TEXT:
        read_text(place, row);
        break;
    case COLUMN_BLOB:
        break;
    }
}

void run_place_bind(const struct run_place *place, struct statement *statement)
{
    switch (place->kind) {
    case RUN_PLACE_OF_RUN:
    case RUN_PLACE_NULL:
        bind_null(statement);
        break;
    case RUN_PLACE_INTEGER:
        bind_i64(statement, place->integer);
        break;
    case RUN_PLACE_REAL:
        bind_real(statement, place->real);
        break;
    case RUN_PLACE_TEXT:
        bind_text(statement, place->text);
        break;
    }
}

/* --- as text: the id, and a letter for the kind with the value. Reals and texts are in hexadecimal --- */

static void print_bytes(const char *bytes, char *out)
{
    for (; *bytes != '\0'; bytes++, out += 2) {
        snprintf(out, 3, "%02x", (unsigned char)*bytes);
    }
}

void run_place_print(const struct run_place *place, char text[RUN_PLACE_SIZE])
{
    const int length = snprintf(text, RUN_PLACE_SIZE, "%" PRId64, place->id);
    char *const value = text + length;
    const size_t room = RUN_PLACE_SIZE - (size_t)length;
    switch (place->kind) {
    case RUN_PLACE_OF_RUN:
        break;
    case RUN_PLACE_NULL:
        snprintf(value, room, ",n");
        break;
    case RUN_PLACE_INTEGER:
        snprintf(value, room, ",i%" PRId64, place->integer);
        break;
    case RUN_PLACE_REAL:
        snprintf(value, room, ",r%a", place->real);
        break;
    case RUN_PLACE_TEXT:
        snprintf(value, room, ",t");
        print_bytes(place->text, value + 2);
        break;
    }
}

static bool parse_bytes(struct run_place *place, const char *text)
{
    const size_t length = strlen(text) / 2;
    if (length >= sizeof place->text) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        const char digits[] = {text[2 * i], text[2 * i + 1], '\0'};
        place->text[i] = (char)strtoul(digits, NULL, 16);
    }
    place->text[length] = '\0';
    return true;
}

static bool parse_value(struct run_place *place, const char *text)
{
    switch (*text) {
    case 'n':
        place->kind = RUN_PLACE_NULL;
        return true;
    case 'i':
        place->kind = RUN_PLACE_INTEGER;
        place->integer = strtoll(text + 1, NULL, 10);
        return true;
    case 'r':
        place->kind = RUN_PLACE_REAL;
        place->real = strtod(text + 1, NULL);
        return !isnan(place->real);
    case 't':
        place->kind = RUN_PLACE_TEXT;
        return parse_bytes(place, text + 1);
    default:
        return false;
    }
}

/* What it makes must print as the same text, so that it is neither lenient nor cut. */
bool run_place_parse(struct run_place *place, const char *text)
{
    char again[RUN_PLACE_SIZE];
    char *end = NULL;
    *place = (struct run_place){.id = strtoll(text, &end, 10), .kind = RUN_PLACE_OF_RUN};
    if (*end == ',' && !parse_value(place, end + 1)) {
        return false;
    }
    run_place_print(place, again);
    return place->id > 0 && strcmp(again, text) == 0;
}
