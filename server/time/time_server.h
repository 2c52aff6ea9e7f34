/* The TIME server: listener, descriptor budget and counters; how connections are served is a model (model.h).
 * The protocol is in protocol.h, pure: bytes in, replies out. */
#ifndef KONEKSI_SERVER_TIME_TIME_SERVER_H
#define KONEKSI_SERVER_TIME_TIME_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/net.h"
#include "base/uring_refusal.h"
#include "server/time/time_config.h"
#include "server/time/time_stats.h"

const char *time_model_name(enum time_model model);
enum time_model time_model_from_name(const char *name); /* TIME_MODEL_COUNT when there is none */

struct time_server_config time_server_defaults(void);

/* Those that the server opens at most beside its connections, whatever its model: more on a machine with more cores. */
uint64_t time_server_descriptors(void);

struct time_server;

/* Listens and starts to serve; time_server_address returns the port that was picked. RESULT_SYSTEM,
 * RESULT_NO_MEMORY; RESULT_INVALID when RLIMIT_NOFILE is not above reserved_fds, or about the field "workers";
 * RESULT_CONFLICT when the model cannot be used here. */
enum result time_server_start(const struct time_server_config *config, struct time_server **server,
                              struct err *err) MUST_CHECK;

/* Why `model` cannot be used here, as found at the start; URING_ALLOWED: it can. */
enum uring_refusal time_server_refusal(const struct time_server *server, enum time_model model);

/* What to change while it runs. */
struct time_server_change {
    enum time_model model; /* TIME_MODEL_COUNT: as it is */
    int backlog;           /* 0: as it is */
    uint32_t workers;      /* 0: as it is */
};

/* Another model, or another size of a pool, takes the place of the present one: the open connections are reset, those
 * in the accept queue wait for the new model, totals and log go on. The backlog alone changes without that. When it
 * fails the server goes on as before: RESULT_INVALID about a field; RESULT_NO_MEMORY, RESULT_SYSTEM, RESULT_CONFLICT
 * when the new model cannot start. Any thread; takes as long as time_server_stop. */
enum result time_server_configure(struct time_server *server, const struct time_server_change *change,
                                  struct err *err) MUST_CHECK;

/* Stops accepting, ends every connection, joins every thread, frees the server. At most about a second. */
void time_server_stop(struct time_server *server);

/* Where it really listens. */
void time_server_address(const struct time_server *server, struct net_address *address);

/* Cheap (atomics and two getsockopt calls): any thread may call it ten times a second. */
void time_server_stats(const struct time_server *server, struct time_stats *stats);

/* Sets both peaks to the present values. Any thread. */
void time_server_reset_peaks(struct time_server *server);

/* connection_log_read of the last 4,096 accepted connections. Any thread. */
size_t time_server_log(const struct time_server *server, uint64_t *cursor, struct time_log *rows, size_t capacity);

#endif
