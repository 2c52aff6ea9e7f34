/* Private to loadgen/limits: the bounds of control groups, version 1, version 2 and both at once.
 *
 * /proc/self/cgroup says in which group this process is (cgroups(7)), /proc/self/mountinfo where that hierarchy is
 * mounted (proc(5)). A bound holds for a group and all below it, so every ancestor up to the mount's top is read. */
#ifndef KONEKSI_LOADGEN_LIMITS_CGROUP_H
#define KONEKSI_LOADGEN_LIMITS_CGROUP_H

#include "loadgen/limits/limit.h"

struct cgroup_bound {
    const char *controller; /* "memory" */
    const char *max_v1;     /* the files in a group's directory: "memory.limit_in_bytes" */
    const char *used_v1;
    const char *max_v2;
    const char *used_v2;
    bool cache; /* `used` has the page cache in it, which the kernel gives up before it refuses: it is left out */
};

/* Sets value, used and source of the group with the least room left (value - used); LIMIT_UNLIMITED when no group sets
 * a bound (the topmost group has no such file), with the process's own group as source. False when this machine does
 * not have the controller or has not mounted it, so that nothing can be known. `root`: see sources.h. */
bool cgroup_tightest(const char *root, const struct cgroup_bound *bound, struct limit_value *value);

#define CGROUP_LEVELS 16
struct cgroup_event {
    const char *controller;
    const char *file_v1;
    const char *name_v1; /* of the line; NULL: the file is the number alone */
    const char *file_v2;
    const char *name_v2;
};
/* How often it happened in the process's own group and, level by level, in those above it; 0 where the kernel does not
 * count it. */
void cgroup_count(const char *root, const struct cgroup_event *event, uint64_t counts[CGROUP_LEVELS]);

#endif
