/* The usual path costs recv, send, recv and close, no more: what every connection needs is inherited from the listener
 * (service.h), and poll is only called while a line is unfinished. */
#include "server/time/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/time/protocol.h"

struct connection {
    const struct acceptor *acceptor;
    struct time_service *service;
    int fd;
    uint64_t number;
    struct protocol protocol;
    uint64_t watched_line; /* the unfinished line that `deadline_ns` is for */
    uint64_t deadline_ns;  /* 0 while none is unfinished */
};

/* Waits until something can be read, until `deadline_ns` at most. */
static bool is_readable_by(int fd, uint64_t deadline_ns)
{
    for (;;) {
        const uint64_t now = clock_now_ns();
        if (now >= deadline_ns) {
            return false;
        }
        const uint64_t left = deadline_ns - now;
        const struct timespec timeout = {.tv_sec = (time_t)(left / NS_PER_S), .tv_nsec = (long)(left % NS_PER_S)};
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        const int ready = ppoll(&poll_fd, 1, &timeout, NULL);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
    }
}

/* False when the client has gone, or has read nothing for idle_ms. */
static bool send_replies(struct connection *connection, const struct protocol_replies *replies)
{
    if (replies->length == 0) {
        return true;
    }
    size_t done = 0;
    while (done < replies->length) {
        const ssize_t sent = send(connection->fd, replies->bytes + done, replies->length - done, MSG_NOSIGNAL);
        if (sent >= 0) {
            done += (size_t)sent; /* less than all of it: SO_SNDTIMEO, or acceptor_interrupt */
        } else if (errno == EAGAIN) {
            time_counters_evicted(service_counters(connection->service), connection->number);
            return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    time_counters_replied(service_counters(connection->service), connection->number, replies->times, replies->invalid);
    return true;
}

/* Announces the end of the stream first, so that the client may stop. */
static void drain(int fd, char *bytes, size_t size)
{
    shutdown(fd, SHUT_WR);
    const uint64_t deadline_ns = clock_now_ns() + CONNECTION_DRAIN_NS;
    size_t drained = 0;
    while (drained < CONNECTION_DRAIN_BYTES && is_readable_by(fd, deadline_ns)) {
        const ssize_t got = recv(fd, bytes, size, MSG_DONTWAIT);
        if (got <= 0) {
            break;
        }
        drained += (size_t)got;
    }
}

/* A line has to end within unfinished_ms of its first byte, however many bytes come meanwhile. */
static void watch_line(struct connection *connection)
{
    if (!protocol_is_unfinished(&connection->protocol)) {
        connection->deadline_ns = 0;
    } else if (connection->deadline_ns == 0 || connection->watched_line != connection->protocol.lines) {
        connection->watched_line = connection->protocol.lines;
        connection->deadline_ns = clock_now_ns() + service_config(connection->service)->unfinished_ms * NS_PER_MS;
    }
}

/* As recv(2); a line that stays unfinished for too long is answered first. -1 with errno ETIMEDOUT when that reply
 * cannot be sent. */
static ssize_t receive(struct connection *connection, char *bytes, size_t size, struct protocol_replies *replies)
{
    for (;;) {
        const bool unfinished = connection->deadline_ns != 0;
        if (unfinished && !is_readable_by(connection->fd, connection->deadline_ns)) {
            protocol_give_up(&connection->protocol, replies);
            connection->deadline_ns = 0;
            if (!send_replies(connection, replies)) {
                errno = ETIMEDOUT;
                return -1;
            }
            continue;
        }
        const ssize_t got = recv(connection->fd, bytes, size, unfinished ? MSG_DONTWAIT : 0);
        if (got >= 0 || (errno != EINTR && !(unfinished && errno == EAGAIN))) {
            return got;
        }
    }
}

static enum connection_end end_of_stream(struct connection *connection, ssize_t got, struct protocol_replies *replies)
{
    if (acceptor_is_closed(connection->acceptor)) {
        return CONNECTION_RESET;
    }
    if (got == 0) {
        /* Half closed: the client may still wait for the answer to a line that it will never finish. */
        if (protocol_is_unfinished(&connection->protocol)) {
            protocol_give_up(&connection->protocol, replies);
            (void)send_replies(connection, replies);
        }
        return CONNECTION_CLOSE;
    }
    switch (errno) {
    case EAGAIN:
        time_counters_evicted(service_counters(connection->service), connection->number);
        return CONNECTION_RESET;
    case ETIMEDOUT:
        return CONNECTION_RESET;
    default:
        return CONNECTION_CLOSE; /* the client itself has reset it */
    }
}

enum connection_end connection_serve(const struct acceptor *acceptor, int fd, uint64_t number)
{
    struct time_service *const service = acceptor_service(acceptor);
    struct connection connection = {.acceptor = acceptor, .service = service, .fd = fd, .number = number};
    struct protocol_replies replies;
    char bytes[PROTOCOL_INPUT_MOST];
    for (;;) {
        const ssize_t got = receive(&connection, bytes, sizeof bytes, &replies);
        if (got <= 0) {
            return end_of_stream(&connection, got, &replies);
        }
        char clock[PROTOCOL_CLOCK_SIZE];
        wall_clock_now(service_clock(service), clock);
        const struct protocol_input input = {.bytes = bytes, .length = (size_t)got, .clock = clock};
        const enum protocol_next next = protocol_feed(&connection.protocol, &input, &replies);
        if (!send_replies(&connection, &replies)) {
            return CONNECTION_RESET;
        }
        switch (next) {
        case PROTOCOL_GO_ON:
            watch_line(&connection);
            break;
        case PROTOCOL_QUIT:
            return CONNECTION_CLOSE;
        case PROTOCOL_TOO_LONG:
            drain(fd, bytes, sizeof bytes);
            return CONNECTION_CLOSE;
        }
    }
}

int connection_thread_attributes(pthread_attr_t *attributes, size_t stack)
{
    const long least = sysconf(_SC_THREAD_STACK_MIN); /* more than 16 KiB where the vector registers are large */
    const int error = pthread_attr_init(attributes);
    if (error != 0) {
        return error;
    }
    return pthread_attr_setstacksize(attributes, (long)stack < least ? (size_t)least : stack);
}

void connection_will_reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void connection_close(int fd, enum connection_end end)
{
    if (end == CONNECTION_RESET) {
        connection_will_reset(fd);
    }
    close(fd);
}
