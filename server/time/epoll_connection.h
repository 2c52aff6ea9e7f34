/* One connection of a loop of the epoll model: loop_connection.h over a socket that does not block. For the loop's
 * thread alone. */
#ifndef KONEKSI_SERVER_TIME_EPOLL_CONNECTION_H
#define KONEKSI_SERVER_TIME_EPOLL_CONNECTION_H

#include <stdbool.h>

#include "server/time/loop_connection.h"

struct epoll_connection;

/* What the connections of one loop share. */
struct epoll_shared {
    struct loop_connections all;
    int epoll;
    struct epoll_connection *unused; /* ended, their memory kept for new ones */
};

void epoll_shared_init(struct epoll_shared *shared, struct time_service *service, int epoll);

/* Takes over an accepted socket. False when it could not be served: then it was reset and counted. */
bool epoll_connection_begin(struct epoll_shared *shared, const struct accepted *accepted);

/* What epoll_wait has for it, which may have ended meanwhile. */
void epoll_connection_ready(struct epoll_shared *shared, struct epoll_connection *connection);

/* Resets all and frees what is kept; epoll_wait is not called any more. */
void epoll_connections_end(struct epoll_shared *shared);

#endif
