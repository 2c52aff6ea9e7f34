/* The TIME server: listener, descriptor budget and counters; how connections are served is a model (model.h).
 * The protocol is in protocol.h, pure: bytes in, replies out. */
#ifndef KONEKSI_SERVER_TIME_TIME_SERVER_H
#define KONEKSI_SERVER_TIME_TIME_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/net.h"
#include "server/time/time_stats.h"

#define TIME_RESERVED_FDS 128
/* Bytes of address space that connections' threads never take: for the stacks of the panel's own, its database and its
 * API. */
#define TIME_RESERVED_ADDRESSES (128UL * 1024 * 1024)
/* What the thread of a connection takes of it: its stack and the guard page below. */
#define TIME_THREAD_ADDRESSES (20UL * 1024)
#define TIME_WORKERS_MOST 10000

struct time_server_config {
    struct net_address address; /* port 0 picks one */
    enum time_model model;
    int backlog;            /* of listen(); the kernel cuts it at net.core.somaxconn */
    uint32_t workers;       /* threads of the pool model, 1..TIME_WORKERS_MOST (64) */
    uint64_t reserved_fds;  /* descriptors of this process that connections never take (TIME_RESERVED_FDS) */
    uint32_t idle_ms;       /* a connection without a byte for so long is reset (300,000) */
    uint32_t unfinished_ms; /* a line left unfinished for so long gets "Invalid request" (2,000) */
    bool log_connections;   /* "total koneksi N" on standard error for every connection */
};
struct time_server_config time_server_defaults(void);

struct time_server;

/* Listens and starts to serve; `address` of the config is read only: see time_server_address. RESULT_SYSTEM,
 * RESULT_NO_MEMORY; RESULT_INVALID when RLIMIT_NOFILE is not above reserved_fds, or about the field "workers". */
enum result time_server_start(const struct time_server_config *config, struct time_server **server,
                              struct err *err) MUST_CHECK;

/* What to change while it runs. */
struct time_server_change {
    enum time_model model; /* TIME_MODEL_COUNT: as it is */
    int backlog;           /* 0: as it is */
    uint32_t workers;      /* 0: as it is */
};

/* No connection is lost: the listener and what waits in its accept queue stay, those that are served are served to
 * their end by the threads that have them, new ones go to the new model. Totals and log go on. When it fails the server
 * goes on as before: RESULT_INVALID about a field; RESULT_NO_MEMORY, RESULT_SYSTEM when the new model cannot start. Any
 * thread; takes a few milliseconds. */
enum result time_server_configure(struct time_server *server, const struct time_server_change *change,
                                  struct err *err) MUST_CHECK;

/* Stops accepting, ends every connection, joins every thread, frees the server. At most about a second. */
void time_server_stop(struct time_server *server);

/* Where it really listens. */
void time_server_address(const struct time_server *server, struct net_address *address);

/* Cheap (atomics and two getsockopt calls): any thread may call it ten times a second. */
void time_server_stats(const struct time_server *server, struct time_stats *stats);

/* Lets both peaks begin again at what is now. Any thread. */
void time_server_reset_peaks(struct time_server *server);

/* The log of the last accepted connections, a ring that keeps the newest 4096. Copies those with number > *cursor,
 * oldest first, at most `capacity`, sets *cursor to the last one copied and returns how many. Rows that were
 * overwritten before they could be read are skipped. Any thread. */
size_t time_server_log(const struct time_server *server, uint64_t *cursor, struct time_log *rows, size_t capacity);

#endif
