#include "server/time/loop_connection.h"

#include <sys/socket.h>

#include "base/clock.h"

#define OWNER(pointer, member) ((struct loop_connection *)((char *)(pointer)-offsetof(struct loop_connection, member)))

void loop_connections_init(struct loop_connections *all, struct time_service *service, const struct loop_io *io)
{
    const struct time_server_config *const config = service_config(service);
    *all = (struct loop_connections){.service = service, .io = io, .now_ns = clock_now_ns()};
    deadlines_init(&all->idle, config->idle_ms * NS_PER_MS);
    deadlines_init(&all->unfinished, config->unfinished_ms * NS_PER_MS);
    deadlines_init(&all->draining, CONNECTION_DRAIN_NS);
}

void loop_connection_begin(struct loop_connections *all, struct loop_connection *connection,
                           const struct accepted *accepted)
{
    *connection = (struct loop_connection){.fd = accepted->fd, .number = accepted->number};
    loop_connection_touch(all, connection);
}

void loop_connection_touch(struct loop_connections *all, struct loop_connection *connection)
{
    deadlines_set(&all->idle, &connection->idle, all->now_ns);
}

void loop_connection_forget(struct loop_connection *connection)
{
    deadline_clear(&connection->idle);
    deadline_clear(&connection->due);
}

/* Announces the end of the stream first, so that the client may stop. */
static void begin_draining(struct loop_connections *all, struct loop_connection *connection)
{
    shutdown(connection->fd, SHUT_WR);
    connection->is_draining = true;
    deadline_clear(&connection->due);
    deadlines_set(&all->draining, &connection->due, all->now_ns);
}

/* A line has to end within unfinished_ms of its first byte, however many bytes come meanwhile. */
static void watch_line(struct loop_connections *all, struct loop_connection *connection)
{
    if (!protocol_is_unfinished(&connection->protocol)) {
        deadline_clear(&connection->due);
    } else if (!deadline_is_set(&connection->due) || connection->watched_line != connection->protocol.lines) {
        connection->watched_line = connection->protocol.lines;
        deadlines_set(&all->unfinished, &connection->due, all->now_ns);
    }
}

/* All replies have been sent. */
static void go_on(struct loop_connections *all, struct loop_connection *connection, enum protocol_next next)
{
    switch (next) {
    case PROTOCOL_GO_ON:
        watch_line(all, connection);
        break;
    case PROTOCOL_QUIT:
        all->io->end(all, connection, CONNECTION_CLOSE);
        break;
    case PROTOCOL_TOO_LONG:
        begin_draining(all, connection);
        break;
    }
}

void loop_connection_replied(struct loop_connections *all, struct loop_connection *connection, uint32_t times,
                             uint32_t invalid, enum protocol_next next)
{
    time_counters_replied(service_counters(all->service), connection->number, times, invalid);
    go_on(all, connection, next);
}

static void reply(struct loop_connections *all, struct loop_connection *connection,
                  const struct protocol_replies *replies, enum protocol_next next)
{
    if (replies->length > 0) {
        all->io->send(all, connection, replies, next);
    } else {
        go_on(all, connection, next);
    }
}

static void give_up_line(struct loop_connections *all, struct loop_connection *connection, enum protocol_next next)
{
    struct protocol_replies replies;
    protocol_give_up(&connection->protocol, &replies);
    reply(all, connection, &replies, next);
}

static void throw_away(struct loop_connections *all, struct loop_connection *connection, size_t got)
{
    connection->drained += (uint32_t)got;
    if (connection->drained >= CONNECTION_DRAIN_BYTES) {
        all->io->end(all, connection, CONNECTION_CLOSE);
    }
}

/* Half closed: the client may still wait for the answer to a line that it will never finish. */
static void end_of_stream(struct loop_connections *all, struct loop_connection *connection)
{
    if (connection->is_draining || !protocol_is_unfinished(&connection->protocol)) {
        all->io->end(all, connection, CONNECTION_CLOSE);
    } else {
        give_up_line(all, connection, PROTOCOL_QUIT);
    }
}

static void take(struct loop_connections *all, struct loop_connection *connection, const char *bytes, size_t length)
{
    struct protocol_replies replies;
    char clock[PROTOCOL_CLOCK_SIZE];
    wall_clock_now(service_clock(all->service), clock);
    const struct protocol_input input = {.bytes = bytes, .length = length, .clock = clock};
    const enum protocol_next next = protocol_feed(&connection->protocol, &input, &replies);
    loop_connection_touch(all, connection);
    reply(all, connection, &replies, next);
}

void loop_connection_received(struct loop_connections *all, struct loop_connection *connection, const char *bytes,
                              size_t got)
{
    if (got == 0) {
        end_of_stream(all, connection);
    } else if (connection->is_draining) {
        throw_away(all, connection, got);
    } else {
        take(all, connection, bytes, got);
    }
}

static struct deadline *first_due(struct deadlines *deadlines, uint64_t now_ns)
{
    return deadlines_next(deadlines) <= now_ns ? deadlines_first(deadlines) : NULL;
}

void loop_connections_expire(struct loop_connections *all)
{
    struct deadline *due = NULL;
    while ((due = first_due(&all->draining, all->now_ns)) != NULL) {
        all->io->end(all, OWNER(due, due), CONNECTION_CLOSE);
    }
    while ((due = first_due(&all->unfinished, all->now_ns)) != NULL) {
        give_up_line(all, OWNER(due, due), PROTOCOL_GO_ON);
    }
    while ((due = first_due(&all->idle, all->now_ns)) != NULL) {
        struct loop_connection *const connection = OWNER(due, idle);
        time_counters_evicted(service_counters(all->service), connection->number);
        all->io->end(all, connection, CONNECTION_RESET);
    }
}

uint64_t loop_connections_next(const struct loop_connections *all)
{
    const uint64_t each[] = {deadlines_next(&all->idle), deadlines_next(&all->unfinished),
                             deadlines_next(&all->draining)};
    uint64_t next = DEADLINE_NEVER;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        next = each[i] < next ? each[i] : next;
    }
    return next;
}

void loop_connections_end(struct loop_connections *all)
{
    struct deadline *each = NULL;
    while ((each = deadlines_first(&all->idle)) != NULL) {
        all->io->end(all, OWNER(each, idle), CONNECTION_RESET);
    }
}
