/* The uring model: loops (server_loops.h) that hand their requests to the kernel through a ring each (io_uring(7)) and
 * wait for completions: one system call for all that a loop has to do since its last.
 *
 * Each loop has a few accepts with the kernel, for each of which it has taken a slot; the kernel completes one for a
 * connection. The listener blocks: for one that does not the kernel would not keep an accept until a connection comes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/limit_terms.h"
#include "server/time/accept_pause.h"
#include "server/time/model.h"
#include "server/time/server_loops.h"
#include "server/time/uring_connection.h"

/* Requests of one turn; with more, several calls hand them over. */
#define SUBMISSIONS 256
#define COMPLETIONS 4096
/* Measured: the first few save turns; one accept without end (multishot) lets the first loop take all connections. */
#define ACCEPTS 8

struct server_loop {
    struct acceptor *acceptor;
    struct time_service *service;
    struct io_uring ring;
    struct uring_shared shared;
    struct accept_pause pause;
    uint32_t accepting; /* accepts that the kernel has */
};

static enum result cannot_make(int error, struct err *err)
{
    const enum uring_refusal refusal = uring_check();
    struct rlimit limit;
    if (refusal != URING_ALLOWED) {
        return err_set(err, RESULT_CONFLICT, "the model uring is not available: %s",
                       uring_refusal_why(refusal, LANGUAGE_ENGLISH));
    }
    if (error == ENOMEM && getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        limit_terms_memlock_exempt("", "self") == NULL) {
        return err_system(err, error, "cannot set up a loop of the uring model: RLIMIT_MEMLOCK is %llu bytes (%s)",
                          (unsigned long long)limit.rlim_cur, limit_raise(LIMIT_MEMLOCK, LANGUAGE_ENGLISH));
    }
    return err_system(err, error, "cannot set up a loop of the uring model");
}

static enum result create(struct acceptor *acceptor, void **loop, struct err *err)
{
    struct server_loop *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop of the uring model");
    }
    created->acceptor = acceptor;
    created->service = acceptor_service(acceptor);
    int error = uring_make(&created->ring, SUBMISSIONS, COMPLETIONS);
    if (error != 0) {
        goto fail_make;
    }
    error = uring_start(&created->ring);
    if (error != 0) {
        goto fail_start;
    }
    accept_pause_init(&created->pause, created->service);
    uring_shared_init(&created->shared, created->service, &created->ring);
    *loop = created;
    return RESULT_OK;
fail_start:
    io_uring_queue_exit(&created->ring);
fail_make:
    free(created);
    return cannot_make(error, err);
}

static void destroy(void *state)
{
    struct server_loop *const loop = state;
    io_uring_queue_exit(&loop->ring);
    free(loop);
}

/* Nobody reads the eventfd: a poll that was armed once would report it for ever, this one reports each signal. */
static void watch_wakeup(struct server_loop *loop)
{
    struct io_uring_sqe *const sqe = uring_next(&loop->ring, 1);
    io_uring_prep_poll_multishot(sqe, service_wakeup(loop->service)->fd, POLLIN);
    sqe->user_data = URING_WAKEUP;
}

static void ask_for_connection(struct server_loop *loop)
{
    struct io_uring_sqe *const sqe = uring_next(&loop->ring, 1);
    io_uring_prep_accept(sqe, service_listener(loop->service), NULL, NULL, SOCK_CLOEXEC);
    sqe->user_data = URING_ACCEPT;
    loop->accepting++;
}

static void end_pause(struct server_loop *loop)
{
    if (accept_pause_may_end(&loop->pause, loop->shared.all.now_ns)) {
        accept_pause_end(&loop->pause);
    }
}

static void begin_accepts(struct server_loop *loop)
{
    end_pause(loop);
    while (loop->accepting < ACCEPTS && loop->pause.why == ACCEPT_PAUSE_NONE && !acceptor_is_closed(loop->acceptor)) {
        if (acceptor_take_slot(loop->acceptor) == ACCEPTING_TAKEN) {
            ask_for_connection(loop);
        } else {
            accept_pause_full(&loop->pause);
            end_pause(loop); /* a slot may have become free before the pause began */
        }
    }
}

static void accepted(struct server_loop *loop, int result)
{
    struct accepted accepted;
    loop->accepting--;
    switch (service_accepted(loop->service, result, &accepted)) {
    case ACCEPTING_TAKEN:
        uring_connection_begin(&loop->shared, &accepted);
        break;
    case ACCEPTING_NO_DESCRIPTOR:
        accept_pause_exhausted(&loop->pause, accepted.error, loop->shared.all.now_ns);
        break;
    case ACCEPTING_NOTHING:
    case ACCEPTING_NO_SLOT:
        break;
    }
}

static void completed(struct server_loop *loop, const struct io_uring_cqe *cqe)
{
    if (cqe->user_data == URING_ACCEPT) {
        accepted(loop, cqe->res);
    } else if (cqe->user_data != URING_WAKEUP) {
        uring_connection_completed(&loop->shared, cqe->user_data, cqe->res);
    } else if ((cqe->flags & IORING_CQE_F_MORE) == 0) {
        watch_wakeup(loop);
    }
}

/* Hands over what there is to do, sleeps until something has completed or a deadline comes, and deals with it. */
static void turn(struct server_loop *loop)
{
    struct loop_connections *const all = &loop->shared.all;
    const uint64_t next_ns = loop_connections_next(all);
    const uint64_t until_ns = loop->pause.retry_ns < next_ns ? loop->pause.retry_ns : next_ns;
    struct io_uring_cqe *cqe = NULL;
    uring_wait(&loop->ring, until_ns == DEADLINE_NEVER ? UINT64_MAX
                            : until_ns > all->now_ns   ? until_ns - all->now_ns
                                                       : 0);
    all->now_ns = clock_now_ns();
    unsigned head = 0;
    unsigned count = 0;
    io_uring_for_each_cqe(&loop->ring, head, cqe)
    {
        completed(loop, cqe);
        count++;
    }
    io_uring_cq_advance(&loop->ring, count);
}

/* A connection that the kernel has accepted meanwhile ends like the others. */
static void end(struct server_loop *loop)
{
    accept_pause_end(&loop->pause);
    uring_cancel(&loop->ring, URING_ACCEPT, IORING_ASYNC_CANCEL_ALL);
    loop_connections_end(&loop->shared.all);
    while (loop->accepting > 0 || loop->shared.live > 0) {
        turn(loop);
        loop_connections_end(&loop->shared.all);
    }
    accept_pause_end(&loop->pause);
    uring_connections_free(&loop->shared);
}

static void run(void *state)
{
    struct server_loop *const loop = state;
    if (!acceptor_wait_open(loop->acceptor)) {
        return;
    }
    loop->shared.all.now_ns = clock_now_ns();
    watch_wakeup(loop);
    while (!acceptor_is_closed(loop->acceptor)) {
        begin_accepts(loop);
        turn(loop);
        loop_connections_expire(&loop->shared.all);
    }
    end(loop);
}

static enum result model_start(struct acceptor *acceptor, void **state, struct err *err)
{
    static const struct server_loop_ops ops = {.name = "uring", .create = create, .run = run, .destroy = destroy};
    return server_loops_start(&ops, acceptor, state, err);
}

const struct time_model_ops time_model_uring = {.uses_uring = true, .start = model_start, .stop = server_loops_stop};
