#include "loadgen/limits/limit.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/json_text.h"
#include "base/table.h"
#include "loadgen/limits/limits.h"

static const struct {
    const char *name[LANGUAGE_COUNT]; /* in Indonesian NULL where it is the kernel's */
    const char *key;
    const char *unit[LANGUAGE_COUNT];
    const char *raise[LANGUAGE_COUNT];
    const char *raise_by[LIMIT_WAY_COUNT];
    enum limit_cost cost;
    enum limit_refuses refuses;
    int error;
} rows[LIMIT_COUNT] = {
#define LIMIT(NAME, COST, REFUSES, error, name, key, unit, raise, ...)                                                 \
    {{name}, key, unit, raise, {__VA_ARGS__}, LIMIT_COST_##COST, LIMIT_REFUSES_##REFUSES, error},
#include "loadgen/limits/limits.def"
#undef LIMIT
};

static const char *const side_names[LIMIT_SIDE_COUNT] = {"client", "server"};
static const char *const scope_names[LIMIT_SCOPE_COUNT] = {"process", "user", "cgroup", "machine", "socket"};

const char *limit_name(enum limit_id id)
{
    return id < LIMIT_COUNT ? rows[id].name[LANGUAGE_ENGLISH] : "unknown";
}

const char *limit_name_in(enum limit_id id, enum language language)
{
    const char *const name = id < LIMIT_COUNT ? rows[id].name[language] : NULL;
    return name != NULL ? name : limit_name(id);
}

enum limit_id limit_from_name(const char *name)
{
    enum limit_id id = name != NULL ? 0 : LIMIT_COUNT;
    while (id < LIMIT_COUNT && strcmp(rows[id].name[LANGUAGE_ENGLISH], name) != 0) {
        id++;
    }
    return id;
}

const char *limit_key(enum limit_id id)
{
    return id < LIMIT_COUNT ? rows[id].key : "";
}

enum limit_id limit_from_key(const char *key)
{
    enum limit_id id = key[0] != '\0' ? 0 : LIMIT_COUNT;
    while (id < LIMIT_COUNT && strcmp(rows[id].key, key) != 0) {
        id++;
    }
    return id;
}

const char *limit_unit(enum limit_id id, enum language language)
{
    return id < LIMIT_COUNT ? rows[id].unit[language] : "";
}

enum limit_cost limit_cost(enum limit_id id)
{
    return rows[id].cost;
}

enum limit_refuses limit_refuses(enum limit_id id)
{
    return rows[id].refuses;
}

enum limit_id limit_from_error(int error_number)
{
    enum limit_id id = error_number != 0 ? 0 : LIMIT_COUNT;
    while (id < LIMIT_COUNT && rows[id].error != error_number) {
        id++;
    }
    return id;
}

const char *limit_raise(enum limit_id id, enum language language)
{
    return id < LIMIT_COUNT ? rows[id].raise[language] : "";
}

const char *limit_raise_by(enum limit_id id, enum limit_way way)
{
    return id < LIMIT_COUNT ? rows[id].raise_by[way] : "";
}

const char *limit_side_name(enum limit_side side)
{
    return side < LIMIT_SIDE_COUNT ? side_names[side] : "unknown";
}

enum limit_side limit_side_from_name(const char *name)
{
    return (enum limit_side)table_find(side_names, LIMIT_SIDE_COUNT, name);
}

const char *limit_scope_name(enum limit_scope scope)
{
    return scope < LIMIT_SCOPE_COUNT ? scope_names[scope] : "unknown";
}

enum limit_scope limit_scope_from_name(const char *name)
{
    return (enum limit_scope)table_find(scope_names, LIMIT_SCOPE_COUNT, name);
}

const struct limit_value *limit_find(const struct limit_value *values, size_t count, enum limit_id id,
                                     enum limit_side side)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].id == id && values[i].side == side) {
            return &values[i];
        }
    }
    return NULL;
}

static void write_number(struct buf *to, const char *name, uint64_t value)
{
    if (value == LIMIT_UNLIMITED || value == LIMIT_UNKNOWN) {
        json_text_null(to, name);
    } else {
        json_text_uint(to, name, value);
    }
}

void limit_write(const struct limit_value *value, struct buf *to)
{
    json_text_open_object(to, NULL);
    json_text_string(to, "name", limit_name(value->id));
    json_text_string(to, "side", limit_side_name(value->side));
    json_text_string(to, "scope", limit_scope_name(value->scope));
    write_number(to, "value", value->value);
    write_number(to, "used", value->used);
    json_text_string(to, "source", value->source);
    json_text_close_object(to);
}
