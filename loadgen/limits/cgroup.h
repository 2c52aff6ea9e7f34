/* Private to loadgen/limits: the bounds and counters of control groups, version 1, version 2 and both at once. A bound
 * holds for a group and all below it, so every ancestor that can be seen is read (cgroup_path.h). */
#ifndef KONEKSI_LOADGEN_LIMITS_CGROUP_H
#define KONEKSI_LOADGEN_LIMITS_CGROUP_H

#include "loadgen/limits/cgroup_path.h"
#include "loadgen/limits/limit.h"

struct cgroup_bound {
    const char *controller; /* "memory" */
    const char *max_v1;     /* the files in a group's directory: "memory.limit_in_bytes"; NULL: version 1 has none */
    const char *used_v1;    /* NULL: how much is in use is not known */
    const char *max_v2;
    const char *used_v2;
    bool quota; /* of processor time: in thousandths of a core, for which a file has a share and a period */
    bool cache; /* `used` has the page cache in it, which the kernel gives up before it refuses: it is left out */
};

extern const struct cgroup_bound cgroup_pids_max, cgroup_memory_max, cgroup_memory_high, cgroup_cpu_max;

/* Sets scope, value, used and source of the group with the least room left (value - used); LIMIT_UNLIMITED when no
 * group sets a bound (the topmost group has no such file), with the process's own group as source. False when this
 * machine does not have the controller or has not mounted it, or when the process's own group is out of sight and no
 * bound is seen above it, so that nothing can be known. `root`, `process`: see sources.h. */
bool cgroup_tightest(const char *root, const char *process, const struct cgroup_bound *bound,
                     struct limit_value *value);

/* The same group as cgroup_tightest finds; without any bound it is the process's own. False when there is none. */
bool cgroup_tightest_path(const char *root, const char *process, const struct cgroup_bound *bound,
                          struct cgroup_path *group);

/* Bytes of page cache, which the kernel gives up before it refuses memory, in the text of memory.stat. */
uint64_t cgroup_page_cache(const char *text, bool unified);

#define CGROUP_LEVELS 16
struct cgroup_event {
    const char *controller;
    const char *file_v1; /* NULL: version 1 does not count it */
    const char *name_v1; /* of the line; NULL: the file is the number alone */
    const char *file_v2; /* NULL: version 2 does not count it */
    const char *name_v2;
    uint64_t finer_v1; /* so many units of version 1 are one of version 2 */
    bool pressure;     /* it is the total of that line, as in memory.pressure */
};
/* How often it happened in `group` of the event's controller and, level by level, in those above it; 0 where the kernel
 * does not count it. False when it counts it in none of them. */
bool cgroup_count(const char *root, const struct cgroup_path *group, const struct cgroup_event *event,
                  uint64_t counts[CGROUP_LEVELS]);

/* Whether the process's group is out of memory and its OOM killer is off, which only version 1 knows. */
bool cgroup_waits_for_memory(const char *root, const char *process);

/* Whether `group`, of the controller freezer, is frozen, as by docker pause: none of its processes runs. */
bool cgroup_is_frozen(const char *root, const struct cgroup_path *group);

#endif
