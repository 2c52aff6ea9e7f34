/* Few system calls a client: its connection enters the epoll once, when the request has been sent, since a connect() on
 * loopback is over by the time it returns, although it says EINPROGRESS. A client that really has to wait for
 * connect() or send() enters it sooner.
 *
 * All clients have the same time to live, so their deadlines are a list in order. */
#include "loadgen/engine/event_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/deadlines.h"
#include "loadgen/engine/client_steps.h"

/* How late a cancel and the opening of the barrier may be noticed; and for how long none of the clients under way comes
 * to its end before more are begun. */
#define CHECK_MS 10

#define EVENTS_MOST 64
#define CHUNK_CLIENTS 64

enum state { STATE_UNUSED, STATE_CONNECT, STATE_SEND, STATE_RECEIVE, STATE_HOLD };

struct event_client {
    struct client client;
    struct client_record record;
    struct deadline deadline;
    enum state state;
    uint32_t watched; /* the events that the epoll looks for; 0: it is not in it */
    bool ended;       /* an event said that the server sends nothing more; no further event will */
    struct event_client *next_unused;
};

struct chunk {
    struct chunk *next;
    struct event_client clients[CHUNK_CLIENTS];
};

struct event_loop {
    struct workers *workers;
    const struct mode_run *run;
    int epoll;
    bool taken;     /* `next` is not started yet */
    bool exhausted; /* there is no client left to take */
    uint64_t next;
    uint64_t live;
    uint64_t holding;
    uint64_t room;    /* clients that may be under way at the same time, those that hold excepted */
    uint64_t full_ns; /* since when there is no room; 0: there is */
    struct deadlines deadlines;
    struct event_client *unused;
    struct chunk *chunks;
    uint64_t opened_ns;     /* when the barrier was first seen open */
    struct failure failure; /* of the client at hand */
};

enum result event_loop_create(struct workers *workers, struct event_loop **loop, struct err *err)
{
    struct event_loop *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop");
    }
    created->workers = workers;
    created->run = workers->run;
    created->room = RUN_EVENT_UNDER_WAY;
    created->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (created->epoll < 0) {
        const int error_number = errno;
        free(created);
        return err_system(err, error_number, "cannot make an epoll");
    }
    deadlines_init(&created->deadlines, created->run->plan->timeout_ns);
    *loop = created;
    return RESULT_OK;
}

void event_loop_destroy(struct event_loop *loop)
{
    while (loop->chunks != NULL) {
        struct chunk *const chunk = loop->chunks;
        loop->chunks = chunk->next;
        free(chunk);
    }
    close(loop->epoll);
    free(loop);
}

/* NULL when memory ran out. */
static struct event_client *take_unused(struct event_loop *loop)
{
    if (loop->unused == NULL) {
        struct chunk *const chunk = calloc(1, sizeof *chunk);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = loop->chunks;
        loop->chunks = chunk;
        for (size_t i = 0; i < CHUNK_CLIENTS; i++) {
            chunk->clients[i].next_unused = loop->unused;
            loop->unused = &chunk->clients[i];
        }
    }
    struct event_client *const taken = loop->unused;
    loop->unused = taken->next_unused;
    return taken;
}

static void finish(struct event_loop *loop, struct event_client *one, bool completed)
{
    loop->holding -= one->state == STATE_HOLD ? 1 : 0;
    deadline_clear(&one->deadline);
    client_end(&one->client, completed);
    scoreboard_count_outcome(loop->run->board, one->client.number, &one->record);
    one->state = STATE_UNUSED;
    one->next_unused = loop->unused;
    loop->unused = one;
    loop->live--;
}

/* Makes the epoll report `events`. */
static bool watch(const struct event_loop *loop, struct event_client *one, uint32_t events)
{
    if (one->watched == events) {
        return true;
    }
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = one};
    if (epoll_ctl(loop->epoll, one->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, one->client.fd, &event) != 0) {
        return FAIL(one->client.failure, client_phase(&one->client), CALL_EPOLL_CTL, errno, "cannot wait for it");
    }
    one->watched = events;
    return true;
}

/* The client has all its replies. */
static void serve(struct event_loop *loop, struct event_client *one)
{
    client_served(&one->client);
    if (!loop->run->plan->hold) {
        finish(loop, one, true);
        return;
    }
    deadline_clear(&one->deadline);
    scoreboard_barrier_arrive(loop->run->board, &one->record);
    one->state = STATE_HOLD;
    loop->holding++;
}

