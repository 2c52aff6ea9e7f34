/* What every model of the TIME server shares: the listener, the descriptor budget, the counters, the log of
 * connections, the clock. time_server.c creates it, models use it (model.h). Any thread may call anything. */
#ifndef KONEKSI_TIME_SERVICE_H
#define KONEKSI_TIME_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/time_server.h"
#include "time/wall_clock.h"

struct time_service;

/* Opens the listener. Accepted sockets inherit from it what every connection needs (sk_clone_lock in the kernel's
 * net/core/sock.c): TCP_NODELAY, and idle_ms as SO_RCVTIMEO and SO_SNDTIMEO, so that a recv or send that had to wait
 * for so long fails with EAGAIN. RESULT_SYSTEM, RESULT_NO_MEMORY; RESULT_INVALID when RLIMIT_NOFILE leaves no
 * descriptor to connections. */
enum result service_create(const struct time_server_config *config, struct time_service **service,
                           struct err *err) MUST_CHECK;

/* No thread may still use it. Closes the listener. */
void service_destroy(struct time_service *service);

const struct time_server_config *service_config(const struct time_service *service);

/* Where it really listens. */
const struct net_address *service_address(const struct time_service *service);

/* The clock of the replies. */
struct wall_clock *service_clock(struct time_service *service);

/* Waits for a connection and returns its blocking, close-on-exec socket; `number` is its N of "total koneksi N". While
 * the descriptor budget is used up, or the process or the machine has no descriptor left, it waits for that first.
 * -1 once the service stops. With the budget exact for one caller at a time. */
int service_accept(struct time_service *service, uint64_t *number);

/* A connection of service_accept was closed: wakes the acceptor when it waits for a free descriptor. */
void service_closed(struct time_service *service);

/* A connection was reset because it could not be served; `error` is why (an errno). At most one log line a second. */
void service_refused(struct time_service *service, int error);

/* What a connection did. `number` is the connection's; it only spreads the counters over cache lines. */
void service_replied(struct time_service *service, uint64_t number, uint32_t times, uint32_t invalid);
void service_evicted(struct time_service *service, uint64_t number);

/* Each thread of a model is counted by whoever creates it; service_thread_ended has to be the last thing a detached
 * thread does with the service, for service_wait_threads waits for no more than that: until none is left, at most
 * timeout_ms; false when some are. */
void service_thread_began(struct time_service *service);
void service_thread_ended(struct time_service *service);
bool service_wait_threads(struct time_service *service, uint32_t timeout_ms);

/* No more connections: service_accept returns -1, what waits in the accept queue is reset. */
void service_stop(struct time_service *service);
bool service_is_stopping(const struct time_service *service);

/* As time_server_stats, time_server_reset_peaks and time_server_log. */
void service_stats(const struct time_service *service, struct time_stats *stats);
void service_reset_peaks(struct time_service *service);
size_t service_log(const struct time_service *service, uint64_t *cursor, struct time_log *rows, size_t capacity);

#endif
