/* Each loop has a ring of io_uring(7): what is submitted for all clients goes to the kernel in the one call that also
 * waits for results. connect(), send() and recv() are linked: the kernel goes on by itself, so that the server finds
 * the request with the connection, and a client takes two turns of the loop. A send() that succeeds reports nothing
 * (IOSQE_CQE_SKIP_SUCCESS); if it fails, the recv() behind it does not either.
 *
 * Sockets are ordinary descriptors, made, bound and closed by the usual calls: RLIMIT_NOFILE counts them, and whoever
 * looks into /proc sees them. They block, because the kernel takes O_NONBLOCK to mean that it is not to wait. */
#include <errno.h>

#include "base/clock.h"
#include "base/uring.h"
#include "loadgen/engine/client_socket.h"
#include "loadgen/engine/loops.h"
#include "loadgen/engine/uring_buffers.h"

#define SUBMISSIONS 256
#define COMPLETIONS 1024

/* What was done, in a completion's data beside the client. */
enum operation { OF_CONNECT, OF_SEND, OF_RECEIVE, OF_CANCEL, OPERATIONS };
#define OPERATION_MASK 3ULL
_Static_assert(OPERATIONS - 1 <= OPERATION_MASK && OPERATION_MASK < _Alignof(struct loop_client), "both fit");

struct uring_loop {
    struct loop loop; /* first: the rest is found by it */
    struct io_uring ring;
    struct uring_buffers *buffers;
    unsigned turn;
    uint64_t turn_ns;      /* when it was submitted, and waiting began */
    uint64_t last_turn_ns; /* of the turn before */
};

static enum result open_ring(struct loop *loop, struct err *err)
{
    struct uring_loop *const uring = (struct uring_loop *)loop;
    const int failed = uring_make(&uring->ring, SUBMISSIONS, COMPLETIONS);
    if (failed != 0) {
        return err_system(err, failed, "cannot make a ring");
    }
    const int refused = uring_buffers_make(&uring->ring, &uring->buffers);
    if (refused != 0) {
        io_uring_queue_exit(&uring->ring);
        return err_system(err, refused, "cannot make the buffers of a ring");
    }
    return RESULT_OK;
}

static void close_ring(struct loop *loop)
{
    struct uring_loop *const uring = (struct uring_loop *)loop;
    io_uring_queue_exit(&uring->ring);
    uring_buffers_free(uring->buffers);
}

static int start_ring(struct loop *loop)
{
    return uring_start(&((struct uring_loop *)loop)->ring);
}

/* As uring_next(). */
static struct io_uring_sqe *next_entry(struct loop *loop, unsigned count)
{
    return uring_next(&((struct uring_loop *)loop)->ring, count);
}

static void set_data(struct io_uring_sqe *entry, struct loop_client *one, enum operation operation)
{
    io_uring_sqe_set_data64(entry, (uintptr_t)one | operation);
}

static void submit_receive(struct loop *loop, struct loop_client *one)
{
    const size_t room = client_room(&one->client);
    struct io_uring_sqe *const receive = next_entry(loop, 1);
    io_uring_prep_recv(receive, one->client.fd, NULL, room < URING_BUFFER_BYTES ? room : URING_BUFFER_BYTES, 0);
    receive->ioprio = IORING_RECVSEND_POLL_FIRST;
    receive->flags |= IOSQE_BUFFER_SELECT;
    receive->buf_group = URING_BUFFER_GROUP;
    set_data(receive, one, OF_RECEIVE);
}

/* What came with the reply before is looked at before anything is received. */
static void submit_send(struct loop *loop, struct loop_client *one)
{
    const struct client *const client = &one->client;
    const struct exchange *const exchange = &client->exchange;
    struct io_uring_sqe *const send = next_entry(loop, 2);
    io_uring_prep_send(send, client->fd, exchange->request + client->sent, exchange->request_length - client->sent,
                       MSG_NOSIGNAL | MSG_WAITALL);
    set_data(send, one, OF_SEND);
    if (exchange->received == 0) {
        send->flags |= IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
        submit_receive(loop, one);
    }
}

/* Whether the first request is linked to connect(). */
static bool is_chain(const struct client *client)
{
    return client->plan->exchange.requests > 0 && client->exchange.request_length > 0;
}

static bool prepare_chain(struct client *client)
{
    if (client->plan->exchange.requests > 0) {
        client_prepare_request(client);
    }
    return is_chain(client);
}

static void submit_connect(struct loop *loop, struct loop_client *one)
{
    struct client *const client = &one->client;
    const struct net_address *const target = client_target(client->plan, client->number);
    struct io_uring_sqe *const connect = next_entry(loop, 3);
    io_uring_prep_connect(connect, client->fd, (const struct sockaddr *)&target->storage, target->length);
    set_data(connect, one, OF_CONNECT);
    if (prepare_chain(client)) {
        connect->flags |= IOSQE_IO_LINK;
        submit_send(loop, one);
    }
}