/* The next request, if there is one. */
static void say_or_serve(struct event_loop *loop, struct event_client *one)
{
    if (one->client.requests < one->client.plan->exchange.requests) {
        client_begin_request(&one->client);
        one->state = STATE_SEND;
    } else {
        serve(loop, one);
    }
}

/* Goes to the next step after one that is done. */
static bool go_on(struct event_loop *loop, struct event_client *one)
{
    struct client *const client = &one->client;
    switch (one->state) {
    case STATE_CONNECT:
        say_or_serve(loop, one);
        return true;
    case STATE_SEND:
        one->state = STATE_RECEIVE;
        return watch(loop, one, EPOLLIN | EPOLLRDHUP) || PASS(client->failure);
    case STATE_RECEIVE:
        if (!client_take_reply(client)) {
            return PASS(client->failure);
        }
        say_or_serve(loop, one);
        return true;
    case STATE_UNUSED:
    case STATE_HOLD:
        break;
    }
    return true;
}

static enum client_step take_step(struct event_client *one)
{
    switch (one->state) {
    case STATE_CONNECT:
        return client_connect(&one->client);
    case STATE_SEND:
        return client_send(&one->client);
    case STATE_RECEIVE:
        return client_receive(&one->client);
    case STATE_UNUSED:
    case STATE_HOLD:
        break;
    }
    return CLIENT_BLOCKED; /* nothing is waited for */
}

/* A reply takes time, and the epoll reports it. It does not report bytes that came with the reply before, or stayed
 * behind it where no request makes more of them come. */
static bool has_to_wait(const struct event_client *one)
{
    const struct exchange *const exchange = &one->client.exchange;
    if (one->state == STATE_RECEIVE) {
        return !one->ended && exchange->received == 0 && exchange->request_length > 0;
    }
    return one->state != STATE_CONNECT && one->state != STATE_SEND;
}

