/* A program of the build: fills in what the tables know where the rest is written by hand.
 *
 *     generate openapi TEMPLATE          the API's description: "x-table" members become enumerations and fields
 *     generate manual TEMPLATE <HELP     a manual page: @OPTIONS@ becomes the list that the program's --help prints
 *
 * It stands on the tables and cJSON alone, so that it also runs while a sanitizer's programs are built. */
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loadgen/contract/run_spec.h"

#define FILE_MOST (1 << 20)
#define LINE_SIZE 1024

__attribute__((format(printf, 1, 2))) _Noreturn static void fail(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs("generate: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    exit(EXIT_FAILURE);
}

/* A cJSON call that returns NULL has run out of memory. */
static cJSON *checked(cJSON *node)
{
    if (node == NULL) {
        fail("out of memory");
    }
    return node;
}

/* --- the tables --- */

#define NAME_OF(NAME, name, ...) #name,
#define TEXT_OF(name, ...) name,
#define SYMBOL_OF(name, ...) #name,

const char *const run_mode_names[MODE_COUNT] = {
#define MODE NAME_OF
#include "loadgen/contract/modes.def"
};
const char *const run_request_names[REQUEST_COUNT] = {
#define REQUEST NAME_OF
#include "loadgen/contract/requests.def"
};
static const char *const phases[] = {
#define PHASE NAME_OF
#include "loadgen/contract/phases.def"
};
static const char *const models[] = {
#define MODEL NAME_OF
#include "server/time/models.def"
};
static const char *const statuses[] = {
#define RUN_STATUS NAME_OF
#include "db/run_statuses.def"
};
static const char *const sorts[] = {
#define SORT NAME_OF
#include "db/run_sorts.def"
};
static const char *const experiment_kinds[] = {
#define KIND NAME_OF
#include "server/lab/experiment/experiment_kinds.def"
};
static const char *const events[] = {
#define EVENT NAME_OF
#include "server/lab/run/events.def"
};
static const char *const compare_columns[] = {
#define COLUMN SYMBOL_OF
#include "web/api/compare_columns.def"
#undef COLUMN
};
static const char *const sample_columns[] = {
#define COLUMN TEXT_OF
#include "web/api/sample_columns.def"
};
static const char *const run_columns[] = {
#include "web/api/run_columns.def"
};

struct field {
    const char *name;
    const char *help;
    const char *type;
    uint64_t least, most;       /* of a number; of a text: characters */
    uint64_t initial;           /* of a number or a choice */
    const char *initial_text;   /* of a text */
    const char *const *choices; /* of a choice, `most` of them */
};

static const struct field fields[] = {
#define FIELD_UINT(member, name_, least_, most_, initial_, help_)                                                      \
    {.name = (name_), .help = (help_), .type = "integer", .least = (least_), .most = (most_), .initial = (initial_)},
#define FIELD_BOOL(member, name_, initial_, help_)                                                                     \
    {.name = (name_), .help = (help_), .type = "boolean", .initial = (initial_)},
#define FIELD_CHOICE(member, name_, type_, initial_, help_)                                                            \
    {.name = (name_),                                                                                                  \
     .help = (help_),                                                                                                  \
     .type = "string",                                                                                                 \
     .most = COUNT_OF(type_##_names),                                                                                  \
     .initial = (initial_),                                                                                            \
     .choices = type_##_names},
#define FIELD_TEXT(member, name_, most_, initial_, help_)                                                              \
    {.name = (name_), .help = (help_), .type = "string", .most = (most_), .initial_text = (initial_)},
#include "loadgen/contract/run_fields.def"
};

/* --- the API's description --- */

static void add_names(cJSON *node, const char *member, const char *const *names, size_t count)
{
    cJSON *const list = checked(cJSON_AddArrayToObject(node, member));
    for (size_t i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, checked(cJSON_CreateString(names[i])));
    }
}

static void fill_enum(cJSON *schema, const char *const *names, size_t count)
{
    checked(cJSON_AddStringToObject(schema, "type", "string"));
    add_names(schema, "enum", names, count);
}

/* Says how a CSV begins. */
static void fill_header(cJSON *schema, const char *const *names, size_t count)
{
    char text[FILE_MOST / 64] = "The first line: ";
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : ",", names[i]);
    }
    checked(cJSON_AddStringToObject(schema, "type", "string"));
    checked(cJSON_AddStringToObject(schema, "description", text));
}

