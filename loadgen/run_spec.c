/* One table, made from run_fields.def, drives everything here: a field is one row there and, for a text, one
 * check_MEMBER function below. */
#include "run_spec.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#define POOL_SIZE_MOST 32
#define POOL_SIZE_EXTRA 4 /* as Python's ThreadPoolExecutor: min(32, cores + 4) */
#define GOT_SIZE 80       /* how much of a wrong value a message shows */
#define NUMBER_SIZE 24
#define OPTION_SIZE 40

enum field_kind { FIELD_KIND_MODE, FIELD_KIND_UINT, FIELD_KIND_BOOL, FIELD_KIND_TEXT };

struct field {
    const char *name;
    const char *help;
    enum field_kind kind;
    size_t offset; /* of the member in struct run_spec */
    size_t size;   /* of the member */
    uint64_t least;
    uint64_t most; /* a text's: characters */
    uint64_t initial;
    const char *initial_text;
    bool (*check)(const char *text); /* a text's own shape */
    const char *shape;               /* the same in words: "target must be ..." */
};

static bool check_label(const char *text)
{
    (void)text;
    return true;
}
#define shape_label "text"

static bool is_port(const char *text)
{
    const size_t length = strlen(text);
    return length > 0 && length <= 5 && strspn(text, "0123456789") == length && strtoul(text, NULL, 10) <= 65535;
}

/* The shape alone: looking a name up is for whoever connects. */
static bool check_target(const char *text)
{
    static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    static const char ipv6_bytes[] = "0123456789abcdefABCDEF:.";
    if (strcmp(text, RUN_TARGET_BUILTIN) == 0) {
        return true;
    }
    if (*text == '[') {
        const size_t length = strspn(text + 1, ipv6_bytes);
        const char *const after = text + 1 + length;
        return length >= 2 && strncmp(after, "]:", 2) == 0 && is_port(after + 2);
    }
    const size_t length = strspn(text, name_bytes);
    return length > 0 && text[0] != '-' && text[length] == ':' && is_port(text + length + 1);
}
#define shape_target "\"builtin\" or HOST:PORT"

