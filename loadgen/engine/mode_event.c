/* Each loop has an epoll. Few system calls a client: its connection enters the epoll once, when the request has been
 * sent, since a connect() on loopback is over by the time it returns, although it says EINPROGRESS. A client that
 * really has to wait for connect() or send() enters it sooner. */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loadgen/engine/client_fail.h"
#include "loadgen/engine/client_socket.h"
#include "loadgen/engine/loops.h"

#define EVENTS_MOST 64

struct event_loop {
    struct loop loop; /* first: the rest is found by it */
    int epoll;
};

static enum result open_epoll(struct loop *loop, struct err *err)
{
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        return err_system(err, errno, "cannot make an epoll");
    }
    ((struct event_loop *)loop)->epoll = epoll;
    return RESULT_OK;
}

static void close_epoll(struct loop *loop)
{
    close(((struct event_loop *)loop)->epoll);
}

/* Makes the epoll report `events`. */
static bool watch(struct loop *loop, struct loop_client *one, uint32_t events)
{
    if (one->watched.events == events) {
        return true;
    }
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = one};
    if (epoll_ctl(((const struct event_loop *)loop)->epoll, one->watched.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
                  one->client.fd, &event) != 0) {
        return FAIL(one->client.failure, client_phase(&one->client), CALL_EPOLL_CTL, errno, "cannot wait for it");
    }
    one->watched.events = events;
    return true;
}

/* Goes to the next step after one that is done. */
static bool go_on(struct loop *loop, struct loop_client *one)
{
    struct client *const client = &one->client;
    switch (one->state) {
    case LOOP_CONNECT:
        loop_say_or_serve(loop, one);
        return true;
    case LOOP_SEND:
        one->state = LOOP_RECEIVE;
        return watch(loop, one, EPOLLIN | EPOLLRDHUP) || PASS(client->failure);
    case LOOP_RECEIVE:
        if (!client_take_reply(client)) {
            return PASS(client->failure);
        }
        loop_say_or_serve(loop, one);
        return true;
    case LOOP_UNUSED:
    case LOOP_HOLD:
        break;
    }
    return true;
}

static enum client_step take_step(struct loop_client *one)
{
    switch (one->state) {
    case LOOP_CONNECT:
        return client_connect(&one->client);
    case LOOP_SEND:
        return client_send(&one->client);
    case LOOP_RECEIVE:
        return client_receive(&one->client);
    case LOOP_UNUSED:
    case LOOP_HOLD:
        break;
    }
    return CLIENT_BLOCKED; /* nothing is waited for */
}

/* A reply takes time, and the epoll reports it. It does not report bytes that came with the reply before, or stayed
 * behind it where no request makes more of them come. */
static bool has_to_wait(const struct loop_client *one)
{
    const struct exchange *const exchange = &one->client.exchange;
    if (one->state == LOOP_RECEIVE) {
        return !one->watched.ended && exchange->received == 0 && exchange->request_length > 0;
    }
    return one->state != LOOP_CONNECT && one->state != LOOP_SEND;
}

/* Takes steps until one has to wait. */
static void advance(struct loop *loop, struct loop_client *one)
{
    for (;;) {
        const enum loop_state before = one->state;
        const enum client_step step = take_step(one);
        if (step == CLIENT_PARTIAL) {
            continue;
        }
        if (step == CLIENT_BLOCKED) {
            if ((before == LOOP_CONNECT || before == LOOP_SEND) && !watch(loop, one, EPOLLIN | EPOLLRDHUP | EPOLLOUT)) {
                break;
            }
            return;
        }
        if (step == CLIENT_FAILED || !go_on(loop, one)) {
            break;
        }
        if (has_to_wait(one)) {
            return;
        }
    }
    loop_fail(loop, one);
}

/* Asks at once how the connect() has ended: see above. */
static bool begin_connect(struct loop *loop, struct loop_client *one)
{
    client_begin_connect(&one->client);
    one->state = LOOP_CONNECT;
    const enum client_step step = client_connect(&one->client);
    if (step == CLIENT_DONE) {
        loop_say_or_serve(loop, one);
    }
    return step != CLIENT_FAILED || PASS(one->client.failure);
}

static void begin(struct loop *loop, struct loop_client *one)
{
    if (client_open(&one->client, SOCK_NONBLOCK) && begin_connect(loop, one)) {
        advance(loop, one);
    } else {
        loop_fail(loop, one);
    }
}

static void wait_for_events(struct loop *loop, unsigned timeout_ms)
{
    struct epoll_event events[EVENTS_MOST];
    const int count = epoll_wait(((struct event_loop *)loop)->epoll, events, EVENTS_MOST, (int)timeout_ms);
    for (int i = 0; i < count; i++) {
        struct loop_client *const one = events[i].data.ptr;
        one->watched.ended = one->watched.ended || (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        advance(loop, one);
    }
}

static enum result run_event(const struct mode_run *run, struct err *err)
{
    static const struct loop_kind kind = {.size = sizeof(struct event_loop),
                                          .open = open_epoll,
                                          .close = close_epoll,
                                          .begin = begin,
                                          .wait = wait_for_events,
                                          .stop = loop_stop};
    return loops_run(&kind, run, err);
}

const struct mode mode_event = {.run = run_event};
