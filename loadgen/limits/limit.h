/* What a limit is: its name, its unit and how to raise it (limits.def), and its value on one side. Nothing is read from
 * the kernel here: see limits.h. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/language.h"

enum limit_id {
#define LIMIT(NAME, ...) LIMIT_##NAME,
#include "loadgen/limits/limits.def"
#undef LIMIT
    LIMIT_COUNT,
};

/* Where servers take the backlog from that they give to listen(2). */
#define BACKLOG_OF_SERVERS "nginx: listen ... backlog=N; Redis: tcp-backlog N; memcached -b N; HAProxy: backlog N"

enum limit_side { LIMIT_SIDE_CLIENT, LIMIT_SIDE_SERVER, LIMIT_SIDE_COUNT };
enum limit_scope {
    LIMIT_SCOPE_PROCESS,
    LIMIT_SCOPE_USER,
    LIMIT_SCOPE_CGROUP,
    LIMIT_SCOPE_MACHINE,
    LIMIT_SCOPE_SOCKET,
    LIMIT_SCOPE_COUNT,
};

#define LIMIT_UNLIMITED UINT64_MAX
#define LIMIT_UNKNOWN (UINT64_MAX - 1) /* for `used` where the kernel does not say */

struct limit_value {
    enum limit_id id;
    enum limit_side side;
    enum limit_scope scope;
    uint64_t value;   /* LIMIT_UNLIMITED when there is no bound */
    uint64_t used;    /* when it was read; LIMIT_UNKNOWN where the kernel does not say */
    char source[128]; /* where it was read: "getrlimit", "/sys/fs/cgroup/pids/a/pids.max" */
};

const char *limit_name(enum limit_id id);
const char *limit_name_in(enum limit_id id, enum language language); /* for people; most have the kernel's */
enum limit_id limit_from_name(const char *name);                     /* LIMIT_COUNT when there is none, as for NULL */
const char *limit_key(enum limit_id id);       /* "nofile", "pids"; empty when no other value can be assumed */
enum limit_id limit_from_key(const char *key); /* LIMIT_COUNT when there is none */
const char *limit_unit(enum limit_id id, enum language language);
const char *limit_raise(enum limit_id id, enum language language);
/* The command that raises it, for each way there is; NULL where it cannot be raised that way. */
enum limit_way { LIMIT_WAY_SHELL, LIMIT_WAY_SYSTEMD, LIMIT_WAY_CONTAINER, LIMIT_WAY_COUNT };
const char *limit_raise_by(enum limit_id id, enum limit_way way);
/* "client", "server"; LIMIT_SIDE_COUNT when there is none, as for NULL. The same for the scopes. */
const char *limit_side_name(enum limit_side side);
enum limit_side limit_side_from_name(const char *name);
const char *limit_scope_name(enum limit_scope scope); /* "process", "user", "cgroup", "machine", "socket" */
enum limit_scope limit_scope_from_name(const char *name);

/* The one of `values` with that id and side; NULL when there is none. */
const struct limit_value *limit_find(const struct limit_value *values, size_t count, enum limit_id id,
                                     enum limit_side side);

/* Writes what limit_from_json (limit_json.h) reads, as text; see base/json_text.h. */
void limit_write(const struct limit_value *value, struct buf *to);

#endif
