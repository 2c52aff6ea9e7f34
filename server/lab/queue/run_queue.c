/* The queue's thread: it alone carries out runs. Other threads change a run in the store and wake it. */
#include "server/lab/queue/run_queue_state.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/store_prune.h"
#include "server/lab/run/event.h"
#include "server/lab/run/run_watch.h"

enum {
    TICK_MS = 100, /* while a run is under way: 10 Hz */
    IDLE_TICK_MS = 1000,
    RETRY_MS = 1000, /* after the store has failed */
    SERVER_EVERY_MS = 1000,
    LAST_TRIES = 3, /* to store the interrupted run when the panel is stopped */
};

static void forget_wake(int fd)
{
    uint64_t count = 0;
    const ssize_t ignored = read(fd, &count, sizeof count);
    (void)ignored;
}

/* --- the thread: which run next --- */

static void tick_every(const struct run_queue *queue, long milliseconds)
{
    const struct timespec each = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    const struct itimerspec spec = {each, each};
    timerfd_settime(queue->timer, 0, &spec, NULL);
}

static void store_failed(struct run_queue *queue, const char *what, const struct err *err)
{
    log_error("%s, trying again: %s", what, err->message);
    queue->retry_at_ns = clock_now_ns() + RETRY_MS * NS_PER_MS;
}

static enum result mark(struct run_queue *queue, int64_t id, struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    run_queue_set_active(queue, id); /* from here on a cancel finds it, and the server stays as it is */
    const enum result result = run_watch_mark(queue->watch, err);
    pthread_mutex_unlock(&queue->changes);
    return result;
}

static void begin(struct run_queue *queue, const struct run *run)
{
    struct err err;
    if (run_watch_create(&queue->config.watch, queue->sampler, run, &queue->watch, &err) != RESULT_OK) {
        store_failed(queue, "a run cannot begin", &err);
        return;
    }
    const enum result marked = mark(queue, run->id, &err);
    if (marked == RESULT_OK) {
        queue->over = false;
        run_watch_launch(queue->watch);
        tick_every(queue, TICK_MS);
        return;
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
    run_queue_set_active(queue, 0);
    if (marked != RESULT_CONFLICT && marked != RESULT_NOT_FOUND) { /* these two: it was cancelled or deleted */
        store_failed(queue, "a run cannot begin", &err);
    }
}

static void pick(struct run_queue *queue)
{
    struct err err;
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        err_set(&err, RESULT_NO_MEMORY, "no memory for a run");
        store_failed(queue, "the next run cannot be read", &err);
        return;
    }
    const enum result result = store_run_next(queue->config.watch.store, run, &err);
    if (result == RESULT_OK) {
        begin(queue, run);
    } else if (result == RESULT_NOT_FOUND) {
        queue->may_have_queued = false;
    } else {
        store_failed(queue, "the next run cannot be read", &err);
    }
    free(run);
}

/* --- the thread: the run under way --- */

