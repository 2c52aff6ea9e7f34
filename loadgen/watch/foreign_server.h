/* Watches a server of somebody else on this machine during a run: its processes, its sockets and its limits. One thread
 * at a time.
 *
 * Watching takes about 1 % of a core: what is costly is read again when its share of the time has grown
 * so far. */
#ifndef KONEKSI_LOADGEN_WATCH_FOREIGN_SERVER_H
#define KONEKSI_LOADGEN_WATCH_FOREIGN_SERVER_H

#include "base/net_list.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/limits.h"
#include "loadgen/limits/socket_diag.h"
#include "loadgen/verdict/predict.h"

struct foreign_server;

/* Finds the server that listens at the addresses now, a list of numeric ones (base/net_list.h): several servers are
 * watched as if they were one. *server is NULL when an address is none of this machine's, or nobody listens at any:
 * there is nothing to be watched. With `hold` it keeps open what it needs, so that it works when a run uses up every
 * descriptor; else it opens that for each look, which takes some 20 microseconds more. RESULT_NO_MEMORY. */
enum result foreign_server_open(const char *addresses, bool hold, struct foreign_server **server,
                                struct err *err) MUST_CHECK;
void foreign_server_close(struct foreign_server *server); /* NULL: nothing */

/* Who it is, as it was found. */
struct foreign_identity {
    pid_t pid; /* the lowest of its processes; 0: none is visible, and the next three are not known */
    char program[SOCKET_PROGRAM_SIZE];
    uint64_t processes, threads;
    unsigned uid;     /* whose sockets they are */
    uint64_t backlog; /* the least of its accept queues, when it was last looked at; LIMIT_UNKNOWN */
};
const struct foreign_identity *foreign_server_identity(const struct foreign_server *server);

/* What is counted begins here. */
void foreign_server_begin(struct foreign_server *server);

/* Reads what is due, or with `all` everything at once. `now_ns`: CLOCK_MONOTONIC. */
void foreign_server_look(struct foreign_server *server, uint64_t now_ns, bool all);

struct foreign_use {
#define USE(member) uint64_t member;
#include "loadgen/watch/foreign_use.def"
#undef USE
};
/* As it was when it was last looked at; `peak`: the most of each that was seen. */
const struct foreign_use *foreign_server_use(const struct foreign_server *server);
const struct foreign_use *foreign_server_peak(const struct foreign_server *server);
/* The most connections that were seen in each state. */
const uint64_t *foreign_server_states(const struct foreign_server *server);

/* Processes that ended since foreign_server_begin, of those that were seen alive. */
uint64_t foreign_server_ended(const struct foreign_server *server);
/* Whether its processes were seen, and none of them is left. */
bool foreign_server_is_gone(const struct foreign_server *server);

/* The process whose limits are the server's: of those that accept, the one that had the fewest descriptors left; 0:
 * none is visible. */
pid_t foreign_server_process(const struct foreign_server *server);
/* As limits_read_server. Of a server whose processes are not visible only the machine's and its accept queue's. */
size_t foreign_server_limits(const struct foreign_server *server, struct limit_value values[LIMIT_COUNT]);
/* What prediction and diagnosis need of it. */
struct predict_server foreign_server_predict(const struct foreign_server *server);

/* By how much the counters of its control groups rose since foreign_server_begin. */
void foreign_server_risen(const struct foreign_server *server, uint64_t risen[COUNTER_COUNT]);

#endif
