#include "tests/unit/loadgen/engine/time_stub.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <unistd.h>

static void stub_drop(struct time_stub *stub, nfds_t index)
{
    if (stub->manners.resets) {
        const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(stub->waits[index].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    close(stub->waits[index].fd);
    stub->wait_count--;
    stub->waits[index] = stub->waits[stub->wait_count];
    stub->order[index] = stub->order[stub->wait_count];
}

static void stub_accept(struct time_stub *stub)
{
    const unsigned number = atomic_load(&stub->accepted) % STUB_CONNECTIONS;
    socklen_t length = sizeof stub->peers[number];
    const int fd = accept4(stub->waits[0].fd, (struct sockaddr *)&stub->peers[number], &length, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    stub->order[stub->wait_count] = atomic_fetch_add(&stub->accepted, 1);
    stub->waits[stub->wait_count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* Whether the request gets a reply. */
static bool stub_replies(struct time_stub *stub, unsigned connection)
{
    const struct time_stub_manners *const manners = &stub->manners;
    bool *const answered = &stub->answered[connection % STUB_CONNECTIONS];
    const bool again = *answered;
    *answered = true;
    return manners->reply != NULL && (manners->replies == 0 || connection < manners->replies) &&
           !(manners->once && again);
}

/* Its last segment has the end in it, if there is to be one. */
static void stub_reply(const struct time_stub_manners *manners, int fd)
{
    const size_t whole = strlen(manners->reply);
    const size_t step = manners->split ? 1 : whole;
    for (size_t sent = 0; sent < whole; sent += step) {
        (void)send(fd, manners->reply + sent, step, MSG_NOSIGNAL | (manners->ends ? MSG_MORE : 0));
    }
    if (manners->ends) {
        (void)shutdown(fd, SHUT_WR);
    }
}

static void stub_dawdle(const struct time_stub_manners *manners, unsigned connection)
{
    if (manners->stall_ms > 0 && connection == manners->stalls) {
        usleep(manners->stall_ms * 1000);
    }
    if (manners->slow_us > 0) {
        usleep(manners->slow_us * (connection * 7 % 16) / 16);
    }
}

/* A request is the 8 bytes "TIME\r\n\r\n"; the clients under test send them in one segment. */
static void stub_answer(struct time_stub *stub, nfds_t index)
{
    const struct time_stub_manners *const manners = &stub->manners;
    const int fd = stub->waits[index].fd;
    char request[8];
    const ssize_t length = recv(fd, request, sizeof request, 0);
    if (length <= 0) {
        stub_drop(stub, index);
        return;
    }
    stub_dawdle(manners, stub->order[index]);
    if (stub_replies(stub, stub->order[index])) {
        stub_reply(manners, fd);
    }
    if (manners->closes || manners->resets) {
        stub_drop(stub, index);
    }
}

static void *stub_serve(void *argument)
{
    struct time_stub *const stub = argument;
    for (;;) {
        if (poll(stub->waits, stub->wait_count, -1) < 0) {
            continue;
        }
        if (stub->waits[1].revents != 0) {
            return NULL;
        }
        for (nfds_t i = stub->wait_count; i-- > 2;) {
            if (stub->waits[i].revents != 0) {
                stub_answer(stub, i);
            }
        }
        if (stub->waits[0].revents != 0 && stub->wait_count < STUB_CONNECTIONS + 2) {
            stub_accept(stub);
        }
    }
}

struct time_stub *time_stub_start(struct time_stub_manners manners)
{
    struct time_stub *const stub = calloc(1, sizeof *stub);
    assert_non_null(stub);
    struct err err;
    int listener = -1;
    stub->manners = manners;
    OK(net_parse("127.0.0.1:0", &stub->address, &err));
    OK(net_listen(&stub->address, STUB_CONNECTIONS, &listener, &err));
    assert_int_equal(pipe(stub->stop), 0);
    stub->waits[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    stub->waits[1] = (struct pollfd){.fd = stub->stop[0], .events = POLLIN};
    stub->wait_count = 2;
    /* The signals of the program under test are none of this thread's. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    assert_int_equal(pthread_create(&stub->thread, NULL, stub_serve, stub), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return stub;
}

void time_stub_stop(struct time_stub *stub)
{
    assert_int_equal(write(stub->stop[1], "", 1), 1);
    pthread_join(stub->thread, NULL);
    for (nfds_t i = 0; i < stub->wait_count; i++) {
        close(stub->waits[i].fd);
    }
    close(stub->stop[1]);
}

void time_stub_free(struct time_stub *stub)
{
    free(stub);
}