static const struct field fields[] = {
#define FIELD_MODE(member, name_, help_)                                                                               \
    {.name = name_, .help = help_, .kind = FIELD_KIND_MODE, .offset = offsetof(struct run_spec, member)},
#define FIELD_UINT(member, name_, least_, most_, initial_, help_)                                                      \
    {.name = name_,                                                                                                    \
     .help = help_,                                                                                                    \
     .kind = FIELD_KIND_UINT,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .least = least_,                                                                                                  \
     .most = most_,                                                                                                    \
     .initial = initial_},
#define FIELD_BOOL(member, name_, initial_, help_)                                                                     \
    {.name = name_,                                                                                                    \
     .help = help_,                                                                                                    \
     .kind = FIELD_KIND_BOOL,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .initial = initial_},
#define FIELD_TEXT(member, name_, most_, initial_, help_)                                                              \
    {.name = name_,                                                                                                    \
     .help = help_,                                                                                                    \
     .kind = FIELD_KIND_TEXT,                                                                                          \
     .offset = offsetof(struct run_spec, member),                                                                      \
     .size = sizeof(((struct run_spec *)NULL)->member),                                                                \
     .most = most_,                                                                                                    \
     .initial_text = initial_,                                                                                         \
     .check = check_##member,                                                                                          \
     .shape = shape_##member},
#include "run_fields.def"
#undef FIELD_MODE
#undef FIELD_UINT
#undef FIELD_BOOL
#undef FIELD_TEXT
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

/* --- the member that a row is about --- */

static enum run_mode *mode_of(struct run_spec *spec, const struct field *field)
{
    return (enum run_mode *)(void *)((char *)spec + field->offset);
}

static uint64_t *uint_of(struct run_spec *spec, const struct field *field)
{
    return (uint64_t *)(void *)((char *)spec + field->offset);
}

static bool *bool_of(struct run_spec *spec, const struct field *field)
{
    return (bool *)(void *)((char *)spec + field->offset);
}

static char *text_of(struct run_spec *spec, const struct field *field)
{
    return (char *)spec + field->offset;
}

static enum run_mode get_mode(const struct run_spec *spec, const struct field *field)
{
    return *(const enum run_mode *)(const void *)((const char *)spec + field->offset);
}

static uint64_t get_uint(const struct run_spec *spec, const struct field *field)
{
    return *(const uint64_t *)(const void *)((const char *)spec + field->offset);
}

static bool get_bool(const struct run_spec *spec, const struct field *field)
{
    return *(const bool *)(const void *)((const char *)spec + field->offset);
}

static const char *get_text(const struct run_spec *spec, const struct field *field)
{
    return (const char *)spec + field->offset;
}

static const struct field *find_field(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

/* --- modes --- */

static const char *const mode_names[] = {
#define MODE(NAME, name, help) #name,
#include "modes.def"
#undef MODE
};

const char *run_mode_name(enum run_mode mode)
{
    return mode < MODE_COUNT ? mode_names[mode] : NULL;
}

enum run_mode run_mode_from_name(const char *name)
{
    enum run_mode mode = 0;
    while (mode < MODE_COUNT && strcmp(mode_names[mode], name) != 0) {
        mode++;
    }
    return mode;
}

#define MODE_LIST_SIZE 80

/* Writes "thread, pool or process". */
static void list_modes(char text[MODE_LIST_SIZE])
{
    size_t used = 0;
    for (enum run_mode mode = 0; mode < MODE_COUNT && used < MODE_LIST_SIZE; mode++) {
        const char *const before = mode == 0 ? "" : mode + 1 == MODE_COUNT ? " or " : ", ";
        used += (size_t)snprintf(text + used, MODE_LIST_SIZE - used, "%s%s", before, mode_names[mode]);
    }
}

/* --- defaults --- */

static uint64_t default_pool_size(void)
{
    cpu_set_t set;
    /* With over 1024 CPUs the fixed set is too small (EINVAL); 32 is the answer there whatever the number. */
    const long cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
    const uint64_t size = (cores > 0 ? (uint64_t)cores : 1) + POOL_SIZE_EXTRA;
    return size < POOL_SIZE_MOST ? size : POOL_SIZE_MOST;
}

void run_spec_init(struct run_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *const field = &fields[i];
        switch (field->kind) {
        case FIELD_KIND_MODE:
            *mode_of(spec, field) = MODE_COUNT;
            break;
        case FIELD_KIND_UINT:
            *uint_of(spec, field) = field->initial;
            break;
        case FIELD_KIND_BOOL:
            *bool_of(spec, field) = field->initial != 0;
            break;
        case FIELD_KIND_TEXT:
            snprintf(text_of(spec, field), field->size, "%s", field->initial_text);
            break;
        }
    }
    spec->pool_size = default_pool_size();
}

/* --- one field --- */

/* "count must be a whole number 1..10000000, got "abc"": what is expected follows from the kind. */
static enum result wrong_kind(const struct field *field, const char *got, struct err *err)
{
    char modes[MODE_LIST_SIZE];
    switch (field->kind) {
    case FIELD_KIND_MODE:
        list_modes(modes);
        return err_field(err, field->name, "%s must be %s, got %s", field->name, modes, got);
    case FIELD_KIND_UINT:
        return err_field(err, field->name, "%s must be a whole number %" PRIu64 "..%" PRIu64 ", got %s", field->name,
                         field->least, field->most, got);
    case FIELD_KIND_BOOL:
        return err_field(err, field->name, "%s must be true or false, got %s", field->name, got);
    case FIELD_KIND_TEXT:
        return err_field(err, field->name, "%s must be %s, got %s", field->name, field->shape, got);
    }
    return RESULT_INVALID;
}

/* Writes the value in quotes, cut where it is long. */
static void quote(const char *value, char got[GOT_SIZE])
{
    char part[GOT_SIZE - 8];
    utf8_copy(part, sizeof part, value);
    snprintf(got, GOT_SIZE, "\"%s\"%s", part, strlen(part) < strlen(value) ? "..." : "");
}

static enum result out_of_range(const struct field *field, const char *got, struct err *err)
{
    return err_field(err, field->name, "%s must be %" PRIu64 "..%" PRIu64 ", got %.40s", field->name, field->least,
                     field->most, got);
}

static enum result set_mode(struct run_spec *spec, const struct field *field, const char *value, struct err *err)
{
    const enum run_mode mode = run_mode_from_name(value);
    if (mode == MODE_COUNT) {
        char got[GOT_SIZE];
        quote(value, got);
        return wrong_kind(field, got, err);
    }
    *mode_of(spec, field) = mode;
    return RESULT_OK;
}

static enum result set_uint(struct run_spec *spec, const struct field *field, const char *value, struct err *err)
{
    const size_t length = strlen(value);
    if (length == 0 || strspn(value, "0123456789") != length) {
        char got[GOT_SIZE];
        quote(value, got);
        return wrong_kind(field, got, err);
    }
    uint64_t number = 0;
    for (const char *digit = value; *digit != '\0' && number <= field->most; digit++) {
        number = number * 10 + (uint64_t)(*digit - '0'); /* most is far below UINT64_MAX / 10 in every row */
    }
    if (number < field->least || number > field->most) {
        return out_of_range(field, value, err);
    }
    *uint_of(spec, field) = number;
    return RESULT_OK;
}

static enum result set_bool(struct run_spec *spec, const struct field *field, const char *value, struct err *err)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"on", true}, {"off", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, value) == 0) {
            *bool_of(spec, field) = words[i].value;
            return RESULT_OK;
        }
    }
    char got[GOT_SIZE];
    quote(value, got);
    return wrong_kind(field, got, err);
}

