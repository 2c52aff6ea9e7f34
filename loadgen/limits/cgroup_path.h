/* Private to loadgen/limits: where the control group of a process is, level by level.
 *
 * /proc/self/cgroup says in which group this one is (cgroups(7)), /proc/self/mountinfo where that hierarchy is
 * mounted (proc(5)). A bound holds for a group and all below it, so readers walk from the group up to the top of the
 * mount. */
#ifndef KONEKSI_LOADGEN_LIMITS_CGROUP_PATH_H
#define KONEKSI_LOADGEN_LIMITS_CGROUP_PATH_H

#include <stdbool.h>

#include "loadgen/limits/sources.h"

#define CGROUP_FILE_SIZE (SOURCE_PATH_SIZE + 64)

struct cgroup_path {
    bool unified; /* version 2 */
    bool above;   /* the mount begins above this process's namespace: which group in it is the own one is not known */
    size_t top;   /* length of the part of `directory` that is the mount point */
    char directory[SOURCE_PATH_SIZE];
};

/* Sets `path` to the process's own group in the hierarchy of `controller`; false when this machine does not have the
 * controller or has not mounted it. `root`, `process`: see sources.h. */
bool cgroup_path_of(const char *root, const char *process, const char *controller, struct cgroup_path *path);

/* Whether the directory of the group is there: another mount may cover it. */
bool cgroup_path_is_seen(const char *root, const struct cgroup_path *path);

/* Goes to the group above; false, and changes nothing, when it is out of sight. */
bool cgroup_path_up(struct cgroup_path *path);

/* Writes the path of the group's file `name`. */
void cgroup_path_file(const struct cgroup_path *path, const char *name, char file[CGROUP_FILE_SIZE]);

#endif