/* Takes steps until one has to wait. */
static void advance(struct event_loop *loop, struct event_client *one)
{
    for (;;) {
        const enum state before = one->state;
        const enum client_step step = take_step(one);
        if (step == CLIENT_PARTIAL) {
            continue;
        }
        if (step == CLIENT_BLOCKED) {
            if ((before == STATE_CONNECT || before == STATE_SEND) &&
                !watch(loop, one, EPOLLIN | EPOLLRDHUP | EPOLLOUT)) {
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
    (void)PASS(one->client.failure);
    finish(loop, one, false);
}

/* Asks at once how the connect() has ended: see above. */
static bool begin_connect(struct event_loop *loop, struct event_client *one)
{
    client_begin_connect(&one->client);
    one->state = STATE_CONNECT;
    const enum client_step step = client_connect(&one->client);
    if (step == CLIENT_DONE) {
        say_or_serve(loop, one);
    }
    return step != CLIENT_FAILED || PASS(one->client.failure);
}

static void start(struct event_loop *loop, uint64_t number)
{
    scoreboard_started(loop->run->board, number);
    struct event_client *const one = take_unused(loop);
    if (one == NULL) {
        mode_start_failed(loop->run->board, number, CALL_CALLOC, ENOMEM);
        return;
    }
    memset(&one->record, 0, sizeof one->record);
    one->watched = 0;
    one->ended = false;
    one->state = STATE_CONNECT;
    one->client.failure = &loop->failure;
    client_begin(&one->client, loop->run->plan, loop->run->board, number, &one->record);
    deadlines_set(&loop->deadlines, &one->deadline, one->client.start_ns);
    loop->live++;
    if (client_open(&one->client, SOCK_NONBLOCK) && begin_connect(loop, one)) {
        advance(loop, one);
    } else {
        (void)PASS(one->client.failure);
        finish(loop, one, false);
    }
}

static bool has_room(const struct event_loop *loop)
{
    return loop->live - loop->holding < loop->room;
}

/* A server that is slow, or silent, must not keep the others from connecting. */
static void make_room(struct event_loop *loop)
{
    const uint64_t now_ns = has_room(loop) ? 0 : clock_now_ns();
    if (now_ns == 0 || loop->full_ns == 0) {
        loop->full_ns = now_ns;
    } else if (now_ns - loop->full_ns >= CHECK_MS * NS_PER_MS) {
        loop->room += RUN_EVENT_UNDER_WAY;
        loop->full_ns = 0;
    }
}

/* False when there is no client left. */
static bool take_next(struct event_loop *loop)
{
    if (!loop->taken && !loop->exhausted) {
        loop->next = workers_take(loop->workers);
        loop->exhausted = loop->next >= loop->run->spec->count;
        loop->taken = !loop->exhausted;
    }
    return loop->taken;
}

/* Returns when to start the next; DEADLINE_NEVER: once another has ended, or there is none. At most as many in one turn
 * as there can be room for: a client that fails at once leaves its room to the next, and while all of them did the loop
 * would neither take the replies that have come nor see a cancel. */
static uint64_t start_what_is_due(struct event_loop *loop)
{
    for (unsigned started = 0; has_room(loop) && take_next(loop); started++) {
        const uint64_t due_ns = client_due_ns(loop->run->plan, loop->next);
        if (started == RUN_EVENT_UNDER_WAY || (due_ns != 0 && due_ns > clock_now_ns())) {
            return due_ns;
        }
        loop->taken = false;
        start(loop, loop->next);
    }
    return DEADLINE_NEVER;
}

static void time_out(struct event_loop *loop, struct event_client *one)
{
    static const enum client_call calls[] = {
        [STATE_CONNECT] = CALL_CONNECT, [STATE_SEND] = CALL_SEND, [STATE_RECEIVE] = CALL_RECV};
    (void)client_fail_timeout(&one->client, calls[one->state]);
    if (one->state == STATE_RECEIVE) {
        (void)client_was_answered_wrongly(&one->client);
    }
    (void)PASS(one->client.failure);
    finish(loop, one, false);
}

static void expire(struct event_loop *loop)
{
    const uint64_t now_ns = deadlines_next(&loop->deadlines) == DEADLINE_NEVER ? 0 : clock_now_ns();
    while (deadlines_next(&loop->deadlines) <= now_ns) {
        struct deadline *const first = deadlines_first(&loop->deadlines);
        time_out(loop, (struct event_client *)(void *)((char *)first - offsetof(struct event_client, deadline)));
    }
}

static void end_all(struct event_loop *loop, bool completed)
{
    for (struct chunk *chunk = loop->chunks; chunk != NULL; chunk = chunk->next) {
        for (size_t i = 0; i < CHUNK_CLIENTS; i++) {
            struct event_client *const one = &chunk->clients[i];
            if (one->state == STATE_UNUSED || (completed && one->state != STATE_HOLD)) {
                continue;
            }
            finish(loop, one,
                   completed ? client_check_held(&one->client) || PASS(one->client.failure)
                             : client_fail_cancelled(&one->client));
        }
    }
}

static void check_barrier(struct event_loop *loop)
{
    switch (scoreboard_barrier_state(loop->run->board)) {
    case BARRIER_CLOSED:
        break;
    case BARRIER_OPEN:
        loop->opened_ns = loop->opened_ns != 0 ? loop->opened_ns : clock_now_ns();
        if (clock_now_ns() - loop->opened_ns >= client_settle_ns(loop->run->plan)) {
            end_all(loop, true);
        }
        break;
    case BARRIER_CANCELLED:
        end_all(loop, false);
        break;
    }
}

/* At most CHECK_MS, rounded up: a loop that wakes too early would have to wait again. A loop that waits only for the
 * barrier checks it every millisecond. */
static int timeout_ms_until(const struct event_loop *loop, uint64_t due_ns)
{
    if (loop->exhausted && loop->live == loop->holding) {
        return 1;
    }
    uint64_t until_ns = deadlines_next(&loop->deadlines);
    if (due_ns < until_ns) {
        until_ns = due_ns;
    }
    const uint64_t now_ns = clock_now_ns();
    if (until_ns <= now_ns) {
        return 0;
    }
    const uint64_t left_ms = (until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
    return left_ms < CHECK_MS ? (int)left_ms : CHECK_MS;
}

void event_loop_run(struct event_loop *loop)
{
    struct epoll_event events[EVENTS_MOST];
    while (!scoreboard_cancelled(loop->run->board)) {
        make_room(loop);
        const uint64_t due_ns = start_what_is_due(loop);
        if (loop->exhausted && loop->live == 0) {
            return;
        }
        const int count = epoll_wait(loop->epoll, events, EVENTS_MOST, timeout_ms_until(loop, due_ns));
        for (int i = 0; i < count; i++) {
            struct event_client *const one = events[i].data.ptr;
            one->ended = one->ended || (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
            advance(loop, one);
        }
        expire(loop);
        if (loop->holding > 0) {
            check_barrier(loop);
        }
    }
    end_all(loop, false);
}