static enum result set_string(struct run_spec *spec, const struct field *field, const char *value, struct err *err)
{
    const size_t length = strlen(value);
    uint64_t characters = 0;
    size_t at = 0;
    while (at < length) {
        uint32_t code_point = 0;
        const size_t step = utf8_decode(value + at, length - at, &code_point);
        if (step == 0) {
            return err_field(err, field->name, "%s must be UTF-8; byte %zu is not", field->name, at + 1);
        }
        if (utf8_is_control(code_point)) {
            return err_field(err, field->name, "%s must not have control characters; character %" PRIu64 " is U+%04X",
                             field->name, characters + 1, (unsigned)code_point);
        }
        at += step;
        characters++;
    }
    if (characters > field->most) {
        return err_field(err, field->name, "%s must have at most %" PRIu64 " characters, got %" PRIu64, field->name,
                         field->most, characters);
    }
    if (length >= field->size || !field->check(value)) {
        char got[GOT_SIZE];
        quote(value, got);
        return wrong_kind(field, got, err);
    }
    memcpy(text_of(spec, field), value, length + 1);
    return RESULT_OK;
}

static enum result unknown_field(const char *name, struct err *err)
{
    char shown[sizeof err->field];
    utf8_copy(shown, sizeof shown, name);
    return err_field(err, shown, "unknown field \"%s\"", shown);
}

enum result run_spec_set_text(struct run_spec *spec, const char *name, const char *value, struct err *err)
{
    const struct field *const field = find_field(name);
    if (field == NULL) {
        return unknown_field(name, err);
    }
    switch (field->kind) {
    case FIELD_KIND_MODE:
        return set_mode(spec, field, value, err);
    case FIELD_KIND_UINT:
        return set_uint(spec, field, value, err);
    case FIELD_KIND_BOOL:
        return set_bool(spec, field, value, err);
    case FIELD_KIND_TEXT:
        return set_string(spec, field, value, err);
    }
    return RESULT_INVALID;
}

/* --- JSON --- */

/* Writes what came, for a message. */
static void describe(const cJSON *item, char got[GOT_SIZE])
{
    if (cJSON_IsString(item)) {
        quote(item->valuestring, got);
    } else if (cJSON_IsNumber(item)) {
        snprintf(got, GOT_SIZE, "%.15g", item->valuedouble);
    } else {
        snprintf(got, GOT_SIZE, "%s",
                 cJSON_IsBool(item)    ? (cJSON_IsTrue(item) ? "true" : "false")
                 : cJSON_IsNull(item)  ? "null"
                 : cJSON_IsArray(item) ? "an array"
                                       : "an object");
    }
}

static enum result set_item_uint(struct run_spec *spec, const struct field *field, const cJSON *item, struct err *err)
{
    char got[GOT_SIZE];
    describe(item, got);
    const double number = item->valuedouble;
    /* Every `most` is below 2^53, so what passes the range is exact in a double. Not-a-number fails each comparison. */
    if (number >= (double)field->least && number <= (double)field->most) {
        const uint64_t whole = (uint64_t)number;
        if ((double)whole < number) {
            return wrong_kind(field, got, err);
        }
        *uint_of(spec, field) = whole;
        return RESULT_OK;
    }
    return out_of_range(field, got, err);
}

static bool type_fits(const struct field *field, const cJSON *item)
{
    switch (field->kind) {
    case FIELD_KIND_MODE:
    case FIELD_KIND_TEXT:
        return cJSON_IsString(item) != 0;
    case FIELD_KIND_UINT:
        return cJSON_IsNumber(item) != 0;
    case FIELD_KIND_BOOL:
        return cJSON_IsBool(item) != 0;
    }
    return false;
}

