/* All loops have the one listener in their epoll, with EPOLLEXCLUSIVE: a connection wakes one of them, and while none
 * waits the others find it too, whoever comes first. While there is no slot or no descriptor for a connection the
 * listener is taken out, so that the loop does not spin over it; the wakeup or the timer brings it back. */
#include "server/time/epoll_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/time/epoll_connection.h"

#define EVENTS_MOST 256

enum listening {
    LISTENING_YES,
    LISTENING_FULL,      /* until the wakeup reports a free slot */
    LISTENING_EXHAUSTED, /* until the timer says to look for a descriptor again */
};

struct loop {
    struct acceptor *acceptor;
    struct time_service *service;
    struct epoll_shared shared;
    int epoll;
    int timer;
    uint64_t timer_ns; /* when it expires */
    uint64_t retry_ns; /* when to look for a descriptor again */
    enum listening listening;
};

/* What an event is about: the loop's own are marked by these addresses, any other is a connection. */
#define IS_LISTENER(loop, pointer) ((pointer) == (void *)&(loop)->listening)
#define IS_TIMER(loop, pointer) ((pointer) == (void *)&(loop)->timer)
#define IS_WAKEUP(loop, pointer) ((pointer) == (void *)&(loop)->acceptor)

static bool add(struct loop *loop, int fd, uint32_t events, void *mark)
{
    struct epoll_event event = {.events = events, .data.ptr = mark};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool add_listener(struct loop *loop)
{
    return add(loop, service_listener(loop->service), EPOLLIN | EPOLLEXCLUSIVE, &loop->listening);
}

enum result loop_create(struct acceptor *acceptor, struct loop **loop, struct err *err)
{
    struct loop *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop of the epoll model");
    }
    created->acceptor = acceptor;
    created->service = acceptor_service(acceptor);
    created->timer_ns = DEADLINE_NEVER;
    created->retry_ns = DEADLINE_NEVER;
    created->epoll = epoll_create1(EPOLL_CLOEXEC);
    created->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (created->epoll < 0 || created->timer < 0 ||
        !add(created, service_wakeup(created->service)->fd, EPOLLIN | EPOLLET, &created->acceptor) ||
        !add(created, created->timer, EPOLLIN, &created->timer)) {
        const enum result result = err_system(err, errno, "cannot set up a loop of the epoll model");
        loop_destroy(created);
        return result;
    }
    epoll_shared_init(&created->shared, created->service, created->epoll);
    *loop = created;
    return RESULT_OK;
}

void loop_destroy(struct loop *loop)
{
    if (loop->timer >= 0) {
        close(loop->timer);
    }
    if (loop->epoll >= 0) {
        close(loop->epoll);
    }
    free(loop);
}

static void stop_listening(struct loop *loop, enum listening why)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, service_listener(loop->service), NULL);
    loop->listening = why;
}

static void pause_exhausted(struct loop *loop, int error)
{
    stop_listening(loop, LISTENING_EXHAUSTED);
    service_begin_exhausted(loop->service, error);
    loop->retry_ns = loop->shared.now_ns + ACCEPTOR_RETRY_MS * NS_PER_MS;
}

static void accept_one(struct loop *loop)
{
    struct accepted accepted;
    switch (acceptor_take(loop->acceptor, SOCK_CLOEXEC | SOCK_NONBLOCK, &accepted)) {
    case ACCEPTING_TAKEN:
        epoll_connection_begin(&loop->shared, &accepted);
        break;
    case ACCEPTING_NOTHING:
        break;
    case ACCEPTING_NO_SLOT:
        service_begin_wait(loop->service);
        stop_listening(loop, LISTENING_FULL);
        break;
    case ACCEPTING_NO_DESCRIPTOR:
        pause_exhausted(loop, accepted.error);
        break;
    }
}

static void end_pause(struct loop *loop)
{
    switch (loop->listening) {
    case LISTENING_YES:
        break;
    case LISTENING_FULL:
        service_end_wait(loop->service);
        break;
    case LISTENING_EXHAUSTED:
        service_end_exhausted(loop->service);
        loop->retry_ns = DEADLINE_NEVER;
        break;
    }
    loop->listening = LISTENING_YES;
}

/* Listens again if what was missing may be there. */
static void resume(struct loop *loop)
{
    const bool may_resume = (loop->listening == LISTENING_FULL && service_has_slot(loop->service)) ||
                            (loop->listening == LISTENING_EXHAUSTED && loop->shared.now_ns >= loop->retry_ns);
    if (may_resume) {
        end_pause(loop);
        if (!add_listener(loop)) {
            pause_exhausted(loop, errno);
        }
    }
}

/* Only forward: a deadline that moves away is found to have moved when the timer expires. */
static void set_timer(struct loop *loop)
{
    uint64_t next_ns = epoll_connections_next(&loop->shared);
    if (loop->retry_ns < next_ns) {
        next_ns = loop->retry_ns;
    }
    if (next_ns < loop->timer_ns) {
        const struct itimerspec when = {
            .it_value = {.tv_sec = (time_t)(next_ns / NS_PER_S), .tv_nsec = (long)(next_ns % NS_PER_S)}};
        timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL);
        loop->timer_ns = next_ns;
    }
}

static void handle(struct loop *loop, void *mark)
{
    if (IS_LISTENER(loop, mark)) {
        if (loop->listening == LISTENING_YES) {
            accept_one(loop);
        }
    } else if (IS_TIMER(loop, mark)) {
        uint64_t expirations = 0;
        const ssize_t ignored = read(loop->timer, &expirations, sizeof expirations);
        (void)ignored;
        loop->timer_ns = DEADLINE_NEVER;
    } else if (!IS_WAKEUP(loop, mark)) {
        epoll_connection_ready(&loop->shared, mark);
    }
}

void loop_run(struct loop *loop)
{
    struct epoll_event events[EVENTS_MOST];
    if (!acceptor_wait_open(loop->acceptor)) {
        return;
    }
    /* Adding the listener also reports what waits in the accept queue already. */
    if (!add_listener(loop)) {
        pause_exhausted(loop, errno);
    }
    while (!acceptor_is_closed(loop->acceptor)) {
        set_timer(loop);
        const int count = epoll_wait(loop->epoll, events, EVENTS_MOST, -1);
        loop->shared.now_ns = clock_now_ns();
        for (int i = 0; i < count; i++) {
            handle(loop, events[i].data.ptr);
        }
        epoll_connections_expire(&loop->shared);
        resume(loop);
    }
    end_pause(loop);
    epoll_connections_end(&loop->shared);
}
