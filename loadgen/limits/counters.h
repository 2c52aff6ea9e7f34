/* What the kernel itself counts when something is refused, dropped or held up: read before and after a run. Each
 * counter is one row of counters.def.
 *
 * A client process and the generator are in the panel's own control group and network namespace, so the calling
 * process's are read; of groups, with all ancestors that can be seen. A server of somebody else has groups of its own.
 */
#ifndef KONEKSI_LOADGEN_LIMITS_COUNTERS_H
#define KONEKSI_LOADGEN_LIMITS_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/limits/cgroup.h"

enum counter_id {
#define COUNTER(NAME, ...) COUNTER_##NAME,
#include "loadgen/limits/counters.def"
#undef COUNTER
    COUNTER_COUNT,
};

const char *counter_name(enum counter_id id);
enum counter_id counter_from_name(const char *name); /* COUNTER_COUNT when there is none, as for NULL */

struct counters {
    bool known[COUNTER_COUNT]; /* this kernel counts it, and it could be read */
    uint64_t counts[COUNTER_COUNT][CGROUP_LEVELS];
};

/* Opens and closes files: not for a client's path. `root`: see sources.h. */
void counters_read(const char *root, struct counters *counters);

/* The control groups of another process. They are found while it lives, and can be read after its end. */
#define COUNTER_CONTROLLERS 4 /* the last, the freezer, counts nothing */
struct counter_groups {
    bool found[COUNTER_CONTROLLERS];
    struct cgroup_path paths[COUNTER_CONTROLLERS];
};
void counter_groups_find(const char *root, const char *process, struct counter_groups *groups);
/* Whether its processes are frozen, as by docker pause. */
bool counter_groups_are_frozen(const char *root, const struct counter_groups *groups);
/* Only the counters of control groups, and of those groups. */
void counters_read_groups(const char *root, const struct counter_groups *groups, struct counters *counters);

/* By how much each rose. Of several groups it is the largest rise, because version 2 counts in every ancestor as well;
 * the counters of cpu.stat are all of the group that was throttled most, and those of memory.pressure of the own group,
 * because those above it have others in them. 0 for what is not known. */
void counters_risen(const struct counters *before, const struct counters *after, uint64_t risen[COUNTER_COUNT]);

/* One counter of the network namespace, from its file held open, for those who ask often and may have no descriptor
 * left: see counter_open. False when it cannot be read. */
bool counter_read(int fd, enum counter_id id, uint64_t *value);
/* Opens the file of a counter that is a COLUMN; -1: errno. The caller closes it. */
int counter_open(enum counter_id id);

#endif
