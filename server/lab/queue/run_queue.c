/* The queue's thread. Only this thread carries out runs; other threads change a run in the store and wake it. */
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
#include "server/lab/run/event.h"
#include "server/lab/run/run_watch.h"

enum {
    TICK_MS = 100, /* while a run is under way */
    IDLE_TICK_MS = 1000,
    RETRY_MS = 1000, /* after the store has failed */
    SERVER_EVERY_MS = 1000,
    PRUNE_PAUSE_MS = 10, /* between two batches, in which waiting requests get the locks */
    LAST_ATTEMPTS = 3,   /* attempts to store the interrupted run when the panel is stopped */
};

static void drain(int fd)
{
    uint64_t count = 0;
    const ssize_t ignored = read(fd, &count, sizeof count);
    (void)ignored;
}

/* --- the thread: the next run --- */

static void set_tick(const struct run_queue *queue, long milliseconds)
{
    const struct timespec each = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    const struct itimerspec spec = {each, each};
    timerfd_settime(queue->timer, 0, &spec, NULL);
}

static void retry_later(struct run_queue *queue, const char *what, const struct err *err)
{
    log_error("%s, trying again: %s", what, err->message);
    queue->retry_at_ns = clock_now_ns() + RETRY_MS * NS_PER_MS;
}

static enum result mark(struct run_queue *queue, int64_t id, struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    run_queue_set_active(queue, id); /* from now on a cancel finds it, and the server cannot be changed */
    const enum result result = run_watch_mark(queue->watch, err);
    pthread_mutex_unlock(&queue->changes);
    return result;
}

static void begin(struct run_queue *queue, const struct run *run)
{
    struct err err;
    if (run_watch_create(&queue->config.watch, queue->sampler, run, &queue->watch, &err) != RESULT_OK) {
        retry_later(queue, "a run cannot begin", &err);
        return;
    }
    const enum result marked = mark(queue, run->id, &err);
    if (marked == RESULT_OK) {
        queue->over = false;
        run_watch_launch(queue->watch);
        set_tick(queue, TICK_MS);
        run_queue_changed(queue);
        return;
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
    run_queue_set_active(queue, 0);
    if (marked != RESULT_CONFLICT && marked != RESULT_NOT_FOUND) { /* it was cancelled or deleted meanwhile */
        retry_later(queue, "a run cannot begin", &err);
    }
}

static void begin_next(struct run_queue *queue)
{
    struct err err;
    struct run *const run = malloc(sizeof *run);
    if (run == NULL) {
        err_set(&err, RESULT_NO_MEMORY, "out of memory");
        retry_later(queue, "the next run cannot be read", &err);
        return;
    }
    const enum result result = store_run_next(queue->config.watch.store, run, &err);
    if (result == RESULT_OK) {
        begin(queue, run);
    } else if (result == RESULT_NOT_FOUND) {
        queue->may_have_queued = false;
    } else {
        retry_later(queue, "the next run cannot be read", &err);
    }
    free(run);
}

/* --- the thread: the run under way --- */

/* False when the store failed and must be tried again. */
static bool finish(struct run_queue *queue)
{
    struct err err;
    pthread_mutex_lock(&queue->changes);
    const enum result result = run_watch_finish(queue->watch, &err);
    const bool retry = result == RESULT_STORE || result == RESULT_NO_MEMORY;
    if (!retry) {
        run_queue_set_active(queue, 0); /* a client that reads that the run is over may change the server at once */
    }
    pthread_mutex_unlock(&queue->changes);
    if (retry) {
        retry_later(queue, "the outcome of a run cannot be stored", &err);
        return false;
    }
    if (result != RESULT_OK) {
        log_error("the outcome of a run is not stored: %s", err.message);
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
    set_tick(queue, IDLE_TICK_MS);
    queue->may_have_queued = true;
    queue->may_have_old = queue->config.keep_runs > 0;
    run_queue_changed(queue);
    return true;
}

static void advance(struct run_queue *queue)
{
    if (!queue->over) {
        queue->over = !run_watch_step(queue->watch);
        if (run_queue_update_active(queue, run_watch_run(queue->watch))) {
            run_watch_cancel(queue->watch);
        }
    }
    if (queue->over && clock_now_ns() >= queue->retry_at_ns) {
        finish(queue);
    }
}

static void publish_server(struct run_queue *queue)
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
        publish_server(queue);
    }
}