/* Makes each name a property that is an array of numbers. */
static void fill_arrays(cJSON *schema, const char *const *names, size_t count)
{
    cJSON *const properties = checked(cJSON_AddObjectToObject(schema, "properties"));
    add_names(schema, "required", names, count);
    for (size_t i = 0; i < count; i++) {
        cJSON *const property = checked(cJSON_AddObjectToObject(properties, names[i]));
        checked(cJSON_AddStringToObject(property, "type", "array"));
        cJSON *const items = checked(cJSON_AddObjectToObject(property, "items"));
        checked(cJSON_AddStringToObject(items, "type", "integer"));
    }
}

/* Requires the properties that the template describes to be those of the table. */
static void fill_required(cJSON *schema, const char *const *names, size_t count)
{
    const cJSON *const properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    for (size_t i = 0; i < count; i++) {
        if (cJSON_GetObjectItemCaseSensitive(properties, names[i]) == NULL) {
            fail("openapi.json does not describe \"%s\"", names[i]);
        }
    }
    if (cJSON_GetArraySize(properties) != (int)count) {
        fail("openapi.json describes something that is not in the table of \"%s\"", names[0]);
    }
    add_names(schema, "required", names, count);
}

static void add_range(cJSON *schema, const struct field *field)
{
    if (field->choices != NULL) {
        add_names(schema, "enum", field->choices, field->most);
    } else if (strcmp(field->type, "integer") == 0) {
        checked(cJSON_AddNumberToObject(schema, "minimum", (double)field->least));
        checked(cJSON_AddNumberToObject(schema, "maximum", (double)field->most));
    } else if (strcmp(field->type, "string") == 0) {
        checked(cJSON_AddNumberToObject(schema, "maxLength", (double)field->most));
    }
}

/* A number's 0 is not a default but "not set", and a choice's may be none of them. */
static void add_default(cJSON *schema, const struct field *field)
{
    if (field->choices != NULL && field->initial < field->most) {
        checked(cJSON_AddStringToObject(schema, "default", field->choices[field->initial]));
    } else if (field->initial_text != NULL) {
        checked(cJSON_AddStringToObject(schema, "default", field->initial_text));
    } else if (strcmp(field->type, "boolean") == 0) {
        checked(cJSON_AddBoolToObject(schema, "default", field->initial != 0));
    } else if (field->choices == NULL && field->initial != 0) {
        checked(cJSON_AddNumberToObject(schema, "default", (double)field->initial));
    }
}

/* As a sentence, unless the template has one. */
static void add_description(cJSON *node, const struct field *field)
{
    char text[LINE_SIZE];
    snprintf(text, sizeof text, "%c%s.", toupper((unsigned char)field->help[0]), field->help + 1);
    if (!cJSON_HasObjectItem(node, "description")) {
        checked(cJSON_AddStringToObject(node, "description", text));
    }
}

/* The member `name` of `to`, moved there from `from` if it is there. */
static cJSON *take_member(cJSON *to, cJSON *from, const char *name)
{
    cJSON *node = cJSON_GetObjectItemCaseSensitive(to, name);
    if (node == NULL) {
        node = cJSON_DetachItemFromObjectCaseSensitive(from, name);
        cJSON_AddItemToObject(to, name, node != NULL ? node : checked(node = cJSON_CreateObject()));
    }
    return node;
}

/* "limits.nofile" is the property nofile of the property limits. */
static cJSON *take_property(cJSON *to, cJSON *from, const char *name)
{
    const char *const dot = strchr(name, '.');
    if (dot == NULL) {
        return take_member(to, from, name);
    }
    char outer[LINE_SIZE];
    snprintf(outer, sizeof outer, "%.*s", (int)(dot - name), name);
    return take_member(take_member(take_member(to, from, outer), NULL, "properties"), NULL, dot + 1);
}

