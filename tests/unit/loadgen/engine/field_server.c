#include "tests/unit/loadgen/engine/field_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct field_connection {
    struct field_server *server;
    int fd;
};

static void field_say(const struct field_server *server, int fd, const char *text)
{
    const size_t whole = strlen(text);
    const size_t step = server->manners.byte_ms != 0 ? 1 : whole;
    const struct timespec pause = {.tv_nsec = server->manners.byte_ms * 1000000L};
    for (size_t sent = 0; sent < whole && send(fd, text + sent, step, MSG_NOSIGNAL) > 0; sent += step) {
        nanosleep(&pause, NULL);
    }
}

/* Until the client has enough of it. */
static void field_say_endlessly(int fd)
{
    char block[4096];
    memset(block, 'x', sizeof block);
    while (send(fd, block, sizeof block, MSG_NOSIGNAL) > 0) {
    }
}

static void field_answer(const struct field_server *server, int fd, const char *request, bool first)
{
    const struct field_manners *const manners = &server->manners;
    const bool empty_line = strstr(request, "\r\n\r\n") != NULL;
    const char *const reply = first || manners->later == NULL ? manners->reply : manners->later;
    if (manners->endless && (!first || reply == NULL)) {
        field_say_endlessly(fd);
    } else if (empty_line && manners->refuse != NULL) {
        field_say(server, fd, manners->refuse);
    } else if (reply != NULL) {
        field_say(server, fd, reply);
        if (empty_line && manners->extra != NULL) {
            field_say(server, fd, manners->extra);
        }
    }
}

static void *field_serve(void *argument)
{
    struct field_connection *const connection = argument;
    struct field_server *const server = connection->server;
    const int fd = connection->fd;
    const int one = 1;
    free(connection);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    unsigned answered = 0;
    char request[64];
    for (ssize_t length = 0; (length = recv(fd, request, sizeof request - 1, 0)) > 0;) {
        request[length] = '\0';
        field_answer(server, fd, request, answered == 0);
        if (++answered == server->manners.closes_after) {
            break;
        }
    }
    close(fd);
    atomic_fetch_sub(&server->live, 1);
    return NULL;
}

static void *field_accept(void *argument)
{
    struct field_server *const server = argument;
    for (int fd = 0; (fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0;) {
        if (atomic_load(&server->stopping)) {
            close(fd);
            return NULL;
        }
        struct field_connection *const connection = malloc(sizeof *connection);
        pthread_t thread;
        if (connection == NULL) {
            abort();
        }
        *connection = (struct field_connection){server, fd};
        atomic_fetch_add(&server->live, 1);
        if (pthread_create(&thread, NULL, field_serve, connection) != 0 || pthread_detach(thread) != 0) {
            abort();
        }
    }
    return NULL;
}

struct field_server *field_start(struct field_manners manners)
{
    struct field_server *const server = calloc(1, sizeof *server);
    struct err err;
    sigset_t all;
    sigset_t before;
    assert_non_null(server);
    server->manners = manners;
    OK(net_parse("127.0.0.1:0", &server->address, &err));
    OK(net_listen(&server->address, 128, &server->listener, &err));
    assert_int_equal(fcntl(server->listener, F_SETFL, 0), 0); /* it is made to be polled */
    /* The signals of the program under test are none of these threads'. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    assert_int_equal(pthread_create(&server->thread, NULL, field_accept, server), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return server;
}

void field_stop(struct field_server *server)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    atomic_store(&server->stopping, true);
    const int waker = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(waker, (const struct sockaddr *)&server->address.storage, server->address.length), 0);
    pthread_join(server->thread, NULL);
    close(waker);
    close(server->listener);
    while (atomic_load(&server->live) > 0) {
        nanosleep(&moment, NULL);
    }
    free(server);
}
