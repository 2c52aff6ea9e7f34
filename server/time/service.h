/* What every model of the TIME server shares: the listener, the descriptor budget, the counters, the log of
 * connections, the clock. time_server.c creates it, models use it (model.h), those that block in accept through their
 * gate (gate.h). Any thread may call anything. */
#ifndef KONEKSI_SERVER_TIME_SERVICE_H
#define KONEKSI_SERVER_TIME_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/time/time_server.h"
#include "server/time/wall_clock.h"

struct time_service;

/* Opens the listener. Accepted sockets inherit from it what every connection needs (sk_clone_lock in the kernel's
 * net/core/sock.c): TCP_NODELAY, and idle_ms as SO_RCVTIMEO and SO_SNDTIMEO, so that a recv or send that had to wait
 * for so long fails with EAGAIN. RESULT_SYSTEM, RESULT_NO_MEMORY; RESULT_INVALID when RLIMIT_NOFILE leaves no
 * descriptor to connections. */
enum result service_create(const struct time_server_config *config, struct time_service **service,
                           struct err *err) MUST_CHECK;

/* No thread may still use it. Closes the listener. */
void service_destroy(struct time_service *service);

/* As it was at the start: model, backlog and workers may have changed since. */
const struct time_server_config *service_config(const struct time_service *service);
const struct net_address *service_address(const struct time_service *service);
int service_listener(const struct time_service *service);

/* The clock of the replies. */
struct wall_clock *service_clock(struct time_service *service);

/* Whether accept blocks; for all who accept, as the socket has only one open file description. */
void service_set_blocking(struct time_service *service, bool blocking);
enum result service_set_backlog(struct time_service *service, int backlog, struct err *err) MUST_CHECK;

enum accepting {
    ACCEPTING_TAKEN,
    ACCEPTING_NOTHING,       /* nobody waits, a signal came, or the client has gone: try again */
    ACCEPTING_NO_SLOT,       /* the descriptor budget is used up */
    ACCEPTING_NO_DESCRIPTOR, /* the process or the machine has no descriptor, or no memory, left */
};

struct accepted {
    int fd;
    uint64_t number; /* N of "total koneksi N" */
    int error;       /* errno of ACCEPTING_NO_DESCRIPTOR */
};

/* One accept4(2) with `flags`, for which a slot of the budget is taken beforehand: so the budget is never exceeded,
 * however many threads accept, and one that blocks here holds a slot as the kernel holds a descriptor for it. */
enum accepting service_accept(struct time_service *service, int flags, struct accepted *accepted);

/* A connection of service_accept was closed: its slot is free. */
void service_closed(struct time_service *service);

/* A connection was reset because it could not be served; `error` is why (an errno). At most one log line a second. */
void service_refused(struct time_service *service, int error);

/* Whoever waits for a slot says so before it looks for the last time: from then on each slot that becomes free rings
 * the bell, until service_end_wait. */
void service_begin_wait(struct time_service *service);
void service_end_wait(struct time_service *service);
bool service_has_slot(const struct time_service *service);

/* Whoever waits for a descriptor; no bell tells of that. Counted as a pause, logged at most once a second. */
void service_begin_starving(struct time_service *service, int error);
void service_end_starving(struct time_service *service);

/* The bell. It wakes those in service_wait_bell, and makes service_bell_fd readable once more, for an epoll that has it
 * with EPOLLET; nobody reads it. */
uint32_t service_heard(const struct time_service *service);
/* Until the bell has moved on from `heard`; timeout_ns 0 is for ever. May return early: look again. */
void service_wait_bell(struct time_service *service, uint32_t heard, uint64_t timeout_ns);
void service_ring(struct time_service *service);
int service_bell_fd(const struct time_service *service);

/* What a connection did. `number` is the connection's; it only spreads the counters over cache lines. */
void service_replied(struct time_service *service, uint64_t number, uint32_t times, uint32_t invalid);
void service_evicted(struct time_service *service, uint64_t number);

/* Whether the address space has room for the thread of a connection that was accepted (thread_budget.h). */
bool service_may_have_thread(const struct time_service *service);

/* Threads of all models. */
void service_thread_began(struct time_service *service);
void service_thread_ended(struct time_service *service);

/* What waits in the accept queue is reset, and from here on every connection is to be ended. */
void service_stop(struct time_service *service);
bool service_is_stopping(const struct time_service *service);

/* As time_server_stats, without model and workers, time_server_reset_peaks and time_server_log. */
void service_stats(const struct time_service *service, struct time_stats *stats);
void service_reset_peaks(struct time_service *service);
size_t service_log(const struct time_service *service, uint64_t *cursor, struct time_log *rows, size_t capacity);

#endif
