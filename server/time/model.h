/* A model: how the connections of the TIME server are served. models.def has one row for each, and for each row there
 * is one `time_model_NAME`, in model_NAME.c.
 *
 * All models share the service (service.h): its listener, descriptor budget, counters and log; and the protocol. A
 * model brings the threads: they take connections by the model's acceptor (acceptor.h), answer with protocol_feed
 * (connection.h does that for those that give each connection a thread of its own for a while), and report each
 * connection that has closed to the service. */
#ifndef KONEKSI_SERVER_TIME_MODEL_H
#define KONEKSI_SERVER_TIME_MODEL_H

#include "base/err.h"
#include "base/uring_refusal.h"
#include "server/time/acceptor.h"

struct time_model_ops {
    bool polls;      /* accepts from a listener that does not block */
    bool uses_uring; /* cannot start where io_uring may not be used (base/uring_refusal.h) */

    /* Creates the threads that accept and serve once `acceptor` opens, every signal blocked, and returns at once.
     * `*state` is the model's own. When it fails nothing is left of it, and `acceptor` may be closed.
     * RESULT_NO_MEMORY, RESULT_SYSTEM; RESULT_CONFLICT where io_uring may not be used. */
    enum result (*start)(struct acceptor *acceptor, void **state, struct err *err);

    /* After acceptor_close: resets every connection, waits until each thread has ended, frees `state`. */
    void (*stop)(void *state);
};

#define MODEL(NAME, name, ...) extern const struct time_model_ops time_model_##name;
#include "server/time/models.def"
#undef MODEL

#endif
