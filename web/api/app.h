/* The parts of the panel that the handlers of the API work on. */
#ifndef KONEKSI_WEB_API_APP_H
#define KONEKSI_WEB_API_APP_H

#include "db/store.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/queue/run_queue.h"
#include "server/time/time_server.h"

/* All of them outlive the HTTP server. */
struct app {
    struct store *store;
    struct run_queue *queue;
    struct experiments *experiments;
    struct time_server *server;
};

#endif
