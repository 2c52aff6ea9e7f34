/* One connection of a loop (server_loops.h), all but its I/O: the protocol, the deadlines and what follows from them.
 * How bytes are received and sent is the model's, which has this as the first member of its own connection.
 *
 * Deadlines stand in lists (deadlines.h): setting one costs a few stores. For the loop's thread alone. */
#ifndef KONEKSI_SERVER_TIME_LOOP_CONNECTION_H
#define KONEKSI_SERVER_TIME_LOOP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/deadlines.h"
#include "server/time/connection.h"
#include "server/time/protocol.h"
#include "server/time/service.h"

struct loop_connection {
    struct deadline idle;
    struct deadline due; /* among the unfinished or the draining */
    struct protocol protocol;
    uint64_t number;
    uint64_t watched_line; /* the unfinished line that `due` is for */
    int fd;
    uint32_t drained;
    bool is_draining;
};

/* The connections of one loop. */
struct loop_connections {
    struct time_service *service;
    const struct loop_io *io;
    uint64_t now_ns;             /* when the loop last woke up */
    struct deadlines idle;       /* every connection, by its last byte */
    struct deadlines unfinished; /* lines that have begun */
    struct deadlines draining;   /* those that only throw away what still comes */
};

/* The model's part. */
struct loop_io {
    /* Sends `replies`, then calls loop_connection_replied with `next`; meanwhile nothing that comes is fed. */
    void (*send)(struct loop_connections *all, struct loop_connection *connection,
                 const struct protocol_replies *replies, enum protocol_next next);

    /* Calls loop_connection_forget, closes the connection and reports that to the service. */
    void (*end)(struct loop_connections *all, struct loop_connection *connection, enum connection_end how);
};

void loop_connections_init(struct loop_connections *all, struct time_service *service, const struct loop_io *io);

void loop_connection_begin(struct loop_connections *all, struct loop_connection *connection,
                           const struct accepted *accepted);

/* The client sent `got` bytes; 0: it sends no more. */
void loop_connection_received(struct loop_connections *all, struct loop_connection *connection, const char *bytes,
                              size_t got);

/* The client took some of the replies that are being sent. */
void loop_connection_touch(struct loop_connections *all, struct loop_connection *connection);

/* All of them were sent: so many lines of each kind. */
void loop_connection_replied(struct loop_connections *all, struct loop_connection *connection, uint32_t times,
                             uint32_t invalid, enum protocol_next next);

/* It has no deadline any more. */
void loop_connection_forget(struct loop_connection *connection);

/* Deals with every deadline that has come. */
void loop_connections_expire(struct loop_connections *all);

/* When the next one comes, DEADLINE_NEVER when there is none. */
uint64_t loop_connections_next(const struct loop_connections *all);

/* Resets all. */
void loop_connections_end(struct loop_connections *all);

#endif
