#include "loadgen/limits/limit_write.h"

#include <stdio.h>

static const char *const way_names[] = {"shell", "systemd", "container"};

void limit_write_number(const struct json_writer *writer, const char *name, uint64_t value)
{
    if (value == LIMIT_UNLIMITED || value == LIMIT_UNKNOWN) {
        json_put_null(writer, name);
    } else {
        json_put_uint(writer, name, value);
    }
}

static void write_way(const struct json_writer *writer, enum limit_way way, const enum limit_id *ids, size_t count)
{
    char text[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < count && length < sizeof text; i++) {
        const char *const command = limit_raise_by(ids[i], way);
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                   length > 0 && command != NULL ? "; " : "", command != NULL ? command : "");
    }
    json_put_text(writer, way_names[way], length > 0 ? text : NULL);
}

void limit_write_ways(const struct json_writer *writer, const enum limit_id *ids, size_t count, const char *field)
{
    json_open_object(writer, "raise_by");
    if (field != NULL) {
        char set[32];
        snprintf(set, sizeof set, "%s=N", field);
        json_put_text(writer, "run", set);
    }
    for (enum limit_way way = 0; way < LIMIT_WAY_COUNT; way++) {
        write_way(writer, way, ids, count);
    }
    json_close_object(writer);
}
