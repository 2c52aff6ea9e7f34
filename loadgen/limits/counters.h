/* What the kernel itself counts when a limit of tasks or memory stops something: read before and after a run.
 *
 * A client process and the generator are in the panel's own control group, so the calling process's is read, with all
 * its ancestors. */
#ifndef KONEKSI_LOADGEN_LIMITS_COUNTERS_H
#define KONEKSI_LOADGEN_LIMITS_COUNTERS_H

#include <stdint.h>

#include "loadgen/limits/cgroup.h"

enum counter_id {
    COUNTER_PIDS_REFUSED,   /* tasks that pids.max did not let begin */
    COUNTER_MEMORY_REFUSED, /* v2: out of memory in the group; v1: charges refused, those reclaimed for among them */
    COUNTER_GROUP_KILLED,   /* processes of the group killed by the OOM killer, the machine's or the group's */
    COUNTER_MACHINE_KILLED, /* processes of the machine killed by it */
    COUNTER_COUNT,
};

struct counters {
    uint64_t counts[COUNTER_COUNT][CGROUP_LEVELS];
};

/* Opens and closes files: not for a client's path. `root`: see sources.h. */
void counters_read(const char *root, struct counters *counters);

/* By how much each rose; of several groups the largest rise, because version 2 counts in every ancestor as well. */
void counters_risen(const struct counters *before, const struct counters *after, uint64_t risen[COUNTER_COUNT]);

#endif
