/* How limits are read, for limits.c: one function a row of limits.def, in limits_system.c and limits_network.c. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_READERS_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_READERS_H

#include <stdbool.h>
#include <stddef.h>

#include "loadgen/limits/limit.h"

struct limit_reading {
    const char *root;
    const char *process; /* "self", or another's number */
    enum limit_side side;
    uint64_t backlog;
};

/* Fills scope, value, used and source; false when this side or kernel has no such limit. */
#define LIMIT(NAME, ...) bool limit_read_##NAME(const struct limit_reading *reading, struct limit_value *value);
#include "loadgen/limits/limits.def"
#undef LIMIT

/* Those that others can change while a run goes on, as by prlimit(1) or a write to pids.max: fills id, value, and of
 * control groups used, and leaves the rest. Returns how many. */
#define LIMIT_CHANGEABLE_MOST 8
size_t limit_read_changeable(const struct limit_reading *reading, struct limit_value values[LIMIT_CHANGEABLE_MOST]);

/* The number in a file of the kernel, of the whole machine; `used` is then not known. */
bool limit_read_machine(const char *root, const char *path, struct limit_value *value);
void limit_set_source(struct limit_value *value, const char *source);

#endif
