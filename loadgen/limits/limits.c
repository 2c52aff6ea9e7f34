#include "loadgen/limits/limits.h"

#include <stdio.h>
#include <string.h>

#include "loadgen/limits/cgroup.h"
#include "loadgen/limits/limit_readers.h"

static bool (*const readers[LIMIT_COUNT])(const struct limit_reading *reading, struct limit_value *value) = {
#define LIMIT(NAME, ...) limit_read_##NAME,
#include "loadgen/limits/limits.def"
#undef LIMIT
};

static size_t read_all(const struct limit_reading *reading, struct limit_value values[LIMIT_COUNT])
{
    size_t count = 0;
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        struct limit_value *const value = &values[count];
        memset(value, 0, sizeof *value);
        value->id = id;
        value->side = reading->side;
        count += readers[id](reading, value);
    }
    return count;
}

size_t limits_read_below(const char *root, enum limit_side side, uint64_t backlog,
                         struct limit_value values[LIMIT_COUNT])
{
    return read_all(&(struct limit_reading){root, "self", side, backlog}, values);
}

size_t limits_read_server(const char *root, pid_t process, uint64_t backlog, struct limit_value values[LIMIT_COUNT])
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)process);
    return read_all(&(struct limit_reading){root, name, LIMIT_SIDE_SERVER, backlog}, values);
}

size_t limits_read(enum limit_side side, uint64_t backlog, struct limit_value values[LIMIT_COUNT])
{
    return limits_read_below("", side, backlog, values);
}

bool limits_waits_for_memory(pid_t process)
{
    char name[24];
    snprintf(name, sizeof name, "%ld", (long)process);
    return cgroup_waits_for_memory("", name);
}
