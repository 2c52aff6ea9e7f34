/* The epoll model: loops (server_loops.h) that wait in epoll_wait.
 *
 * All of them have the one listener in their epoll, with EPOLLEXCLUSIVE: a connection wakes one of them, and while none
 * waits the others find it too, whoever comes first. During a pause (accept_pause.h) the listener is taken out;
 * the wakeup or the timer brings it back.
 *
 * What a connection costs: about 120 bytes, kept for the next one when it ends, and while its client does not read,
 * the replies that it has not taken. There is a timer for the nearest deadline; in the usual path it is not touched. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/time/accept_pause.h"
#include "server/time/epoll_connection.h"
#include "server/time/model.h"
#include "server/time/server_loops.h"

#define EVENTS_MOST 256

struct server_loop {
    struct acceptor *acceptor;
    struct time_service *service;
    struct epoll_shared shared;
    int epoll;
    int timer;
    uint64_t timer_ns; /* when it expires */
    struct accept_pause pause;
};

/* What an event is about: the loop's own are marked by these addresses, any other is a connection. */
#define IS_LISTENER(loop, pointer) ((pointer) == (void *)&(loop)->pause)
#define IS_TIMER(loop, pointer) ((pointer) == (void *)&(loop)->timer)
#define IS_WAKEUP(loop, pointer) ((pointer) == (void *)&(loop)->acceptor)

static bool add(struct server_loop *loop, int fd, uint32_t events, void *mark)
{
    struct epoll_event event = {.events = events, .data.ptr = mark};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool add_listener(struct server_loop *loop)
{
    return add(loop, service_listener(loop->service), EPOLLIN | EPOLLEXCLUSIVE, &loop->pause);
}

static void destroy(void *state)
{
    struct server_loop *const loop = state;
    if (loop->timer >= 0) {
        close(loop->timer);
    }
    if (loop->epoll >= 0) {
        close(loop->epoll);
    }
    free(loop);
}

static enum result create(struct acceptor *acceptor, void **loop, struct err *err)
{
    struct server_loop *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop of the epoll model");
    }
    created->acceptor = acceptor;
    created->service = acceptor_service(acceptor);
    created->timer_ns = DEADLINE_NEVER;
    created->epoll = epoll_create1(EPOLL_CLOEXEC);
    created->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (created->epoll < 0 || created->timer < 0 ||
        !add(created, service_wakeup(created->service)->fd, EPOLLIN | EPOLLET, &created->acceptor) ||
        !add(created, created->timer, EPOLLIN, &created->timer)) {
        const enum result result = err_system(err, errno, "cannot set up a loop of the epoll model");
        destroy(created);
        return result;
    }
    accept_pause_init(&created->pause, created->service);
    epoll_shared_init(&created->shared, created->service, created->epoll);
    *loop = created;
    return RESULT_OK;
}

static void stop_listening(const struct server_loop *loop)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, service_listener(loop->service), NULL);
}

static void accept_one(struct server_loop *loop)
{
    struct accepted accepted;
    switch (acceptor_take(loop->acceptor, SOCK_CLOEXEC | SOCK_NONBLOCK, &accepted)) {
    case ACCEPTING_TAKEN:
        epoll_connection_begin(&loop->shared, &accepted);
        break;
    case ACCEPTING_NOTHING:
        break;
    case ACCEPTING_NO_SLOT:
        accept_pause_full(&loop->pause);
        stop_listening(loop);
        break;
    case ACCEPTING_NO_DESCRIPTOR:
        stop_listening(loop);
        accept_pause_exhausted(&loop->pause, accepted.error, loop->shared.all.now_ns);
        break;
    }
}

/* Listens; where that takes what there is not, later. */
static void listen_now(struct server_loop *loop)
{
    if (!add_listener(loop)) {
        accept_pause_exhausted(&loop->pause, errno, loop->shared.all.now_ns);
    }
}

/* Listens again if what was missing may be there. */
static void resume(struct server_loop *loop)
{
    if (accept_pause_may_end(&loop->pause, loop->shared.all.now_ns)) {
        accept_pause_end(&loop->pause);
        listen_now(loop);
    }
}

/* Only forward: a deadline that moves away is found to have moved when the timer expires. */
static void set_timer(struct server_loop *loop)
{
    uint64_t next_ns = loop_connections_next(&loop->shared.all);
    if (loop->pause.retry_ns < next_ns) {
        next_ns = loop->pause.retry_ns;
    }
    if (next_ns < loop->timer_ns) {
        const struct itimerspec when = {
            .it_value = {.tv_sec = (time_t)(next_ns / NS_PER_S), .tv_nsec = (long)(next_ns % NS_PER_S)}};
        timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL);
        loop->timer_ns = next_ns;
    }
}

static void handle(struct server_loop *loop, void *mark)
{
    if (IS_LISTENER(loop, mark)) {
        if (loop->pause.why == ACCEPT_PAUSE_NONE) {
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

static void run(void *state)
{
    struct server_loop *const loop = state;
    struct epoll_event events[EVENTS_MOST];
    if (!acceptor_wait_open(loop->acceptor)) {
        return;
    }
    listen_now(loop); /* that also reports what waits in the accept queue already */
    while (!acceptor_is_closed(loop->acceptor)) {
        set_timer(loop);
        const int count = epoll_wait(loop->epoll, events, EVENTS_MOST, -1);
        loop->shared.all.now_ns = clock_now_ns();
        for (int i = 0; i < count; i++) {
            handle(loop, events[i].data.ptr);
        }
        loop_connections_expire(&loop->shared.all);
        resume(loop);
    }
    accept_pause_end(&loop->pause);
    epoll_connections_end(&loop->shared);
}

static enum result model_start(struct acceptor *acceptor, void **state, struct err *err)
{
    static const struct server_loop_ops ops = {.name = "epoll", .create = create, .run = run, .destroy = destroy};
    return server_loops_start(&ops, acceptor, state, err);
}

const struct time_model_ops time_model_epoll = {.polls = true, .start = model_start, .stop = server_loops_stop};
