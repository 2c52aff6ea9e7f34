/* One connection of a loop of the uring model: loop_connection.h over requests to the kernel, whose answers come later.
 * For the loop's thread alone. */
#ifndef KONEKSI_SERVER_TIME_URING_CONNECTION_H
#define KONEKSI_SERVER_TIME_URING_CONNECTION_H

#include <stdint.h>

#include "base/uring.h"
#include "server/time/loop_connection.h"

struct uring_connection;

/* What the connections of one loop share. */
struct uring_shared {
    struct loop_connections all;
    struct io_uring *ring;
    uint32_t live;                   /* not closed yet */
    struct uring_connection *unused; /* closed, their memory kept for new ones */
    char input[PROTOCOL_INPUT_MOST]; /* of the one that is looked at, where it sent many requests at once */
};

/* What a completion is about: the low bits of its user_data, the rest of which is the address of a connection. */
enum uring_request {
    URING_RECEIVE,
    URING_SEND,
    URING_CLOSE,
    URING_CANCEL, /* nothing waits for it */
    URING_ACCEPT, /* this and the next are the loop's own */
    URING_WAKEUP,
    URING_REQUEST_MASK = 7,
};

void uring_shared_init(struct uring_shared *shared, struct time_service *service, struct io_uring *ring);

/* Asks for the end of the request with this user_data, or with IORING_ASYNC_CANCEL_ALL of all such, which then complete
 * with ECANCELED or what they had done. */
void uring_cancel(struct io_uring *ring, uint64_t user_data, int flags);

/* Takes over an accepted socket. Where it could not be served it was reset and counted. */
void uring_connection_begin(struct uring_shared *shared, const struct accepted *accepted);

/* A request of a connection has completed with `result`: a number, or -errno. */
void uring_connection_completed(struct uring_shared *shared, uint64_t user_data, int result);

/* Frees what is kept; there is no live one. */
void uring_connections_free(struct uring_shared *shared);

#endif
