/* A connection has at most one recv and one send with the kernel at a time. While it sends, the next recv is with the
 * kernel already, but what that brings is only looked at when all is sent. It is closed when the kernel has neither:
 * until then the socket is in use. */
#include "server/time/uring_connection.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

/* Bytes of one recv of the ring's. */
#define INPUT_SIZE 64
/* The usual replies, which take no memory of their own. */
#define OUTPUT_SIZE 32
#define NOTHING_HELD INT32_MIN

struct uring_connection {
    struct loop_connection common; /* first: the one is found by the other */
    struct uring_connection *next_unused;
    bool is_receiving; /* the kernel has a recv */
    bool is_sending;
    bool is_ending; /* to be closed as `how` says */
    bool is_closing;
    enum connection_end how;
    int held; /* what a recv brought while this sends */
    struct {
        char *bytes; /* `output`, or allocated */
        uint32_t length, sent;
        uint32_t times, invalid;
        enum protocol_next next;
    } replies;
    char output[OUTPUT_SIZE];
    char input[INPUT_SIZE];
};

_Static_assert(alignof(struct uring_connection) > URING_REQUEST_MASK, "the low bits of its address are not free");

void uring_cancel(struct io_uring *ring, uint64_t user_data, int flags)
{
    struct io_uring_sqe *const sqe = uring_next(ring, 1);
    io_uring_prep_cancel64(sqe, user_data, flags);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS; /* nobody looks at it, and when thousands end there is no room for as many */
    sqe->user_data = URING_CANCEL;
}

static uint64_t data_of(const struct uring_connection *connection, enum uring_request request)
{
    return (uintptr_t)connection | request;
}

static struct uring_connection *take_unused(struct uring_shared *shared)
{
    struct uring_connection *const connection = shared->unused;
    if (connection == NULL) {
        return malloc(sizeof *connection);
    }
    shared->unused = connection->next_unused;
    return connection;
}

static void receive(struct uring_shared *shared, struct uring_connection *connection)
{
    struct io_uring_sqe *const sqe = uring_next(shared->ring, 1);
    io_uring_prep_recv(sqe, connection->common.fd, connection->input, sizeof connection->input, 0);
    if (connection->is_sending) {
        sqe->ioprio |= IORING_RECVSEND_POLL_FIRST; /* who waits for a reply has sent nothing more yet */
    }
    sqe->user_data = data_of(connection, URING_RECEIVE);
    connection->is_receiving = true;
}

void uring_connection_begin(struct uring_shared *shared, const struct accepted *accepted)
{
    struct uring_connection *const connection = take_unused(shared);
    if (connection == NULL) {
        connection_close(accepted->fd, CONNECTION_RESET);
        service_closed(shared->all.service);
        service_refused(shared->all.service, ENOMEM);
        return;
    }
    connection->is_sending = false;
    connection->is_ending = false;
    connection->is_closing = false;
    connection->held = NOTHING_HELD;
    connection->replies.bytes = connection->output;
    loop_connection_begin(&shared->all, &connection->common, accepted);
    shared->live++;
    receive(shared, connection);
}

/* Once the kernel has nothing of it. */
static void close_if_idle(struct uring_shared *shared, struct uring_connection *connection)
{
    if (connection->is_receiving || connection->is_sending || connection->is_closing) {
        return;
    }
    connection->is_closing = true;
    if (connection->how == CONNECTION_RESET) {
        connection_will_reset(connection->common.fd);
    }
    struct io_uring_sqe *const sqe = uring_next(shared->ring, 1);
    io_uring_prep_close(sqe, connection->common.fd);
    sqe->user_data = data_of(connection, URING_CLOSE);
}

static void end(struct loop_connections *all, struct loop_connection *common, enum connection_end how)
{
    struct uring_shared *const shared = (struct uring_shared *)all;
    struct uring_connection *const connection = (struct uring_connection *)common;
    loop_connection_forget(common);
    connection->is_ending = true;
    connection->how = how;
    if (connection->is_receiving) {
        uring_cancel(shared->ring, data_of(connection, URING_RECEIVE), 0);
    }
    if (connection->is_sending) {
        uring_cancel(shared->ring, data_of(connection, URING_SEND), 0);
    }
    close_if_idle(shared, connection);
}

static void send_rest(struct uring_shared *shared, struct uring_connection *connection)
{
    const uint32_t sent = connection->replies.sent;
    struct io_uring_sqe *const sqe = uring_next(shared->ring, 1);
    io_uring_prep_send(sqe, connection->common.fd, connection->replies.bytes + sent, connection->replies.length - sent,
                       MSG_NOSIGNAL);
    sqe->user_data = data_of(connection, URING_SEND);
    connection->is_sending = true;
}