static enum result set_item(struct run_spec *spec, const struct field *field, const cJSON *item, struct err *err)
{
    if (!type_fits(field, item)) {
        char got[GOT_SIZE];
        describe(item, got);
        return wrong_kind(field, got, err);
    }
    switch (field->kind) {
    case FIELD_KIND_MODE:
        return set_mode(spec, field, item->valuestring, err);
    case FIELD_KIND_UINT:
        return set_item_uint(spec, field, item, err);
    case FIELD_KIND_BOOL:
        *bool_of(spec, field) = cJSON_IsTrue(item) != 0;
        return RESULT_OK;
    case FIELD_KIND_TEXT:
        return set_string(spec, field, item->valuestring, err);
    }
    return RESULT_INVALID;
}

static bool is_listed(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The member `limits`: each member "nofile" in it is the field "limits.nofile". */
#define LIMITS_NAME "limits"

static bool is_in_limits(const struct field *field)
{
    return strncmp(field->name, LIMITS_NAME ".", sizeof LIMITS_NAME) == 0;
}

/* Whether an earlier member of the same object has this one's name. */
static bool is_repeated(const cJSON *object, const cJSON *item)
{
    for (const cJSON *each = object->child; each != item; each = each->next) {
        if (strcmp(each->string, item->string) == 0) {
            return true;
        }
    }
    return false;
}

static enum result repeated_field(const char *name, struct err *err)
{
    return err_field(err, name, "%s is given more than once", name);
}

static enum result set_limits(struct run_spec *spec, const cJSON *limits, struct err *err)
{
    if (!cJSON_IsObject(limits)) {
        char got[GOT_SIZE];
        describe(limits, got);
        return err_field(err, LIMITS_NAME, "%s must be an object such as {\"nofile\":1024}, got %s", LIMITS_NAME, got);
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, limits)
    {
        char name[sizeof err->field * 2];
        snprintf(name, sizeof name, "%s.%s", LIMITS_NAME, item->string);
        const struct field *const field = find_field(name);
        if (field == NULL) {
            return unknown_field(name, err);
        }
        if (is_repeated(limits, item)) {
            return repeated_field(field->name, err);
        }
        const enum result result = set_item(spec, field, item, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

static enum result set_member(struct run_spec *spec, const cJSON *object, const cJSON *item, struct err *err)
{
    const bool limits = strcmp(item->string, LIMITS_NAME) == 0;
    const struct field *const field = find_field(item->string);
    /* Flat "limits.nofile" is the spelling of forms and options, not of JSON. */
    if (!limits && (field == NULL || is_in_limits(field))) {
        return unknown_field(item->string, err);
    }
    if (is_repeated(object, item)) {
        return repeated_field(item->string, err);
    }
    return limits ? set_limits(spec, item, err) : set_item(spec, field, item, err);
}

enum result run_spec_set_json(struct run_spec *spec, const cJSON *object, const char *const *skip, struct err *err)
{
    if (!cJSON_IsObject(object)) {
        return err_set(err, RESULT_INVALID, "a run must be a JSON object such as {\"mode\":\"thread\",\"count\":500}");
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, object)
    {
        const enum result result = is_listed(skip, item->string) ? RESULT_OK : set_member(spec, object, item, err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

/* Where the field stands: `object` itself, or its member "limits". `key` becomes its name there. */
static cJSON *home_of(cJSON *object, const struct field *field, const char **key)
{
    if (!is_in_limits(field)) {
        *key = field->name;
        return object;
    }
    *key = field->name + sizeof LIMITS_NAME;
    cJSON *const limits = cJSON_GetObjectItemCaseSensitive(object, LIMITS_NAME);
    return limits != NULL ? limits : cJSON_AddObjectToObject(object, LIMITS_NAME);
}

static bool add_field(const struct run_spec *spec, const struct field *field, cJSON *object)
{
    const char *key = NULL;
    cJSON *const home = home_of(object, field, &key);
    if (home == NULL) {
        return false;
    }
    switch (field->kind) {
    case FIELD_KIND_MODE: {
        const char *const name = run_mode_name(get_mode(spec, field));
        return (name != NULL ? cJSON_AddStringToObject(home, key, name) : cJSON_AddNullToObject(home, key)) != NULL;
    }
    case FIELD_KIND_UINT: {
        const uint64_t value = get_uint(spec, field);
        const bool left_as_it_is = home != object && value == 0;
        return left_as_it_is || cJSON_AddNumberToObject(home, key, (double)value) != NULL;
    }
    case FIELD_KIND_BOOL:
        return cJSON_AddBoolToObject(home, key, get_bool(spec, field)) != NULL;
    case FIELD_KIND_TEXT:
        return cJSON_AddStringToObject(home, key, get_text(spec, field)) != NULL;
    }
    return false;
}

bool run_spec_add_json(const struct run_spec *spec, cJSON *object)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!add_field(spec, &fields[i], object)) {
            return false;
        }
    }
    return true;
}

/* --- what holds between fields --- */

enum result run_spec_check(const struct run_spec *spec, struct err *err)
{
    if (spec->mode >= MODE_COUNT) {
        char modes[MODE_LIST_SIZE];
        list_modes(modes);
        return err_field(err, "mode", "mode is required: %s", modes);
    }
    if (spec->count == 0) {
        const struct field *const count = find_field("count");
        return err_field(err, "count", "count is required: %" PRIu64 "..%" PRIu64, count->least, count->most);
    }
    if (spec->hold && spec->mode == MODE_POOL && spec->count > spec->pool_size) {
        return err_field(err, "hold",
                         "hold in pool mode needs count <= pool_size (count %" PRIu64 ", pool_size %" PRIu64 ")",
                         spec->count, spec->pool_size);
    }
    return RESULT_OK;
}

/* --- the command line --- */

/* Writes "--pool-size" for pool_size. */
static void option_of(const struct field *field, char option[OPTION_SIZE])
{
    snprintf(option, OPTION_SIZE, "--%s", field->name);
    for (char *each = option; *each != '\0'; each++) {
        if (*each == '_' || *each == '.') {
            *each = '-';
        }
    }
}

/* The value as its option takes it; NULL when it is the default and need not be given. `number` is room for it. */
static const char *argument_of(const struct run_spec *spec, const struct run_spec *defaults, const struct field *field,
                               char number[NUMBER_SIZE])
{
    switch (field->kind) {
    case FIELD_KIND_MODE:
        return run_mode_name(get_mode(spec, field));
    case FIELD_KIND_UINT:
        snprintf(number, NUMBER_SIZE, "%" PRIu64, get_uint(spec, field));
        return get_uint(spec, field) != get_uint(defaults, field) ? number : NULL;
    case FIELD_KIND_BOOL:
        return get_bool(spec, field) != get_bool(defaults, field) ? "" : NULL; /* bare: every default is false */
    case FIELD_KIND_TEXT:
        return strcmp(get_text(spec, field), get_text(defaults, field)) != 0 ? get_text(spec, field) : NULL;
    }
    return NULL;
}

/* Pointers grow up from the front of one block, their texts behind them. */
struct argv_builder {
    char **next;
    char *text;
};

static void push(struct argv_builder *builder, const char *text)
{
    const size_t size = strlen(text) + 1;
    memcpy(builder->text, text, size);
    *builder->next++ = builder->text;
    builder->text += size;
}

char **run_spec_argv(const struct run_spec *spec, const char *program, const char *target)
{
    enum { POINTERS = 1 + 2 * FIELD_COUNT + 1 };
    const size_t texts = strlen(program) + 1 + strlen(target) + 1 + sizeof spec->target + sizeof spec->label +
                         FIELD_COUNT * (OPTION_SIZE + NUMBER_SIZE);
    char **const argv = malloc(POINTERS * sizeof *argv + texts);
    if (argv == NULL) {
        return NULL;
    }
    struct argv_builder builder = {argv, (char *)(argv + POINTERS)};
    struct run_spec defaults;
    run_spec_init(&defaults);
    push(&builder, program);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        char number[NUMBER_SIZE];
        char option[OPTION_SIZE];
        const bool is_target = fields[i].offset == offsetof(struct run_spec, target);
        const char *const argument = is_target ? target : argument_of(spec, &defaults, &fields[i], number);
        if (argument == NULL) {
            continue;
        }
        option_of(&fields[i], option);
        push(&builder, option);
        if (fields[i].kind != FIELD_KIND_BOOL) {
            push(&builder, argument);
        }
    }
    *builder.next = NULL;
    return argv;
}

static const char *placeholder_of(const struct field *field)
{
    switch (field->kind) {
    case FIELD_KIND_MODE:
        return " MODE";
    case FIELD_KIND_UINT:
        return " N";
    case FIELD_KIND_BOOL:
        return "";
    case FIELD_KIND_TEXT:
        return " TEXT";
    }
    return "";
}

void run_spec_print_help(void *file)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *const field = &fields[i];
        char option[OPTION_SIZE];
        char left[OPTION_SIZE + 8];
        option_of(field, option);
        snprintf(left, sizeof left, "%s%s", option, placeholder_of(field));
        fprintf(file, "  %-20s %s", left, field->help);
        if (field->kind == FIELD_KIND_UINT) {
            fprintf(file, " (%" PRIu64 "..%" PRIu64, field->least, field->most);
            fprintf(file, field->initial != 0 ? ", default %" PRIu64 ")" : ")", field->initial);
        }
        fputc('\n', file);
    }
}
