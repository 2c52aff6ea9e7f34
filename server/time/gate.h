/* The gate through which new connections come to a model. Each model that is started has one of its own, so that the
 * server can change its model while connections live: the old gate is retired, the new one opened, and the listener
 * with its accept queue stays. The gate also counts its model's threads: when none is left, the model has ended.
 *
 * A thread that blocks in accept4(2) is woken by a signal without an effect (SIGURG, which nobody minds if it gets
 * lost), sent again until the thread has left: shutdown(2) of the listener would throw away the accept queue. */
#ifndef KONEKSI_SERVER_TIME_GATE_H
#define KONEKSI_SERVER_TIME_GATE_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "server/time/service.h"

struct gate;

/* How often who has no descriptor looks again: one that another part of the process frees rings no bell. */
#define GATE_RETRY_NS (5 * NS_PER_MS)

/* A thread that accepts; part of the model's own state. All zero when new. */
struct acceptor {
    alignas(64) _Atomic bool accepting; /* it may take a connection */
    bool polls;                         /* set by the model: it waits in epoll, with the bell, and never in accept */
    pthread_t thread;                   /* gate's own, as the next */
    struct acceptor *next;
};

/* For the server. `workers` is for the pool. NULL when memory ran out. */
struct gate *gate_create(struct time_service *service, uint32_t workers);
void gate_destroy(struct gate *gate);
void gate_open(struct gate *gate);
/* Returns when no thread will take another connection; those it has go on. It may never have been open. */
void gate_retire(struct gate *gate);

/* For models. */
struct time_service *gate_service(const struct gate *gate);
uint32_t gate_workers(const struct gate *gate);
bool gate_is_retired(const struct gate *gate);

/* The first thing that a thread does which accepts: waits until the gate opens. False when it was retired instead. One
 * that polls counts as accepting from here on, until gate_leave. */
bool gate_enter(struct gate *gate, struct acceptor *acceptor);
void gate_leave(struct acceptor *acceptor);

/* Blocks until there is a connection; its socket blocks. While the descriptor budget is used up, or the process or the
 * machine has no descriptor left, it waits for that first. False once the gate is retired. After true the thread still
 * counts as accepting: gate_leave when the connection is where the model's stop finds it. */
bool gate_accept(struct gate *gate, struct acceptor *acceptor, struct accepted *accepted);

/* Each thread of a model is counted by whoever creates it; gate_thread_ended has to be the last thing a thread does
 * with gate and service, for gate_wait_threads waits for no more than that: until none is left, at most timeout_ms;
 * false when some are. */
void gate_thread_began(struct gate *gate);
void gate_thread_ended(struct gate *gate);
bool gate_wait_threads(struct gate *gate, uint32_t timeout_ms);

#endif
