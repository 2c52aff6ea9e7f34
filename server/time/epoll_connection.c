#include "server/time/epoll_connection.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define NO_FD (-1) /* of a connection that has ended */

/* Replies that the client has not taken. While there are some nothing is received. */
struct backlog {
    size_t length;
    size_t sent;
    uint32_t times;
    uint32_t invalid;
    enum protocol_next next; /* once all is sent */
    char bytes[];
};

struct epoll_connection {
    struct loop_connection common; /* first: the one is found by the other */
    struct backlog *backlog;
    struct epoll_connection *next_unused;
};

static struct epoll_connection *take_unused(struct epoll_shared *shared)
{
    struct epoll_connection *const connection = shared->unused;
    if (connection == NULL) {
        return malloc(sizeof *connection);
    }
    shared->unused = connection->next_unused;
    return connection;
}

/* Not freed: close(2) takes a socket out of the epoll only with its last descriptor, and a process that the panel is
 * just spawning has copies of all until it executes its program (epoll(7), questions and answers). So epoll_wait may
 * still report events of a connection that has ended. Where its memory serves another one by then, that one finds
 * nothing to do. */
static void leave_unused(struct epoll_shared *shared, struct epoll_connection *connection)
{
    connection->common.fd = NO_FD;
    connection->next_unused = shared->unused;
    shared->unused = connection;
}

bool epoll_connection_begin(struct epoll_shared *shared, const struct accepted *accepted)
{
    struct epoll_connection *const connection = take_unused(shared);
    int error = ENOMEM;
    if (connection != NULL) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        error = epoll_ctl(shared->epoll, EPOLL_CTL_ADD, accepted->fd, &event) == 0 ? 0 : errno;
    }
    if (error != 0) {
        if (connection != NULL) {
            leave_unused(shared, connection);
        }
        connection_close(accepted->fd, CONNECTION_RESET);
        service_closed(shared->all.service);
        service_refused(shared->all.service, error);
        return false;
    }
    connection->backlog = NULL;
    loop_connection_begin(&shared->all, &connection->common, accepted);
    return true;
}

static void end(struct loop_connections *all, struct loop_connection *common, enum connection_end how)
{
    struct epoll_connection *const connection = (struct epoll_connection *)common;
    loop_connection_forget(common);
    connection_close(common->fd, how);
    free(connection->backlog);
    connection->backlog = NULL;
    leave_unused((struct epoll_shared *)all, connection);
    service_closed(all->service);
}

/* Waits for EPOLLIN or EPOLLOUT. */
static bool await(const struct epoll_shared *shared, struct epoll_connection *connection, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = connection};
    return epoll_ctl(shared->epoll, EPOLL_CTL_MOD, connection->common.fd, &event) == 0;
}

/* Keeps what send did not take, and waits for room instead of for bytes. */
static bool keep(struct epoll_shared *shared, struct epoll_connection *connection,
                 const struct protocol_replies *replies, size_t sent, enum protocol_next next)
{
    const size_t length = replies->length - sent;
    struct backlog *const backlog = malloc(sizeof *backlog + length);
    if (backlog == NULL || !await(shared, connection, EPOLLOUT)) {
        free(backlog);
        return false;
    }
    *backlog = (struct backlog){.length = length, .times = replies->times, .invalid = replies->invalid, .next = next};
    memcpy(backlog->bytes, replies->bytes + sent, length);
    connection->backlog = backlog;
    deadline_clear(&connection->common.due);
    return true;
}

/* What the client does not take now is sent later. */
static void send_replies(struct loop_connections *all, struct loop_connection *common,
                         const struct protocol_replies *replies, enum protocol_next next)
{
    ssize_t sent = send(common->fd, replies->bytes, replies->length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
        sent = 0;
    }
    if (sent == (ssize_t)replies->length) {
        loop_connection_replied(all, common, replies->times, replies->invalid, next);
    } else if (sent < 0 ||
               !keep((struct epoll_shared *)all, (struct epoll_connection *)common, replies, (size_t)sent, next)) {
        end(all, common, CONNECTION_RESET);
    }
}

void epoll_shared_init(struct epoll_shared *shared, struct time_service *service, int epoll)
{
    static const struct loop_io io = {.send = send_replies, .end = end};
    *shared = (struct epoll_shared){.epoll = epoll};
    loop_connections_init(&shared->all, service, &io);
}

static void flush(struct epoll_shared *shared, struct epoll_connection *connection)
{
    struct backlog *const backlog = connection->backlog;
    const ssize_t sent =
        send(connection->common.fd, backlog->bytes + backlog->sent, backlog->length - backlog->sent, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) {
            end(&shared->all, &connection->common, CONNECTION_RESET);
        }
        return;
    }
    backlog->sent += (size_t)sent;
    loop_connection_touch(&shared->all, &connection->common);
    if (backlog->sent < backlog->length) {
        return;
    }
    if (!await(shared, connection, EPOLLIN)) {
        end(&shared->all, &connection->common, CONNECTION_RESET);
        return;
    }
    const struct backlog sent_now = *backlog;
    connection->backlog = NULL;
    free(backlog);
    loop_connection_replied(&shared->all, &connection->common, sent_now.times, sent_now.invalid, sent_now.next);
}

void epoll_connection_ready(struct epoll_shared *shared, struct epoll_connection *connection)
{
    if (connection->common.fd == NO_FD) {
        return;
    }
    if (connection->backlog != NULL) {
        flush(shared, connection);
        return;
    }
    char bytes[PROTOCOL_INPUT_MOST];
    const ssize_t got = recv(connection->common.fd, bytes, sizeof bytes, 0);
    if (got >= 0) {
        loop_connection_received(&shared->all, &connection->common, bytes, (size_t)got);
    } else if (errno != EAGAIN && errno != EINTR) {
        end(&shared->all, &connection->common, CONNECTION_CLOSE); /* the client itself has reset it */
    }
}

void epoll_connections_end(struct epoll_shared *shared)
{
    loop_connections_end(&shared->all);
    while (shared->unused != NULL) {
        free(take_unused(shared));
    }
}
