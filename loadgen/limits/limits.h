/* The limits that the environment sets, read where the kernel keeps them. One row of limits.def is one limit. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMITS_H
#define KONEKSI_LOADGEN_LIMITS_LIMITS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum limit_id {
#define LIMIT(NAME, ...) LIMIT_##NAME,
#include "loadgen/limits/limits.def"
#undef LIMIT
    LIMIT_COUNT,
};

enum limit_side { LIMIT_SIDE_CLIENT, LIMIT_SIDE_SERVER };
enum limit_scope { LIMIT_SCOPE_PROCESS, LIMIT_SCOPE_USER, LIMIT_SCOPE_CGROUP, LIMIT_SCOPE_MACHINE, LIMIT_SCOPE_SOCKET };

#define LIMIT_UNLIMITED UINT64_MAX
#define LIMIT_UNKNOWN (UINT64_MAX - 1) /* for `used` where the kernel does not tell */

/* Task numbers below it are given out once only, after the start (RESERVED_PIDS, kernel/pid.c). */
#define LIMIT_RESERVED_PIDS 300

struct limit_value {
    enum limit_id id;
    enum limit_side side;
    enum limit_scope scope;
    uint64_t value;   /* LIMIT_UNLIMITED when there is no bound */
    uint64_t used;    /* at the moment of reading; LIMIT_UNKNOWN where the kernel does not tell */
    char source[128]; /* where it was read: "getrlimit", "/sys/fs/cgroup/pids/a/pids.max" */
};

const char *limit_name(enum limit_id id);
enum limit_id limit_from_name(const char *name); /* LIMIT_COUNT when there is none, as for NULL */
const char *limit_unit(enum limit_id id);
const char *limit_raise(enum limit_id id);
/* The command that raises it, for each way there is; NULL where it cannot be raised that way. */
enum limit_way { LIMIT_WAY_SHELL, LIMIT_WAY_SYSTEMD, LIMIT_WAY_CONTAINER, LIMIT_WAY_COUNT };
const char *limit_raise_by(enum limit_id id, enum limit_way way);
const char *limit_side_name(enum limit_side side);    /* "client", "server" */
const char *limit_scope_name(enum limit_scope scope); /* "process", "user", "cgroup", "machine", "socket" */

/* Reads the limits of the calling process into `values` and returns how many there are (those that this kernel has).
 * `backlog` is the TIME server's, after the cut at somaxconn, for LIMIT_SIDE_SERVER; LIMIT_BACKLOG, LIMIT_SOMAXCONN
 * are read for the server alone, the port range for the client alone. cgroup v1 and v2: the tightest of the process's
 * cgroup and all its ancestors. Opens and closes files: not for a client's path. */
size_t limits_read(enum limit_side side, uint64_t backlog, struct limit_value values[LIMIT_COUNT]);

/* Whether RLIMIT_NPROC holds for this process: not for root, nor with CAP_SYS_RESOURCE or CAP_SYS_ADMIN. */
bool limits_nproc_binds(void);

/* {"name","side","scope","value","used","unit","source","raise","raise_by":{"shell","systemd","container"}}; value null
 * when unlimited, used null when unknown, a way null where there is none. */
cJSON *limit_to_json(const struct limit_value *value) MUST_CHECK;
/* Adds "raise_by" alone; false when memory ran out. */
bool limit_add_ways(cJSON *object, enum limit_id id) MUST_CHECK;
/* What limit_from_json needs of it, as text; see base/json_text.h. */
void limit_write(const struct limit_value *value, struct buf *to);
enum result limit_from_json(struct limit_value *value, const cJSON *json, struct err *err) MUST_CHECK;

#endif