static void submit(struct loop *loop, struct loop_client *one)
{
    switch (one->state) {
    case LOOP_CONNECT:
        submit_connect(loop, one);
        break;
    case LOOP_SEND:
        submit_send(loop, one);
        break;
    case LOOP_RECEIVE:
        submit_receive(loop, one);
        break;
    case LOOP_UNUSED:
    case LOOP_HOLD:
        break; /* nothing is waited for */
    }
}

/* Goes on after a step, until something has to be submitted. False: the client has failed. */
static bool advance(struct loop *loop, struct loop_client *one, enum client_step step)
{
    struct client *const client = &one->client;
    while (step == CLIENT_DONE || step == CLIENT_PARTIAL) {
        if (step == CLIENT_DONE && one->state == LOOP_SEND) {
            one->state = LOOP_RECEIVE;
        } else if (step == CLIENT_DONE) {
            if (one->state == LOOP_RECEIVE && !client_take_reply(client)) {
                return PASS(client->failure);
            }
            loop_say_or_serve(loop, one);
        }
        if (one->state == LOOP_RECEIVE) {
            step = client_look(client);
        } else if (one->state == LOOP_SEND && client->exchange.request_length == 0) {
            step = client_sent(client, 0, 0);
        } else {
            step = CLIENT_BLOCKED;
        }
    }
    if (step == CLIENT_FAILED) {
        return PASS(client->failure);
    }
    submit(loop, one);
    return true;
}

static void begin(struct loop *loop, struct loop_client *one)
{
    if (client_open(&one->client, 0)) {
        client_begin_connect(&one->client);
        submit_connect(loop, one);
    } else {
        loop_fail(loop, one);
    }
}

/* Of the one request that the kernel works on for the client; those linked behind it end with it. With
 * IORING_ASYNC_CANCEL_ALL it would not say that it found none. */
static void submit_cancel(struct loop *loop, struct loop_client *one)
{
    struct io_uring_sqe *const cancel = next_entry(loop, 1);
    io_uring_prep_cancel_fd(cancel, one->client.fd, 0);
    cancel->flags |= IOSQE_CQE_SKIP_SUCCESS;
    set_data(cancel, one, OF_CANCEL);
}

/* The request goes out by itself. Where the moment at which it was connected is not known, because it was submitted in
 * this turn, that is the beginning of the turn: the reply's latency is rather too long than too short. */
static void take_connected(struct uring_loop *uring, struct loop_client *one)
{
    const bool submitted_now = one->client.begun_ns >= uring->last_turn_ns;
    if (client_connected(&one->client, 0) != CLIENT_DONE) {
        one->ring.pending = 1; /* it is connected to itself: that is reported when the linked calls have ended */
        submit_cancel(&uring->loop, one);
        return;
    }
    loop_say_or_serve(&uring->loop, one);
    one->ring.turn = uring->turn;
    one->client.begun_ns = submitted_now ? uring->turn_ns : one->client.begun_ns;
}

/* The kernel has sent the request: it received, or tried to. */
static void take_sent(const struct uring_loop *uring, struct loop_client *one)
{
    struct client *const client = &one->client;
    const size_t left = client->exchange.request_length - client->sent;
    one->state = client_sent(client, (ssize_t)left, 0) == CLIENT_DONE ? LOOP_RECEIVE : LOOP_SEND;
    client->begun_ns = one->ring.turn == uring->turn ? uring->turn_ns : client->begun_ns;
}

/* What the kernel did last for the client, which has nothing under way any more. */
static enum client_step take_result(struct loop_client *one, int result, const char *bytes)
{
    const ssize_t count = result < 0 ? -1 : result;
    switch (one->state) {
    case LOOP_CONNECT:
        return client_connected(&one->client, -result);
    case LOOP_SEND:
        return client_sent(&one->client, count, -result);
    case LOOP_RECEIVE:
        return result == -ENOBUFS || result == -EINTR || result == -EAGAIN
                   ? CLIENT_BLOCKED
                   : client_received(&one->client, bytes, count, -result);
    case LOOP_UNUSED:
    case LOOP_HOLD:
        break;
    }
    return CLIENT_BLOCKED;
}

/* Returns whether more is yet to come. Of a connect() that failed the two calls behind it report that they were
 * cancelled. */
static bool has_more(struct uring_loop *uring, struct loop_client *one, enum operation operation, int result)
{
    if (one->ring.pending > 0) {
        one->ring.pending--;
        return one->ring.pending > 0;
    }
    if (operation != OF_CONNECT || !is_chain(&one->client)) {
        return false;
    }
    one->ring.result = result;
    if (result < 0) {
        one->ring.pending = 2;
    } else {
        take_connected(uring, one);
    }
    return true;
}

