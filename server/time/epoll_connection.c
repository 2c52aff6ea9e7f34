#include "server/time/epoll_connection.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "server/time/connection.h"
#include "server/time/protocol.h"

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
    struct deadline idle;
    struct deadline due; /* among the unfinished or the draining */
    struct protocol protocol;
    struct backlog *backlog;
    uint64_t number;
    uint64_t watched_line; /* the unfinished line that `due` is for */
    struct epoll_connection *next_unused;
    int fd;
    uint32_t drained;
    bool is_draining;
};

#define OWNER(pointer, member)                                                                                         \
    ((struct epoll_connection *)((char *)(pointer)-offsetof(struct epoll_connection, member)))

void epoll_shared_init(struct epoll_shared *shared, struct time_service *service, int epoll)
{
    const struct time_server_config *const config = service_config(service);
    *shared = (struct epoll_shared){.service = service, .epoll = epoll, .now_ns = clock_now_ns()};
    deadlines_init(&shared->idle, config->idle_ms * NS_PER_MS);
    deadlines_init(&shared->unfinished, config->unfinished_ms * NS_PER_MS);
    deadlines_init(&shared->draining, CONNECTION_DRAIN_NS);
}

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
    connection->fd = NO_FD;
    connection->next_unused = shared->unused;
    shared->unused = connection;
}

bool epoll_connection_begin(struct epoll_shared *shared, const struct accepted *accepted)
{
    struct epoll_connection *const connection = take_unused(shared);
    int error = ENOMEM;
    if (connection != NULL) {
        *connection = (struct epoll_connection){.fd = accepted->fd, .number = accepted->number};
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        error = epoll_ctl(shared->epoll, EPOLL_CTL_ADD, accepted->fd, &event) == 0 ? 0 : errno;
    }
    if (error != 0) {
        if (connection != NULL) {
            leave_unused(shared, connection);
        }
        connection_close(accepted->fd, CONNECTION_RESET);
        service_closed(shared->service);
        service_refused(shared->service, error);
        return false;
    }
    deadlines_set(&shared->idle, &connection->idle, shared->now_ns);
    shared->live++;
    return true;
}

static void end(struct epoll_shared *shared, struct epoll_connection *connection, enum connection_end how)
{
    deadline_clear(&connection->idle);
    deadline_clear(&connection->due);
    connection_close(connection->fd, how);
    free(connection->backlog);
    connection->backlog = NULL;
    leave_unused(shared, connection);
    shared->live--;
    service_closed(shared->service);
}

/* Announces the end of the stream first, so that the client may stop. */
static void begin_draining(struct epoll_shared *shared, struct epoll_connection *connection)
{
    shutdown(connection->fd, SHUT_WR);
    connection->is_draining = true;
    deadline_clear(&connection->due);
    deadlines_set(&shared->draining, &connection->due, shared->now_ns);
}

/* A line has to end within unfinished_ms of its first byte, however many bytes come meanwhile. */
static void watch_line(struct epoll_shared *shared, struct epoll_connection *connection)
{
    if (!protocol_is_unfinished(&connection->protocol)) {
        deadline_clear(&connection->due);
    } else if (!deadline_is_set(&connection->due) || connection->watched_line != connection->protocol.lines) {
        connection->watched_line = connection->protocol.lines;
        deadlines_set(&shared->unfinished, &connection->due, shared->now_ns);
    }
}

/* All replies have been sent. */
static void go_on(struct epoll_shared *shared, struct epoll_connection *connection, enum protocol_next next)
{
    switch (next) {
    case PROTOCOL_GO_ON:
        watch_line(shared, connection);
        break;
    case PROTOCOL_QUIT:
        end(shared, connection, CONNECTION_CLOSE);
        break;
    case PROTOCOL_TOO_LONG:
        begin_draining(shared, connection);
        break;
    }
}

/* Keeps what send did not take, and waits for room instead of for bytes. */
static bool keep(struct epoll_shared *shared, struct epoll_connection *connection,
                 const struct protocol_replies *replies, size_t sent, enum protocol_next next)
{
    const size_t length = replies->length - sent;
    struct backlog *const backlog = malloc(sizeof *backlog + length);
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = connection};
    if (backlog == NULL || epoll_ctl(shared->epoll, EPOLL_CTL_MOD, connection->fd, &event) != 0) {
        free(backlog);
        return false;
    }
    *backlog = (struct backlog){.length = length, .times = replies->times, .invalid = replies->invalid, .next = next};
    memcpy(backlog->bytes, replies->bytes + sent, length);
    connection->backlog = backlog;
    deadline_clear(&connection->due);
    return true;
}

/* Sends, and goes on with `next`; what the client does not take now is sent later. */
static void reply(struct epoll_shared *shared, struct epoll_connection *connection,
                  const struct protocol_replies *replies, enum protocol_next next)
{
    if (replies->length > 0) {
        ssize_t sent = send(connection->fd, replies->bytes, replies->length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            sent = 0;
        }
        if (sent != (ssize_t)replies->length) {
            if (sent < 0 || !keep(shared, connection, replies, (size_t)sent, next)) {
                end(shared, connection, CONNECTION_RESET);
            }
            return;
        }
        time_counters_replied(service_counters(shared->service), connection->number, replies->times, replies->invalid);
    }
    go_on(shared, connection, next);
}