/* False when the store failed and it has to be tried again. */
static bool finish(struct run_queue *queue)
{
    struct err err;
    pthread_mutex_lock(&queue->changes);
    const enum result result = run_watch_finish(queue->watch, &err);
    const bool again = result == RESULT_STORE || result == RESULT_NO_MEMORY;
    if (!again) {
        run_queue_set_active(queue, 0); /* whoever reads that it is over may change the server at once */
    }
    pthread_mutex_unlock(&queue->changes);
    if (again) {
        store_failed(queue, "the outcome of a run cannot be stored", &err);
        return false;
    }
    if (result != RESULT_OK) {
        log_error("the outcome of a run is not stored: %s", err.message);
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
    tick_every(queue, IDLE_TICK_MS);
    queue->may_have_queued = true;
    queue->may_have_old = queue->config.keep_runs > 0;
    run_queue_changed(queue);
    return true;
}

static void advance(struct run_queue *queue)
{
    if (!queue->over) {
        queue->over = !run_watch_step(queue->watch);
        if (run_queue_show_active(queue, run_watch_run(queue->watch))) {
            run_watch_cancel(queue->watch);
        }
    }
    if (queue->over && clock_now_ns() >= queue->retry_at_ns) {
        finish(queue);
    }
}

static void show_server(struct run_queue *queue)
{
    observer_notify(&queue->config.watch.observer,
                    &(struct event){.type = EVENT_SERVER, .panel_fds = sampler_fds(queue->sampler)});
}

static void tick(struct run_queue *queue)
{
    const uint64_t now = clock_now_ns();
    if (queue->watch != NULL && !queue->over) {
        run_watch_tick(queue->watch);
    }
    if (now >= queue->server_at_ns) {
        queue->server_at_ns = now + SERVER_EVERY_MS * NS_PER_MS - TICK_MS / 2 * NS_PER_MS;
        if (queue->watch == NULL) {
            sampler_recount(queue->sampler);
        }
        show_server(queue);
    }
}

/* Deletes a few of the runs beyond those that are kept. False when there are no more, or when the store failed. */
static bool prune(struct run_queue *queue)
{
    struct err err;
    struct store_ids deleted;
    pthread_mutex_lock(&queue->changes);
    const enum result result = store_prune(queue->config.watch.store, queue->config.keep_runs, &deleted, &err);
    for (size_t i = 0; i < deleted.count; i++) {
        observer_run_deleted(&queue->config.watch.observer, deleted.of[i]);
    }
    pthread_mutex_unlock(&queue->changes);
    if (result != RESULT_OK) {
        log_warning("old runs stay until the next run is over: %s", err.message);
    }
    const bool more = deleted.count > 0;
    free(deleted.of);
    if (more) {
        run_queue_changed(queue);
    }
    return more;
}

static void wait_for_something(struct run_queue *queue, int most_ms)
{
    struct pollfd fds[2 + LAUNCHER_FDS] = {{.fd = queue->wake, .events = POLLIN},
                                           {.fd = queue->timer, .events = POLLIN}};
    size_t count = 2;
    if (queue->watch != NULL) {
        count += run_watch_poll_fds(queue->watch, fds + count);
        const int run_ms = run_watch_poll_ms(queue->watch);
        most_ms = run_ms >= 0 && (most_ms < 0 || run_ms < most_ms) ? run_ms : most_ms;
    }
    if (poll(fds, count, most_ms) <= 0) {
        return;
    }
    if (fds[0].revents != 0) {
        forget_wake(queue->wake);
        queue->may_have_queued = true;
        show_server(queue); /* it may have been changed */
    }
    if (fds[1].revents != 0) {
        forget_wake(queue->timer);
        tick(queue);
    }
}

/* The panel is stopped: ends the run under way, and stores that if the store takes it. If it does not, the run is
 * found running, and marked as interrupted, at the next start. */
static void end_under_way(struct run_queue *queue)
{
    run_watch_interrupt(queue->watch);
    while (run_watch_step(queue->watch)) {
        wait_for_something(queue, TICK_MS);
    }
    for (int i = 0; i < LAST_TRIES; i++) {
        if (finish(queue)) {
            return;
        }
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
}

static void ask_state(struct run_queue *queue, bool *stopping, bool *held)
{
    pthread_mutex_lock(&queue->state);
    *stopping = queue->stopping;
    *held = queue->held;
    pthread_mutex_unlock(&queue->state);
}

static void *serve(void *arg)
{
    struct run_queue *const queue = arg;
    bool stopping = false;
    bool held = false;
    for (;;) {
        ask_state(queue, &stopping, &held);
        if (stopping) {
            break;
        }
        if (queue->watch != NULL) {
            advance(queue);
        }
        const bool pruned = queue->watch == NULL && queue->may_have_old && !held;
        if (pruned) { /* a few between two runs: none waits long for it, and each makes one at most too many */
            queue->may_have_old = prune(queue);
        }
        const bool may_pick =
            queue->watch == NULL && queue->may_have_queued && !held && clock_now_ns() >= queue->retry_at_ns;
        if (may_pick) {
            pick(queue);
        } else if (!pruned) {
            wait_for_something(queue, -1);
        }
    }
    if (queue->watch != NULL) {
        end_under_way(queue);
    }
    return NULL;
}

/* --- life --- */

static void free_queue(struct run_queue *queue)
{
    if (queue->wake >= 0) {
        close(queue->wake);
    }
    if (queue->timer >= 0) {
        close(queue->timer);
    }
    sampler_destroy(queue->sampler);
    pthread_mutex_destroy(&queue->changes);
    pthread_mutex_destroy(&queue->state);
    free(queue);
}

enum result run_queue_start(const struct run_queue_config *config, struct run_queue **queue, struct err *err)
{
    struct run_queue *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the run queue");
    }
    new->config = *config;
    new->held = config->held;
    new->may_have_queued = true;
    new->may_have_old = config->keep_runs > 0;
    pthread_mutex_init(&new->changes, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    pthread_mutex_init(&new->state, NULL);
    new->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    new->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    enum result result = RESULT_OK;
    if (new->wake < 0 || new->timer < 0) {
        result = err_system(err, errno, "cannot make the descriptors of the run queue");
        goto fail;
    }
    result = sampler_create(config->watch.server, &new->sampler, err);
    if (result != RESULT_OK) {
        goto fail;
    }
    tick_every(new, IDLE_TICK_MS);
    const int error = pthread_create(&new->thread, NULL, serve, new);
    if (error != 0) {
        result = err_system(err, error, "cannot start the thread of the run queue");
        goto fail;
    }
    *queue = new;
    return RESULT_OK;
fail:
    free_queue(new);
    return result;
}

void run_queue_release(struct run_queue *queue)
{
    pthread_mutex_lock(&queue->state);
    queue->held = false;
    pthread_mutex_unlock(&queue->state);
    run_queue_wake(queue);
}

void run_queue_stop(struct run_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    pthread_mutex_lock(&queue->state);
    queue->stopping = true;
    pthread_mutex_unlock(&queue->state);
    run_queue_wake(queue);
    pthread_join(queue->thread, NULL);
    free_queue(queue);
}
