/* A model: how the connections of the TIME server are served. models.def has one row for each, and for each row there
 * is one `time_model_NAME`.
 *
 * All models share the service (service.h): its listener, descriptor budget, counters and log; and the protocol. A
 * model brings the threads: it takes connections with service_accept on one thread or on several, answers with
 * protocol_feed (connection.h does that for those that give each connection a thread of its own for a while), and
 * tells the service of each that it has closed. */
#ifndef KONEKSI_TIME_MODEL_H
#define KONEKSI_TIME_MODEL_H

#include "base/err.h"
#include "time/service.h"

struct time_model_ops {
    /* Creates the threads that accept and serve, every signal blocked, and returns at once. `*state` is the model's
     * own. When it fails nothing is left of it. RESULT_NO_MEMORY, RESULT_SYSTEM. */
    enum result (*start)(struct time_service *service, void **state, struct err *err);

    /* Called after service_stop, so that service_accept returns -1: ends every connection, waits until each thread is
     * done with the service, frees `state`. */
    void (*stop)(void *state);
};

#define MODEL(NAME, name, help) extern const struct time_model_ops time_model_##name;
#include "time/models.def"
#undef MODEL

#endif
