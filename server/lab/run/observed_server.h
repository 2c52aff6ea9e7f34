/* The TIME server of another panel, seen through that panel's API: the server's side of a run whose target is on
 * another machine. A thread asks GET /server ten times a second while a run is observed. What it reports is read by one
 * other thread. */
#ifndef KONEKSI_SERVER_LAB_RUN_OBSERVED_SERVER_H
#define KONEKSI_SERVER_LAB_RUN_OBSERVED_SERVER_H

#include "loadgen/limits/limits.h"
#include "server/time/time_stats.h"

struct observed_server;

/* Its socket. */
#define OBSERVED_DESCRIPTORS 1

/* `url`: "http://HOST:PORT" of the panel; `token` (may be NULL) is copied. Starts the thread; asks nothing yet.
 * RESULT_INVALID for the URL, RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result observed_server_create(const char *url, const char *token, struct observed_server **server,
                                   struct err *err) MUST_CHECK;
void observed_server_destroy(struct observed_server *server); /* NULL: nothing */

/* Asks the panel, for at most OBSERVED_BEGIN_MS. Whether its TIME server is what listens at `target`, one
 * numeric address (a list is not observed: it would have a part of the clients alone): then it is observed until
 * observed_server_end. Logs why the panel did not answer. */
#define OBSERVED_BEGIN_MS 1000
bool observed_server_begin(struct observed_server *server, const char *target);
void observed_server_end(struct observed_server *server);

struct observation {
    struct time_stats stats; /* but the budgets of threads and maps, which it does not tell */
    uint64_t fds;            /* open descriptors of the panel; LIMIT_UNKNOWN */
    uint64_t at_ns;          /* CLOCK_MONOTONIC: when it was asked for */
};
/* The newest; while the panel does not answer it becomes old. */
void observed_server_look(struct observed_server *server, struct observation *observation);

/* Those of its process and its listening socket; what the rest of its machine has is not told apart from what others on
 * it use. 0: it did not answer. As at observed_server_begin. */
size_t observed_server_limits(const struct observed_server *server, struct limit_value values[LIMIT_COUNT]);

#endif
