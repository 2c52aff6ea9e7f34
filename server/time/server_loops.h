/* Models of loops: one for each core that the process may use, each on a thread of its own, which accepts connections
 * and serves all that it has taken without ever waiting for one of them. Its connections stay with it until they end.
 */
#ifndef KONEKSI_SERVER_TIME_SERVER_LOOPS_H
#define KONEKSI_SERVER_TIME_SERVER_LOOPS_H

#include "base/err.h"
#include "server/time/acceptor.h"

/* A model's loop. All of it is called on the loop's own thread. */
struct server_loop_ops {
    const char *name; /* the model's */

    /* Opens its descriptors. The errors of a model's start (model.h). */
    enum result (*create)(struct acceptor *acceptor, void **loop, struct err *err);

    /* Serves from the opening of the acceptor until its end, and then resets the connections that are left. */
    void (*run)(void *loop);
    void (*destroy)(void *loop);
};

/* As `start` and `stop` of a model (model.h). */
enum result server_loops_start(const struct server_loop_ops *ops, struct acceptor *acceptor, void **state,
                               struct err *err);
void server_loops_stop(void *state);

#endif