static enum result delete_batch(struct run_queue *queue, size_t *count, struct err *err)
{
    struct store_ids deleted;
    pthread_mutex_lock(&queue->changes);
    const enum result result = store_prune_batch(queue->config.watch.store, &queue->pruning, &deleted, err);
    for (size_t i = 0; i < deleted.count; i++) {
        observer_run_deleted(&queue->config.watch.observer, deleted.of[i]);
    }
    pthread_mutex_unlock(&queue->changes);
    *count = deleted.count;
    return result;
}

/* Deletes a few of the runs beyond those to keep. False when there are no more, or when the store failed. */
static bool prune(struct run_queue *queue)
{
    struct err err;
    size_t deleted = 0;
    const bool find = queue->pruning.newest == 0;
    /* Counting the runs takes long in a long history: submits and cancels do not wait for it. */
    enum result result = find ? store_prune_find(queue->config.watch.store, &queue->pruning, &err) : RESULT_OK;
    if (result == RESULT_OK) {
        result = delete_batch(queue, &deleted, &err);
    }
    if (result != RESULT_OK) {
        log_warning("old runs are not deleted until the next run is over: %s", err.message);
        return false;
    }
    if (deleted > 0) {
        run_queue_changed(queue);
    }
    return deleted > 0 || !find; /* runs may have ended since they were counted */
}

static void wait_for_events(struct run_queue *queue, int max_ms)
{
    struct pollfd fds[2 + LAUNCHER_FDS] = {{.fd = queue->wake, .events = POLLIN},
                                           {.fd = queue->timer, .events = POLLIN}};
    size_t count = 2;
    if (queue->watch != NULL) {
        count += run_watch_poll_fds(queue->watch, fds + count);
        const int run_ms = run_watch_poll_ms(queue->watch);
        max_ms = run_ms >= 0 && (max_ms < 0 || run_ms < max_ms) ? run_ms : max_ms;
    }
    if (poll(fds, count, max_ms) <= 0) {
        return;
    }
    if (fds[0].revents != 0) {
        drain(queue->wake);
        queue->may_have_queued = true;
        publish_server(queue); /* its configuration may have changed */
    }
    if (fds[1].revents != 0) {
        drain(queue->timer);
        tick(queue);
    }
}

/* Interrupts the run under way when the panel is stopped, and stores it if the store works. If it does not, the next
 * start finds the run running and marks it as interrupted. */
static void interrupt_active(struct run_queue *queue)
{
    run_watch_interrupt(queue->watch);
    while (run_watch_step(queue->watch)) {
        wait_for_events(queue, TICK_MS);
    }
    for (int i = 0; i < LAST_ATTEMPTS; i++) {
        if (finish(queue)) {
            return;
        }
    }
    run_watch_destroy(queue->watch);
    queue->watch = NULL;
}

static void read_state(struct run_queue *queue, bool *stopping, bool *held)
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
        read_state(queue, &stopping, &held);
        if (stopping) {
            break;
        }
        if (queue->watch != NULL) {
            advance(queue);
        }
        const bool pruned = queue->watch == NULL && queue->may_have_old && !held;
        if (pruned) { /* a few between two runs, so that no run waits long */
            queue->may_have_old = prune(queue);
        }
        const bool may_begin =
            queue->watch == NULL && queue->may_have_queued && !held && clock_now_ns() >= queue->retry_at_ns;
        if (may_begin) {
            begin_next(queue);
        } else {
            wait_for_events(queue, !pruned ? -1 : queue->may_have_old ? PRUNE_PAUSE_MS : 0);
        }
    }
    if (queue->watch != NULL) {
        interrupt_active(queue);
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
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    new->config = *config;
    new->held = config->held;
    new->may_have_queued = true;
    new->may_have_old = config->keep_runs > 0;
    new->pruning.keep = config->keep_runs;
    pthread_mutex_init(&new->changes, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    pthread_mutex_init(&new->state, NULL);
    new->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    new->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    enum result result = RESULT_OK;
    if (new->wake < 0 || new->timer < 0) {
        result = err_system(err, errno, "cannot create the descriptors of the run queue");
        goto fail;
    }
    result = sampler_create(config->watch.server, &new->sampler, err);
    if (result != RESULT_OK) {
        goto fail;
    }
    set_tick(new, IDLE_TICK_MS);
    const int error = pthread_create(&new->thread, NULL, serve, new);
    if (error != 0) {
        result = err_system(err, error, "cannot create the thread of the run queue");
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
