/* How the threads of one model take connections from the listener. Each model that is started has an acceptor of its
 * own, which also counts the model's threads; the listener and its accept queue are the service's and outlive it.
 *
 * A thread that blocks in accept4(2) is woken by SIGURG, whose handler does nothing: shutdown(2) of the listener would
 * discard the accept queue, and a poll before accept is more system calls for a connection that finds a thread idle. */
#ifndef KONEKSI_SERVER_TIME_ACCEPTOR_H
#define KONEKSI_SERVER_TIME_ACCEPTOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/time/service.h"

struct acceptor;

/* Retry interval after EMFILE: no wakeup reports that another part of the process has freed a descriptor. */
#define ACCEPTOR_RETRY_MS 5

/* For the server. `workers` is the size of a pool. NULL when out of memory. */
struct acceptor *acceptor_create(struct time_service *service, uint32_t workers);
void acceptor_destroy(struct acceptor *acceptor);
/* Lets the threads that wait in acceptor_wait_open begin to accept. */
void acceptor_open(struct acceptor *acceptor);
/* From here on no thread should accept another connection, and those that are open have to end. It may never have been
 * open. Wakes all but those that block in accept4(2). */
void acceptor_close(struct acceptor *acceptor);

/* For models. */
struct time_service *acceptor_service(const struct acceptor *acceptor);
uint32_t acceptor_workers(const struct acceptor *acceptor);
bool acceptor_is_closed(const struct acceptor *acceptor);

/* What each thread that accepts calls first: false when the acceptor was closed before it was opened. */
bool acceptor_wait_open(struct acceptor *acceptor);

/* A slot for an accept: ACCEPTING_TAKEN; ACCEPTING_NO_SLOT; ACCEPTING_NOTHING once the acceptor is closed. */
enum accepting acceptor_take_slot(struct acceptor *acceptor);

/* service_accept with `flags` for the next free slot; ACCEPTING_NO_SLOT when there is none. A slot that became free
 * because the acceptor was closed is not used: who waits in the accept queue then is left to the next model. */
enum accepting acceptor_take(struct acceptor *acceptor, int flags, struct accepted *accepted);

/* Blocks until there is a connection; its socket blocks. While the descriptor budget is exhausted, or the process or
 * the machine has no descriptor left, it waits for that first. False once the acceptor is closed. */
bool acceptor_accept(struct acceptor *acceptor, struct accepted *accepted);

/* Wakes `thread`, which must not have been joined, from accept4(2). The signal is lost where the thread is only about
 * to block: repeat it every ACCEPTOR_INTERRUPT_MS until the thread has ended. */
void acceptor_interrupt(pthread_t thread);
#define ACCEPTOR_INTERRUPT_MS 1

/* Interrupts `thread` until it has set `has_ended`, and joins it. The acceptor is closed. */
void acceptor_join(pthread_t thread, const _Atomic bool *has_ended);

/* Whoever creates a thread of a model counts it; acceptor_thread_ended has to be the last use that the thread makes of
 * acceptor and service. acceptor_wait_threads waits until none is left; false when some are after timeout_ms. */
void acceptor_thread_began(struct acceptor *acceptor);
void acceptor_thread_ended(struct acceptor *acceptor);
bool acceptor_wait_threads(struct acceptor *acceptor, uint32_t timeout_ms);

#endif