static void flush(struct epoll_shared *shared, struct epoll_connection *connection)
{
    struct backlog *const backlog = connection->backlog;
    const ssize_t sent =
        send(connection->fd, backlog->bytes + backlog->sent, backlog->length - backlog->sent, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) {
            end(shared, connection, CONNECTION_RESET);
        }
        return;
    }
    backlog->sent += (size_t)sent;
    deadlines_set(&shared->idle, &connection->idle, shared->now_ns);
    if (backlog->sent < backlog->length) {
        return;
    }
    const enum protocol_next next = backlog->next;
    time_counters_replied(service_counters(shared->service), connection->number, backlog->times, backlog->invalid);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(shared->epoll, EPOLL_CTL_MOD, connection->fd, &event) != 0) {
        end(shared, connection, CONNECTION_RESET);
        return;
    }
    connection->backlog = NULL;
    free(backlog);
    go_on(shared, connection, next);
}

static void throw_away(struct epoll_shared *shared, struct epoll_connection *connection, ssize_t got)
{
    connection->drained += (uint32_t)got;
    if (connection->drained >= CONNECTION_DRAIN_BYTES) {
        end(shared, connection, CONNECTION_CLOSE);
    }
}

/* Half closed: the client may still wait for the answer to a line that it will never finish. */
static void end_of_stream(struct epoll_shared *shared, struct epoll_connection *connection)
{
    if (connection->is_draining || !protocol_is_unfinished(&connection->protocol)) {
        end(shared, connection, CONNECTION_CLOSE);
        return;
    }
    struct protocol_replies replies;
    protocol_give_up(&connection->protocol, &replies);
    reply(shared, connection, &replies, PROTOCOL_QUIT);
}

static void take(struct epoll_shared *shared, struct epoll_connection *connection, const char *bytes, size_t length)
{
    struct protocol_replies replies;
    char clock[PROTOCOL_CLOCK_SIZE];
    wall_clock_now(service_clock(shared->service), clock);
    const struct protocol_input input = {.bytes = bytes, .length = length, .clock = clock};
    const enum protocol_next next = protocol_feed(&connection->protocol, &input, &replies);
    deadlines_set(&shared->idle, &connection->idle, shared->now_ns);
    reply(shared, connection, &replies, next);
}

void epoll_connection_ready(struct epoll_shared *shared, struct epoll_connection *connection)
{
    if (connection->fd == NO_FD) {
        return;
    }
    if (connection->backlog != NULL) {
        flush(shared, connection);
        return;
    }
    char bytes[PROTOCOL_INPUT_MOST];
    const ssize_t got = recv(connection->fd, bytes, sizeof bytes, 0);
    if (got > 0 && connection->is_draining) {
        throw_away(shared, connection, got);
    } else if (got > 0) {
        take(shared, connection, bytes, (size_t)got);
    } else if (got == 0) {
        end_of_stream(shared, connection);
    } else if (errno != EAGAIN && errno != EINTR) {
        end(shared, connection, CONNECTION_CLOSE); /* the client itself has reset it */
    }
}

static struct deadline *first_due(struct deadlines *deadlines, uint64_t now_ns)
{
    return deadlines_next(deadlines) <= now_ns ? deadlines_first(deadlines) : NULL;
}

static void give_up_line(struct epoll_shared *shared, struct epoll_connection *connection)
{
    struct protocol_replies replies;
    protocol_give_up(&connection->protocol, &replies);
    reply(shared, connection, &replies, PROTOCOL_GO_ON);
}

void epoll_connections_expire(struct epoll_shared *shared)
{
    struct deadline *due = NULL;
    while ((due = first_due(&shared->draining, shared->now_ns)) != NULL) {
        end(shared, OWNER(due, due), CONNECTION_CLOSE);
    }
    while ((due = first_due(&shared->unfinished, shared->now_ns)) != NULL) {
        give_up_line(shared, OWNER(due, due));
    }
    while ((due = first_due(&shared->idle, shared->now_ns)) != NULL) {
        struct epoll_connection *const connection = OWNER(due, idle);
        time_counters_evicted(service_counters(shared->service), connection->number);
        end(shared, connection, CONNECTION_RESET);
    }
}

uint64_t epoll_connections_next(const struct epoll_shared *shared)
{
    const uint64_t each[] = {deadlines_next(&shared->idle), deadlines_next(&shared->unfinished),
                             deadlines_next(&shared->draining)};
    uint64_t next = DEADLINE_NEVER;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        next = each[i] < next ? each[i] : next;
    }
    return next;
}

void epoll_connections_end(struct epoll_shared *shared)
{
    struct deadline *each = NULL;
    while ((each = deadlines_first(&shared->idle)) != NULL) {
        end(shared, OWNER(each, idle), CONNECTION_RESET);
    }
    while (shared->unused != NULL) {
        free(take_unused(shared));
    }
}
