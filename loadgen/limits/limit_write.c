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

void limit_write_ways(const struct json_writer *writer, enum limit_id id, const char *field)
{
    json_open_object(writer, "raise_by");
    if (field != NULL) {
        char set[32];
        snprintf(set, sizeof set, "%s=N", field);
        json_put_text(writer, "run", set);
    }
    for (enum limit_way way = 0; way < LIMIT_WAY_COUNT; way++) {
        json_put_text(writer, way_names[way], limit_raise_by(id, way));
    }
    json_close_object(writer);
}
