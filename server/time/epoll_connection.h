/* One connection of a loop of the epoll model (epoll_loop.h): the protocol over a socket that does not block. For the
 * loop's thread alone. */
#ifndef KONEKSI_SERVER_TIME_EPOLL_CONNECTION_H
#define KONEKSI_SERVER_TIME_EPOLL_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/deadlines.h"
#include "server/time/service.h"

struct epoll_connection;

/* What the connections of one loop share. */
struct epoll_shared {
    struct time_service *service;
    int epoll;
    uint64_t now_ns;             /* when epoll_wait came back */
    struct deadlines idle;       /* every connection, by its last byte */
    struct deadlines unfinished; /* lines that have begun */
    struct deadlines draining;   /* those that only throw away what still comes */
    uint32_t live;
    struct epoll_connection *unused; /* ended, their memory kept for new ones */
};

void epoll_shared_init(struct epoll_shared *shared, struct time_service *service, int epoll);

/* Takes over an accepted socket. False when it could not be served: then it was reset and counted. */
bool epoll_connection_begin(struct epoll_shared *shared, const struct accepted *accepted);

/* What epoll_wait has for it, which may have ended meanwhile. */
void epoll_connection_ready(struct epoll_shared *shared, struct epoll_connection *connection);

/* Deals with every deadline that has come. */
void epoll_connections_expire(struct epoll_shared *shared);

/* When the next one comes, DEADLINE_NEVER when there is none. */
uint64_t epoll_connections_next(const struct epoll_shared *shared);

/* Resets all and frees what is kept; epoll_wait is not called any more. */
void epoll_connections_end(struct epoll_shared *shared);

#endif