static void send_replies(struct loop_connections *all, struct loop_connection *common,
                         const struct protocol_replies *replies, enum protocol_next next)
{
    struct uring_connection *const connection = (struct uring_connection *)common;
    if (replies->length > OUTPUT_SIZE) {
        char *const bytes = malloc(replies->length);
        if (bytes == NULL) {
            end(all, common, CONNECTION_RESET);
            return;
        }
        connection->replies.bytes = bytes;
    }
    memcpy(connection->replies.bytes, replies->bytes, replies->length);
    connection->replies.length = (uint32_t)replies->length;
    connection->replies.sent = 0;
    connection->replies.times = replies->times;
    connection->replies.invalid = replies->invalid;
    connection->replies.next = next;
    deadline_clear(&common->due);
    send_rest((struct uring_shared *)all, connection);
}

void uring_shared_init(struct uring_shared *shared, struct time_service *service, struct io_uring *ring)
{
    static const struct loop_io io = {.send = send_replies, .end = end};
    *shared = (struct uring_shared){.ring = ring};
    loop_connections_init(&shared->all, service, &io);
}

static void forget_replies(struct uring_connection *connection)
{
    if (connection->replies.bytes != connection->output) {
        free(connection->replies.bytes);
        connection->replies.bytes = connection->output;
    }
}

static void sent(struct uring_shared *shared, struct uring_connection *connection, int result)
{
    if (result < 0 && result != -EINTR && result != -EAGAIN) {
        end(&shared->all, &connection->common, CONNECTION_RESET);
        return;
    }
    if (result > 0) {
        connection->replies.sent += (uint32_t)result;
        loop_connection_touch(&shared->all, &connection->common);
    }
    if (connection->replies.sent < connection->replies.length) {
        send_rest(shared, connection);
        return;
    }
    forget_replies(connection);
    loop_connection_replied(&shared->all, &connection->common, connection->replies.times, connection->replies.invalid,
                            connection->replies.next);
}

/* A client that sends many requests at once has more than fits: that is taken at once. */
static void received_all(struct uring_shared *shared, struct uring_connection *connection)
{
    memcpy(shared->input, connection->input, INPUT_SIZE);
    const ssize_t more =
        recv(connection->common.fd, shared->input + INPUT_SIZE, sizeof shared->input - INPUT_SIZE, MSG_DONTWAIT);
    loop_connection_received(&shared->all, &connection->common, shared->input,
                             INPUT_SIZE + (more > 0 ? (size_t)more : 0)); /* an error or the end comes again */
}

static void received(struct uring_shared *shared, struct uring_connection *connection, int result)
{
    if (result == INPUT_SIZE) {
        received_all(shared, connection);
    } else if (result >= 0) {
        loop_connection_received(&shared->all, &connection->common, connection->input, (size_t)result);
    } else if (result != -EINTR && result != -EAGAIN) {
        end(&shared->all, &connection->common, CONNECTION_CLOSE); /* the client itself has reset it */
    }
}

static void closed(struct uring_shared *shared, struct uring_connection *connection)
{
    forget_replies(connection);
    connection->next_unused = shared->unused;
    shared->unused = connection;
    shared->live--;
    service_closed(shared->all.service);
}

/* Looks at what was held, and waits for more. */
static void go_on(struct uring_shared *shared, struct uring_connection *connection)
{
    if (!connection->is_ending && !connection->is_sending && connection->held != NOTHING_HELD) {
        const int result = connection->held;
        connection->held = NOTHING_HELD;
        received(shared, connection, result);
    }
    if (connection->is_ending) {
        close_if_idle(shared, connection);
    } else if (!connection->is_receiving && connection->held == NOTHING_HELD &&
               !(connection->is_sending && connection->replies.next == PROTOCOL_QUIT)) {
        receive(shared, connection);
    }
}

void uring_connection_completed(struct uring_shared *shared, uint64_t user_data, int result)
{
    struct uring_connection *const connection =
        (struct uring_connection *)(uintptr_t)(user_data & ~(uint64_t)URING_REQUEST_MASK);
    switch (user_data & URING_REQUEST_MASK) {
    case URING_RECEIVE:
        connection->is_receiving = false;
        connection->held = result;
        break;
    case URING_SEND:
        connection->is_sending = false;
        if (!connection->is_ending) {
            sent(shared, connection, result);
        }
        break;
    case URING_CLOSE:
        closed(shared, connection);
        return;
    default:
        return;
    }
    go_on(shared, connection);
}

void uring_connections_free(struct uring_shared *shared)
{
    while (shared->unused != NULL) {
        free(take_unused(shared));
    }
}
