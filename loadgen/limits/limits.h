/* What limits mean to a client, and their values where the kernel keeps them. To add one: a row in limits.def and a
 * function limit_read_NAME in limits_system.c or limits_network.c. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMITS_H
#define KONEKSI_LOADGEN_LIMITS_LIMITS_H

#include <stdbool.h>
#include <sys/types.h>

#include "loadgen/limits/limit.h"

/* What a client takes of a limit. */
enum limit_cost {
    LIMIT_COST_NOTHING,
    LIMIT_COST_DESCRIPTORS,
    LIMIT_COST_USER_TASKS, /* as TASKS, but privileged users are exempt */
    LIMIT_COST_TASKS,
    LIMIT_COST_ADDRESSES,
    LIMIT_COST_DATA,
    LIMIT_COST_RINGS,
    LIMIT_COST_COMMITTED,
    LIMIT_COST_MEMORY,
    LIMIT_COST_MAPS,
    LIMIT_COST_PORTS,
    LIMIT_COST_TRACKED,
    LIMIT_COST_FILES,
    LIMIT_COST_COUNT,
};

/* What the kernel refuses when the limit is exhausted. pthread_create(3) also gives EAGAIN for a stack that cannot be
 * mapped, so that limits of memory refuse tasks, too. */
enum limit_refuses {
    LIMIT_REFUSES_NOTHING,
    LIMIT_REFUSES_TASKS,
    LIMIT_REFUSES_MEMORY,
    LIMIT_REFUSES_TASKS_AND_MEMORY,
};

enum limit_cost limit_cost(enum limit_id id);
enum limit_refuses limit_refuses(enum limit_id id);
enum limit_id limit_from_error(int error_number); /* the only limit that causes it; LIMIT_COUNT when there is none */

/* Reads the limits of the calling process into `values` and returns how many there are (those that this kernel has).
 * `backlog` is that of the TIME server as capped at somaxconn, for LIMIT_SIDE_SERVER; LIMIT_BACKLOG and LIMIT_SOMAXCONN
 * are read for the server only, the port range for the client only. cgroup v1 and v2: the tightest of the process's
 * cgroup and all its ancestors. Opens and closes files: not for a client's path. */
size_t limits_read(enum limit_side side, uint64_t backlog, struct limit_value values[LIMIT_COUNT]);

/* The same below another root directory (sources.h), for tests. The resource limits (getrlimit) and the user are this
 * process's own all the same. */
size_t limits_read_below(const char *root, enum limit_side side, uint64_t backlog,
                         struct limit_value values[LIMIT_COUNT]);

/* The limits of another process, which is the server side: its own, its user's, those of its control groups, and the
 * machine's. `backlog`: the bound of its accept queue; LIMIT_UNKNOWN where that is not known, and then not listed. A
 * limit that cannot be read, as of a process that has ended, is not listed. */
size_t limits_read_server(const char *root, pid_t process, uint64_t backlog, struct limit_value values[LIMIT_COUNT]);

/* Whether the process may be blocked because its control group is out of memory and the group's OOM killer is off,
 * which only version 1 knows. */
bool limits_waits_for_memory(pid_t process);

#endif