static void fill_fields(cJSON *schema)
{
    cJSON *const described = cJSON_DetachItemFromObjectCaseSensitive(schema, "properties");
    cJSON *const properties = checked(cJSON_AddObjectToObject(schema, "properties"));
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        cJSON *const property = take_property(properties, described, fields[i].name);
        checked(cJSON_AddStringToObject(property, "type", fields[i].type));
        add_range(property, &fields[i]);
        add_default(property, &fields[i]);
        add_description(property, &fields[i]);
    }
    if (cJSON_GetArraySize(described) > 0) {
        fail("openapi.json describes \"%s\", which is not a field of a run", described->child->string);
    }
    cJSON_Delete(described);
}

/* Puts a query parameter for each field where the array has `mark`. */
static void fill_parameters(cJSON *array, cJSON *mark)
{
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        cJSON *const parameter = checked(cJSON_CreateObject());
        checked(cJSON_AddStringToObject(parameter, "name", fields[i].name));
        checked(cJSON_AddStringToObject(parameter, "in", "query"));
        add_description(parameter, &fields[i]);
        cJSON *const schema = checked(cJSON_AddObjectToObject(parameter, "schema"));
        checked(cJSON_AddStringToObject(schema, "type", fields[i].type));
        add_range(schema, &fields[i]);
        cJSON_AddItemToArray(array, parameter);
    }
    cJSON_Delete(cJSON_DetachItemViaPointer(array, mark));
}

/* Requires what a run has of its fields: each, and `limits` for those that lie in it. */
static void fill_members(cJSON *schema)
{
    cJSON *const required = checked(cJSON_AddArrayToObject(schema, "required"));
    const char *last = "";
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        char outer[LINE_SIZE];
        snprintf(outer, sizeof outer, "%.*s", (int)strcspn(fields[i].name, "."), fields[i].name);
        if (strcmp(outer, last) != 0) {
            cJSON_AddItemToArray(required, checked(cJSON_CreateString(outer)));
            last = cJSON_GetStringValue(cJSON_GetArrayItem(required, cJSON_GetArraySize(required) - 1));
        }
    }
}

static const struct {
    const char *table;
    void (*fill)(cJSON *schema, const char *const *names, size_t count);
    const char *const *names;
    size_t count;
} fillers[] = {
#define ROW(table, fill)                                                                                               \
    {                                                                                                                  \
#table, fill, table, COUNT_OF(table)                                                                           \
    }
    {"modes", fill_enum, run_mode_names, COUNT_OF(run_mode_names)},
    ROW(models, fill_enum),
    ROW(phases, fill_enum),
    ROW(statuses, fill_enum),
    ROW(sorts, fill_enum),
    ROW(experiment_kinds, fill_enum),
    ROW(events, fill_required),
    ROW(compare_columns, fill_arrays),
    ROW(sample_columns, fill_header),
    ROW(run_columns, fill_header),
};

/* `node` says that it is to be filled from `table`. */
static void fill_node(cJSON *parent, cJSON *node, const char *table)
{
    if (strcmp(table, "run_fields") == 0) {
        cJSON_IsArray(parent) ? fill_parameters(parent, node) : fill_fields(node);
        return;
    }
    if (strcmp(table, "run_members") == 0) {
        fill_members(node);
        return;
    }
    size_t i = 0;
    while (i < COUNT_OF(fillers) && strcmp(fillers[i].table, table) != 0) {
        i++;
    }
    if (i == COUNT_OF(fillers)) {
        fail("openapi.json: there is no table \"%s\"", table);
    }
    fillers[i].fill(node, fillers[i].names, fillers[i].count);
}

static void fill_tree(cJSON *parent, cJSON *node)
{
    cJSON *const mark = cJSON_DetachItemFromObjectCaseSensitive(node, "x-table");
    for (cJSON *child = node->child, *next = NULL; child != NULL; child = next) {
        next = child->next;
        fill_tree(node, child);
    }
    if (mark != NULL) {
        fill_node(parent, node, cJSON_GetStringValue(mark));
    }
    cJSON_Delete(mark);
}

