/* The client that waits in its system calls. Its socket timeouts are never more than what is left of its time. */

#include <errno.h>
#include <sys/time.h>
#include <time.h>

#include "base/clock.h"
#include "loadgen/engine/client_fail.h"
#include "loadgen/engine/client_socket.h"

/* A socket timeout is set to this part less than what is left, and so holds until that part has passed: a system call
 * for each recv would cost more. One that expires early is set again, to what is left by then. */
#define TIMEOUT_SPARE 8
#define TIMEOUT_EXACT_NS (20 * NS_PER_MS) /* what is not more than this is left no spare */

struct waiting_client {
    struct client client;
    uint64_t send_set_ns; /* what SO_SNDTIMEO is set to; 0: not set */
    uint64_t recv_set_ns; /* and SO_RCVTIMEO */
};

/* Sees that a socket timeout is at most `left_ns`, which is not 0. */
static bool limit_timeout(struct waiting_client *waiting, int option, uint64_t left_ns)
{
    struct client *const client = &waiting->client;
    uint64_t *const set_ns = option == SO_SNDTIMEO ? &waiting->send_set_ns : &waiting->recv_set_ns;
    if (*set_ns != 0 && *set_ns <= left_ns) {
        return true;
    }
    const uint64_t new_ns = left_ns > TIMEOUT_EXACT_NS ? left_ns - left_ns / TIMEOUT_SPARE : left_ns;
    /* Rounded up: zero would mean "no timeout". */
    const uint64_t new_us = (new_ns + NS_PER_US - 1) / NS_PER_US;
    const struct timeval timeout = {.tv_sec = (time_t)(new_us / 1000000), .tv_usec = (suseconds_t)(new_us % 1000000)};
    if (setsockopt(client->fd, SOL_SOCKET, option, &timeout, sizeof timeout) != 0) {
        return FAIL(client->failure, client_phase(client), CALL_SETSOCKOPT, errno, "cannot set a timeout");
    }
    *set_ns = new_ns;
    return true;
}

/* 0: its time is over. */
static uint64_t time_left_ns(const struct client *client)
{
    const uint64_t used_ns = client->now_ns - client->start_ns;
    return used_ns < client->plan->timeout_ns ? client->plan->timeout_ns - used_ns : 0;
}

/* Before `call` may wait: false when the client's time is over. */
static bool set_timeout(struct waiting_client *waiting, int option, enum client_call call)
{
    const uint64_t left = time_left_ns(&waiting->client);
    return left != 0 ? limit_timeout(waiting, option, left) : client_fail_timeout(&waiting->client, call);
}

/* After EINTR, an expired timeout, or a part of the bytes: false when the client's time or the run is over, else the
 * call goes on. */
static bool go_on(struct waiting_client *waiting, int option, enum client_call call)
{
    if (scoreboard_cancelled(waiting->client.board)) {
        return client_fail_cancelled(&waiting->client);
    }
    waiting->client.now_ns = clock_now_ns();
    return set_timeout(waiting, option, call) || PASS(waiting->client.failure);
}

static bool connect_target(struct waiting_client *waiting)
{
    struct client *const client = &waiting->client;
    enum client_step step = CLIENT_BLOCKED;
    if (!client_open(client, 0) || !set_timeout(waiting, SO_SNDTIMEO, CALL_CONNECT)) {
        return PASS(client->failure);
    }
    client_begin_connect(client);
    while ((step = client_connect(client)) == CLIENT_BLOCKED) {
        if (!go_on(waiting, SO_SNDTIMEO, CALL_CONNECT)) {
            return PASS(client->failure);
        }
    }
    return step == CLIENT_DONE || PASS(client->failure);
}

static bool send_request(struct waiting_client *waiting)
{
    struct client *const client = &waiting->client;
    enum client_step step = CLIENT_BLOCKED;
    client_begin_request(client);
    /* The time may be up already. The request is sent all the same; receive_reply then reports the timeout. */
    const uint64_t left = time_left_ns(client);
    if (!limit_timeout(waiting, SO_SNDTIMEO, left != 0 ? left : 1)) {
        return PASS(client->failure);
    }
    while ((step = client_send(client)) == CLIENT_BLOCKED || step == CLIENT_PARTIAL) {
        if (!go_on(waiting, SO_SNDTIMEO, CALL_SEND)) {
            return PASS(client->failure);
        }
    }
    return step == CLIENT_DONE || PASS(client->failure);
}

static bool receive_reply(struct waiting_client *waiting)
{
    struct client *const client = &waiting->client;
    enum client_step step = CLIENT_BLOCKED;
    if (!set_timeout(waiting, SO_RCVTIMEO, CALL_RECV)) {
        return PASS(client->failure);
    }
    while ((step = client_receive(client)) == CLIENT_BLOCKED || step == CLIENT_PARTIAL) {
        if (!go_on(waiting, SO_RCVTIMEO, CALL_RECV)) {
            (void)client_was_answered_wrongly(client);
            return PASS(client->failure);
        }
    }
    return (step == CLIENT_DONE && client_take_reply(client)) || PASS(client->failure);
}

static void settle(const struct client_plan *plan)
{
    const struct timespec moment = {.tv_nsec = (long)client_settle_ns(plan)};
    if (moment.tv_nsec > 0) {
        (void)nanosleep(&moment, NULL);
    }
}

static bool live(struct waiting_client *waiting)
{
    struct client *const client = &waiting->client;
    if (scoreboard_cancelled(client->board)) {
        return client_fail_cancelled(client);
    }
    if (!connect_target(waiting)) {
        return PASS(client->failure);
    }
    while (client->requests < client->plan->exchange.requests) {
        if (scoreboard_cancelled(client->board)) {
            return client_fail_cancelled(client);
        }
        if (!send_request(waiting) || !receive_reply(waiting)) {
            return PASS(client->failure);
        }
    }
    if (!client_served(client)) {
        return PASS(client->failure);
    }
    if (!client->plan->hold) {
        return true;
    }
    if (!scoreboard_barrier_wait(client->board, client->record)) {
        return client_fail_cancelled(client);
    }
    settle(client->plan);
    return client_check_held(client) || PASS(client->failure);
}

void client_run(const struct client_plan *plan, struct scoreboard *board, uint64_t client, struct client_record *record)
{
    struct failure failure;        /* large: untouched unless the client fails */
    struct waiting_client waiting; /* likewise its buffers, hence no initializer */
    client_begin(&waiting.client, plan, board, client, record);
    waiting.client.failure = &failure;
    waiting.send_set_ns = 0;
    waiting.recv_set_ns = 0;
    const bool completed = live(&waiting) || PASS(&failure);
    client_end(&waiting.client, completed);
}