static void take(struct uring_loop *uring, struct loop_client *one, const struct io_uring_cqe *seen, const char *bytes)
{
    const enum operation operation = (enum operation)(seen->user_data & OPERATION_MASK);
    const bool was_pending = one->ring.pending > 0;
    if (has_more(uring, one, operation, seen->res)) {
        return;
    }
    if (one->state == LOOP_SEND && operation == OF_RECEIVE) {
        take_sent(uring, one);
    }
    if (one->ring.stop != LOOP_GOES_ON) {
        loop_stop(&uring->loop, one, one->ring.stop);
    } else if (!advance(&uring->loop, one, take_result(one, was_pending ? one->ring.result : seen->res, bytes))) {
        loop_fail(&uring->loop, one);
    }
}

/* A cancel that finds nothing came between two linked calls: the kernel begins the second by the next turn. */
static void take_cancel(struct uring_loop *uring, struct loop_client *one, int result)
{
    if (result == -ENOENT && one->state != LOOP_UNUSED && one->ring.stop != LOOP_GOES_ON) {
        submit_cancel(&uring->loop, one);
    }
}

static void complete(struct uring_loop *uring, const struct io_uring_cqe *seen)
{
    struct loop_client *const one = (struct loop_client *)(uintptr_t)(seen->user_data & ~OPERATION_MASK);
    const bool has_buffer = (seen->flags & IORING_CQE_F_BUFFER) != 0;
    const unsigned number = seen->flags >> IORING_CQE_BUFFER_SHIFT;
    if ((seen->user_data & OPERATION_MASK) == OF_CANCEL) {
        take_cancel(uring, one, seen->res);
    } else {
        take(uring, one, seen, has_buffer ? uring_buffers_at(uring->buffers, number) : NULL);
    }
    if (has_buffer) {
        uring_buffers_give(uring->buffers, number);
    }
}

static void wait_for_results(struct loop *loop, unsigned timeout_ms)
{
    struct uring_loop *const uring = (struct uring_loop *)loop;
    struct io_uring_cqe *first = NULL;
    uring->turn++;
    uring->last_turn_ns = uring->turn_ns;
    uring->turn_ns = clock_now_ns();
    uring_wait(&uring->ring, timeout_ms * NS_PER_MS);
    while (io_uring_peek_cqe(&uring->ring, &first) == 0 && first != NULL) {
        const struct io_uring_cqe seen = *first;
        io_uring_cqe_seen(&uring->ring, first);
        complete(uring, &seen);
    }
}

/* The kernel may still work for a client while something is under way, whose result then comes soon. */
static void stop(struct loop *loop, struct loop_client *one, enum loop_stop stop)
{
    if (one->state == LOOP_HOLD) {
        loop_stop(loop, one, stop);
    } else if (one->ring.stop == LOOP_GOES_ON) {
        one->ring.stop = stop;
        submit_cancel(loop, one);
    }
}

/* --- the mode --- */

/* That of a ring; where one can be made, and not used, what a kernel or a profile would say. */
static int refusal_errno(enum uring_refusal refusal)
{
    struct io_uring ring;
    const int failed = uring_make(&ring, 1, 2);
    if (failed == 0) {
        io_uring_queue_exit(&ring);
    }
    return failed != 0 && failed != EINVAL ? failed : refusal == URING_REFUSED_KERNEL ? ENOSYS : EPERM;
}

/* No client can be started. */
static void refuse_all(const struct mode_run *run, int error_number, const char *why)
{
    scoreboard_note(run->board, "io_uring cannot be used: %s", why);
    const struct client_share *const share = &run->plan->share;
    for (uint64_t i = share->first; i < run->spec->count && !scoreboard_cancelled(run->board); i += share->stride) {
        scoreboard_started(run->board, i);
        mode_start_failed(run->board, i, CALL_IO_URING_SETUP, error_number);
    }
}

static enum result run_uring(const struct mode_run *run, struct err *err)
{
    static const struct loop_kind kind = {.size = sizeof(struct uring_loop),
                                          .open = open_ring,
                                          .close = close_ring,
                                          .start = start_ring,
                                          .begin = begin,
                                          .wait = wait_for_results,
                                          .stop = stop};
    const enum uring_refusal refusal = uring_check();
    if (refusal != URING_ALLOWED) {
        refuse_all(run, refusal_errno(refusal), uring_refusal_why(refusal, LANGUAGE_ENGLISH));
        return RESULT_OK;
    }
    const enum result result = loops_run(&kind, run, err);
    if (result == RESULT_OK || err->error_number != ENOMEM) {
        return result;
    }
    refuse_all(run, ENOMEM, err->message); /* all rings are made before a client is started */
    return RESULT_OK;
}

const struct mode mode_uring = {.run = run_uring};
