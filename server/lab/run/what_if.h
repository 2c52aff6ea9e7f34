/* Other values of limits than those that this machine has, to be predicted with: lower ones, or higher ones. */
#ifndef KONEKSI_SERVER_LAB_RUN_WHAT_IF_H
#define KONEKSI_SERVER_LAB_RUN_WHAT_IF_H

#include "server/lab/run/limit_snapshot.h"

struct what_if {
    bool assumed[LIMIT_COUNT];
    uint64_t values[LIMIT_COUNT]; /* in the unit of the limit; LIMIT_UNLIMITED too */
};

/* Whether the parameter assumes a limit: "what_if.pids". */
bool what_if_is(const char *name);

/* Takes "what_if.pids" and "512" or "unlimited". RESULT_INVALID names the parameter, also one that no limit has. */
enum result what_if_set(struct what_if *what_if, const char *name, const char *value, struct err *err) MUST_CHECK;

/* Gives the limits their assumed values, on each side that has them; on the client side those that the run itself
 * lowers stay lowered. The server is as if it had been started with them. A limit of control groups can be assumed
 * where there is none, as if a group were made for the panel; RESULT_INVALID for another that this machine lacks. */
enum result what_if_apply(const struct what_if *what_if, struct limit_snapshot *snapshot, struct err *err) MUST_CHECK;

/* {"pids":512,"nofile":null}: what is assumed, null for unlimited. NULL when memory ran out. */
cJSON *what_if_to_json(const struct what_if *what_if) MUST_CHECK;

#endif
