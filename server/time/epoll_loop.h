/* A loop of the epoll model: accepts connections and serves all that it has taken, on one thread, without ever waiting
 * for one of them. Its connections stay with it until they end.
 *
 * What a connection costs: about 120 bytes, kept for the next one when it ends, and while its client does not read,
 * the replies that it has not taken.
 * Deadlines stand in lists (deadlines.h) with a timer for the nearest; in the usual path the timer is not touched. */
#ifndef KONEKSI_SERVER_TIME_EPOLL_LOOP_H
#define KONEKSI_SERVER_TIME_EPOLL_LOOP_H

#include "base/err.h"
#include "server/time/acceptor.h"

struct loop;

/* Opens its descriptors. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result loop_create(struct acceptor *acceptor, struct loop **loop, struct err *err) MUST_CHECK;

/* Serves from the opening of the acceptor until its end, and then resets the connections that are left. On a thread of
 * its own, once. */
void loop_run(struct loop *loop);

/* Not while it runs. */
void loop_destroy(struct loop *loop);

#endif
