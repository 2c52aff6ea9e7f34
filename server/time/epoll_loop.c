/* All loops have the one listener in their epoll, with EPOLLEXCLUSIVE: a connection wakes one of them, and while none
 * waits the others find it too, whoever comes first. While there is no slot or no descriptor for a connection the
 * listener is taken out, so that the loop does not spin over it; the bell or the timer brings it back. */
#include "server/time/epoll_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/time/epoll_connection.h"

#define EVENTS_MOST 256

enum listening {
    LISTENING_YES,
    LISTENING_FULL,     /* waits for a slot: the bell tells */
    LISTENING_STARVING, /* waits for a descriptor: the timer tells */
    LISTENING_NEVER_MORE,
};

struct loop {
    struct acceptor acceptor;
    struct gate *gate;
    struct time_service *service;
    struct epoll_shared shared;
    int epoll;
    int timer;
    uint64_t timer_ns; /* when it is set to ring */
    uint64_t retry_ns; /* when to look for a descriptor again */
    enum listening listening;
};

/* What an event is about: the loop's own are marked by these addresses, any other is a connection. */
#define IS_LISTENER(loop, pointer) ((pointer) == (void *)&(loop)->listening)
#define IS_TIMER(loop, pointer) ((pointer) == (void *)&(loop)->timer)
#define IS_BELL(loop, pointer) ((pointer) == (void *)&(loop)->acceptor)

static bool add(struct loop *loop, int fd, uint32_t events, void *mark)
{
    struct epoll_event event = {.events = events, .data.ptr = mark};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool add_listener(struct loop *loop)
{
    return add(loop, service_listener(loop->service), EPOLLIN | EPOLLEXCLUSIVE, &loop->listening);
}

enum result loop_create(struct gate *gate, struct loop **loop, struct err *err)
{
    struct loop *const created = aligned_alloc(alignof(struct loop), sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop of the epoll model");
    }
    memset(created, 0, sizeof *created);
    created->gate = gate;
    created->service = gate_service(gate);
    created->acceptor.polls = true;
    created->timer_ns = DEADLINE_NEVER;
    created->retry_ns = DEADLINE_NEVER;
    created->epoll = epoll_create1(EPOLL_CLOEXEC);
    created->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (created->epoll < 0 || created->timer < 0 ||
        !add(created, service_bell_fd(created->service), EPOLLIN | EPOLLET, &created->acceptor) ||
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

static void starve(struct loop *loop, int error)
{
    stop_listening(loop, LISTENING_STARVING);
    service_begin_starving(loop->service, error);
    loop->retry_ns = loop->shared.now_ns + GATE_RETRY_NS;
}

static void accept_one(struct loop *loop)
{
    struct accepted accepted;
    switch (service_accept(loop->service, SOCK_CLOEXEC | SOCK_NONBLOCK, &accepted)) {
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
        starve(loop, accepted.error);
        break;
    }
}

/* Listens again if what was missing may be there. */
static void resume(struct loop *loop)
{
    switch (loop->listening) {
    case LISTENING_YES:
    case LISTENING_NEVER_MORE:
        return;
    case LISTENING_FULL:
        if (!service_has_slot(loop->service)) {
            return;
        }
        service_end_wait(loop->service);
        break;
    case LISTENING_STARVING:
        if (loop->shared.now_ns < loop->retry_ns) {
            return;
        }
        service_end_starving(loop->service);
        loop->retry_ns = DEADLINE_NEVER;
        break;
    }
    loop->listening = LISTENING_YES;
    if (!add_listener(loop)) {
        starve(loop, errno);
    }
}

static void retire(struct loop *loop)
{
    switch (loop->listening) {
    case LISTENING_NEVER_MORE:
        return;
    case LISTENING_YES:
        break;
    case LISTENING_FULL:
        service_end_wait(loop->service);
        break;
    case LISTENING_STARVING:
        service_end_starving(loop->service);
        loop->retry_ns = DEADLINE_NEVER;
        break;
    }
    stop_listening(loop, LISTENING_NEVER_MORE);
    gate_leave(&loop->acceptor);
}

/* Only forward: a deadline that moves away is found to have moved when the timer rings. */
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
        uint64_t rings = 0;
        const ssize_t ignored = read(loop->timer, &rings, sizeof rings);
        (void)ignored;
        loop->timer_ns = DEADLINE_NEVER;
    } else if (!IS_BELL(loop, mark)) {
        epoll_connection_ready(&loop->shared, mark);
    }
}

void loop_run(struct loop *loop)
{
    struct epoll_event events[EVENTS_MOST];
    if (!gate_enter(loop->gate, &loop->acceptor)) {
        return;
    }
    /* Not sooner: the wake for a connection that a loop of before could not accept has been spent on that loop, and
     * only adding the listener looks at what waits already. */
    if (!add_listener(loop)) {
        starve(loop, errno);
    }
    while (!service_is_stopping(loop->service) && (loop->listening != LISTENING_NEVER_MORE || loop->shared.live > 0)) {
        set_timer(loop);
        const int count = epoll_wait(loop->epoll, events, EVENTS_MOST, -1);
        loop->shared.now_ns = clock_now_ns();
        for (int i = 0; i < count; i++) {
            handle(loop, events[i].data.ptr);
        }
        epoll_connections_expire(&loop->shared);
        if (gate_is_retired(loop->gate)) {
            retire(loop);
        }
        resume(loop);
    }
    retire(loop);
    epoll_connections_end(&loop->shared);
}
