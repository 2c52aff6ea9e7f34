/* What all models of the TIME server share: the listener, the descriptor budget, the counters, the log of connections,
 * the clock. time_server.c creates it, models use it (model.h). Any thread may call anything. */
#ifndef KONEKSI_SERVER_TIME_SERVICE_H
#define KONEKSI_SERVER_TIME_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "server/time/connection_log.h"
#include "server/time/time_config.h"
#include "server/time/time_counters.h"
#include "server/time/wakeup.h"
#include "server/time/wall_clock.h"

struct time_service;

/* Opens the listener. Accepted sockets inherit from it what every connection needs (sk_clone_lock in the kernel's
 * net/core/sock.c): TCP_NODELAY, and idle_ms as SO_RCVTIMEO and SO_SNDTIMEO, so that a recv or send that had to wait
 * for so long fails with EAGAIN. RESULT_SYSTEM, RESULT_NO_MEMORY; RESULT_INVALID when RLIMIT_NOFILE leaves no
 * descriptor to connections. */
enum result service_create(const struct time_server_config *config, struct time_service **service,
                           struct err *err) MUST_CHECK;

/* Closes the listener and resets what waits in its accept queue. No thread may still use the service. */
void service_destroy(struct time_service *service);

/* As given at the start; the address is the one that it really listens on. */
const struct time_server_config *service_config(const struct time_service *service);
int service_listener(const struct time_service *service);
struct wall_clock *service_clock(struct time_service *service);
struct time_counters *service_counters(struct time_service *service);
const struct connection_log *service_log(const struct time_service *service);
/* Signalled when a slot of the budget becomes free while somebody waits for one, and by acceptors (acceptor.h). */
struct wakeup *service_wakeup(struct time_service *service);

/* Whether accept blocks, for everyone who accepts: the socket has only one open file description. */
void service_set_blocking(struct time_service *service, bool blocking);
enum result service_set_backlog(struct time_service *service, int backlog, struct err *err) MUST_CHECK;

enum accepting {
    ACCEPTING_TAKEN,
    ACCEPTING_NOTHING,       /* the accept queue is empty, a signal came, or the client has gone: try again */
    ACCEPTING_NO_SLOT,       /* the descriptor budget is exhausted */
    ACCEPTING_NO_DESCRIPTOR, /* the process or the machine has no descriptor, or no memory, left */
};

struct accepted {
    int fd;
    uint64_t number; /* N of "total koneksi N" */
    int error;       /* errno of ACCEPTING_NO_DESCRIPTOR */
};

/* Each connection has a slot of the budget, and so has each thread that blocks in accept4(2), for which the kernel
 * holds a descriptor: the budget is never exceeded, however many threads accept. False when none is free. */
bool service_take_slot(struct time_service *service);
void service_return_slot(struct time_service *service);

/* One accept4(2) with `flags` for the slot that the caller has taken. The slot is returned unless a connection was
 * taken, and then by service_closed. */
enum accepting service_accept(struct time_service *service, int flags, struct accepted *accepted);

/* Likewise for an accept4(2) that somebody else made: it returned `result`, a descriptor or -errno. */
enum accepting service_accepted(struct time_service *service, int result, struct accepted *accepted);

/* A connection of service_accept was closed: its slot is free. */
void service_closed(struct time_service *service);
/* A connection was reset because it could not be served; `error` (an errno) says why. At most one log line a second. */
void service_refused(struct time_service *service, int error);

/* Whoever waits for a slot calls service_begin_wait before it looks for the last time: from then on each slot that
 * becomes free signals the wakeup, until service_end_wait. */
void service_begin_wait(struct time_service *service);
void service_end_wait(struct time_service *service);
bool service_has_slot(const struct time_service *service);

/* Around a wait for a descriptor, which no wakeup reports. Counted as a pause; at most one log line a second. */
void service_begin_exhausted(struct time_service *service, int error);
void service_end_exhausted(struct time_service *service);

/* Whether the address space and the maps of this process have room for the thread of a connection that was accepted
 * (thread_budget.h). */
bool service_may_have_thread(const struct time_service *service);

/* All of `stats` but model and workers. */
void service_stats(const struct time_service *service, struct time_stats *stats);

#endif
