#include "web/http/header_bytes.h"

#include <string.h>

/* A carriage return and a line feed. */
static void take_line_end(struct header_bytes *bytes, const char *end)
{
    bytes->broken |= end[0] != '\0' || end[1] != '\0';
    bytes->next = end + 2;
}

void header_bytes_begin(struct header_bytes *bytes, const struct request_line *line)
{
    bytes->next = NULL;
    bytes->broken = line->target != line->method + strlen(line->method) + 1 || line->version != line->target_end + 1;
    if (!bytes->broken) {
        take_line_end(bytes, line->version + strlen(line->version));
    }
}

/* Only white space separates a value from its colon. */
void header_bytes_add(struct header_bytes *bytes, const char *name, size_t name_size, const char *value,
                      size_t value_size)
{
    const char *const colon = name + name_size;
    if (bytes->broken || name != bytes->next || value == NULL || value <= colon) {
        bytes->broken = true; /* and none of these pointers can be followed */
        return;
    }
    bytes->broken |= strspn(colon + 1, " \t") != (size_t)(value - colon - 1);
    take_line_end(bytes, value + value_size);
}

bool header_bytes_end(struct header_bytes *bytes, const char *end)
{
    const char *const empty_line = bytes->next;
    return !bytes->broken && empty_line + 2 == end && empty_line[0] == '\0' && empty_line[1] == '\0';
}