static void write_openapi(FILE *template)
{
    char *const text = calloc(1, FILE_MOST);
    if (text == NULL || fread(text, 1, FILE_MOST - 1, template) == FILE_MOST - 1) {
        fail("the template of openapi.json is too large");
    }
    cJSON *const root = cJSON_Parse(text);
    if (root == NULL) {
        fail("openapi.json is not JSON here: %.60s", cJSON_GetErrorPtr());
    }
    fill_tree(NULL, root);
    char *const filled = cJSON_Print(root);
    puts(filled != NULL ? filled : (fail("out of memory"), ""));
    cJSON_free(filled);
    cJSON_Delete(root);
    free(text);
}

/* --- a manual page --- */

/* A dot or an apostrophe at a line's begin would be a request, and a backslash an escape (roff(7)). */
static void write_roff(const char *text)
{
    text += strspn(text, " ");
    fputs(*text == '.' || *text == '\'' ? "\\&" : "", stdout);
    for (; *text != '\0'; text++) {
        *text == '\\' ? fputs("\\e", stdout) : fputc(*text, stdout);
    }
    putchar('\n');
}

/* "--count N   clients in all": the text stands behind two spaces at least, or on the next line. */
static void write_option(const char *line)
{
    const char *const space = strstr(line, "  ");
    const char *const end = space != NULL ? space : line + strlen(line);
    const char *const argument = memchr(line, ' ', (size_t)(end - line));
    if (argument == NULL) {
        printf(".It Fl Fl %.*s\n", (int)(end - line), line);
    } else {
        printf(".It Fl Fl %.*s Ar %.*s\n", (int)(argument - line), line, (int)(end - argument - 1), argument + 1);
    }
    if (*end != '\0') {
        write_roff(end);
    }
}

/* A line behind an option: the rest of its text, or one of its values. */
static void write_more(const char *line)
{
    if (strspn(line, " ") == HELP_VALUE_COLUMN) {
        line += HELP_VALUE_COLUMN;
        const int length = (int)strcspn(line, " ");
        printf(".Pp\n.Cm %.*s :\n", length, line);
        line += length;
    }
    write_roff(line);
}

/* The list goes from the first option to the first other line at the margin that no option follows. */
static void write_options(FILE *help)
{
    char line[LINE_SIZE];
    char heading[LINE_SIZE] = "";
    bool in_list = false;
    while (fgets(line, sizeof line, help) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const bool is_option = strncmp(line, "  --", 4) == 0;
        if (is_option && (!in_list || heading[0] != '\0')) {
            fputs(in_list ? ".El\n" : "", stdout);
            heading[0] != '\0' ? printf(".Ss %.*s\n", (int)strlen(heading) - 1, heading) : 0;
            puts(".Bl -tag -width Ds");
            in_list = true;
        }
        if (is_option) {
            write_option(line + strlen("  --"));
        } else if (in_list && line[0] == ' ' && heading[0] == '\0') {
            write_more(line);
        } else if (in_list && line[0] != '\0' && heading[0] != '\0') {
            break;
        }
        if (is_option || line[0] != '\0') {
            snprintf(heading, sizeof heading, "%s", line[0] == ' ' || line[strlen(line) - 1] != ':' ? "" : line);
        }
    }
    puts(".El");
}

static void write_manual(FILE *template)
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, template) != NULL) {
        if (strcmp(line, "@OPTIONS@\n") == 0) {
            write_options(stdin);
        } else {
            fputs(line, stdout);
        }
    }
}

int main(int count, char **arguments)
{
    const bool openapi = count == 3 && strcmp(arguments[1], "openapi") == 0;
    if (!openapi && (count != 3 || strcmp(arguments[1], "manual") != 0)) {
        fail("usage: generate openapi|manual TEMPLATE");
    }
    FILE *const template = fopen(arguments[2], "re");
    if (template == NULL) {
        fail("cannot open %s", arguments[2]);
    }
    openapi ? write_openapi(template) : write_manual(template);
    const bool read = ferror(template) == 0;
    fclose(template);
    return read && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
