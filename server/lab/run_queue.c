/* One thread does all that a run needs; the others change the store's state of a run and wake it.
 *
 * Two locks. `changes` is held over each change of a run's status in the store together with its publication, so that
 * readers see them in one order; it may wait for the disk. `state` guards what other threads ask of the run under way;
 * it is held for copies alone, and may be taken inside `changes`, never the other way round. */
#include "lab/run_queue.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "lab/publish.h"
#include "lab/run_watch.h"
#include "lab/target.h"

enum {
    TICK_MS = 100, /* while a run is under way: 10 Hz */
    IDLE_TICK_MS = 1000,
    RETRY_MS = 1000, /* after the store has failed */
    SERVER_EVERY_MS = 1000,
    LAST_TRIES = 3, /* to store the interrupted run when the panel is stopped */
};

struct active {
    int64_t id; /* 0: none */
    bool cancel;
    bool measured; /* totals and peaks below are of this run */
    struct load_totals totals;
    struct load_peaks peaks;
    uint64_t server_threads, server_connections;
};

struct run_queue {
    struct run_queue_config config;
    pthread_t thread;
    int wake;  /* eventfd */
    int timer; /* timerfd */

    pthread_mutex_t changes;
    pthread_mutex_t state;
    struct active active;
    bool stopping;
    bool held;

    /* of the thread alone */
    struct sampler *sampler;
    struct run_watch *watch;
    bool look;            /* there may be a queued run */
    bool over;            /* the run under way only has to be stored */
    uint64_t retry_at_ns; /* the store failed: not before */
    uint64_t server_at_ns;
    char *server_json;
};

static void wake(struct run_queue *queue)
{
    const uint64_t one = 1;
    /* It can only fail when the counter is full, and then the thread is about to wake. */
    const ssize_t ignored = write(queue->wake, &one, sizeof one);
    (void)ignored;
}

static void forget_wake(int fd)
{
    uint64_t count = 0;
    const ssize_t ignored = read(fd, &count, sizeof count);
    (void)ignored;
}

/* --- the thread: which run next --- */

static void set_active(struct run_queue *queue, int64_t id)
{
    pthread_mutex_lock(&queue->state);
    queue->active = (struct active){.id = id};
    pthread_mutex_unlock(&queue->state);
}

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
    set_active(queue, id); /* from here on a cancel finds it, and the server stays as it is */
    const enum result result = run_watch_mark(queue->watch, err);
    pthread_mutex_unlock(&queue->changes);
    return result;
}

static void begin(struct run_queue *queue, const struct run *run)
{
    struct err err;
    if (run_watch_create(&queue->config, queue->sampler, run, &queue->watch, &err) != RESULT_OK) {
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
    set_active(queue, 0);
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
    const enum result result = store_run_next(queue->config.store, run, &err);
    if (result == RESULT_OK) {
        begin(queue, run);
    } else if (result == RESULT_NOT_FOUND) {
        queue->look = false;
    } else {
        store_failed(queue, "the next run cannot be read", &err);
    }
    free(run);
}

/* --- the thread: the run under way --- */

static void show_active(struct run_queue *queue)
{
    const struct run *const run = run_watch_run(queue->watch);
    pthread_mutex_lock(&queue->state);
    struct active *const active = &queue->active;
    active->measured = true;
    active->totals = run->totals;
    active->peaks = run->peaks;
    active->server_threads = run->peak_server_threads;
    active->server_connections = run->peak_server_connections;
    const bool cancel = active->cancel;
    pthread_mutex_unlock(&queue->state);
    if (cancel) {
        run_watch_cancel(queue->watch);
    }
}

/* False when the store failed and it has to be tried again. */
static bool finish(struct run_queue *queue)
{
    struct err err;
    pthread_mutex_lock(&queue->changes);
    const enum result result = run_watch_finish(queue->watch, &err);
    const bool again = result == RESULT_STORE || result == RESULT_NO_MEMORY;
    if (!again) {
        set_active(queue, 0); /* whoever reads that it is over may change the server at once */
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
    queue->look = true;
    return true;
}

static void advance(struct run_queue *queue)
{
    if (!queue->over) {
        queue->over = !run_watch_step(queue->watch);
        show_active(queue);
    }
    if (queue->over && clock_now_ns() >= queue->retry_at_ns) {
        finish(queue);
    }
}

static void show_server(struct run_queue *queue)
{
    publish_server(queue->config.live, queue->config.server, sampler_fds(queue->sampler), &queue->server_json);
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
        queue->look = true;
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
        const bool may_pick = queue->watch == NULL && queue->look && !held && clock_now_ns() >= queue->retry_at_ns;
        if (may_pick) {
            pick(queue);
        } else {
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
    cJSON_free(queue->server_json);
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
    new->look = true;
    pthread_mutex_init(&new->changes, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    pthread_mutex_init(&new->state, NULL);
    new->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    new->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    enum result result = RESULT_OK;
    if (new->wake < 0 || new->timer < 0) {
        result = err_system(err, errno, "cannot make the descriptors of the run queue");
        goto fail;
    }
    result = sampler_create(config->server, &new->sampler, err);
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
    wake(queue);
}

void run_queue_stop(struct run_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    pthread_mutex_lock(&queue->state);
    queue->stopping = true;
    pthread_mutex_unlock(&queue->state);
    wake(queue);
    pthread_join(queue->thread, NULL);
    free_queue(queue);
}

/* --- what other threads ask --- */

static enum result create_if_room(struct run_queue *queue, struct run *run, struct err *err)
{
    uint64_t queued = 0;
    enum result result = store_queued_count(queue->config.store, &queued, err);
    if (result == RESULT_OK && queued >= RUN_QUEUE_MOST) {
        result = err_set(err, RESULT_FULL, "%d runs are queued already: try again when some are over", RUN_QUEUE_MOST);
    }
    return result == RESULT_OK ? store_run_create(queue->config.store, run, err) : result;
}

enum result run_queue_submit(struct run_queue *queue, const struct run_spec *spec, int64_t experiment, struct run *run,
                             struct err *err)
{
    struct net_address own;
    struct target target;
    enum result result = run_spec_check(spec, err);
    if (result != RESULT_OK) {
        return result;
    }
    time_server_address(queue->config.server, &own);
    result = target_resolve(spec->target, &own, queue->config.targets, &target, err);
    if (result != RESULT_OK) {
        return result;
    }
    memset(run, 0, sizeof *run);
    run->spec = *spec;
    run->experiment = experiment;
    run->created_ms = clock_utc_ms();
    pthread_mutex_lock(&queue->changes);
    result = create_if_room(queue, run, err);
    if (result == RESULT_OK) {
        publish_run(queue->config.live, run);
    }
    pthread_mutex_unlock(&queue->changes);
    if (result == RESULT_OK) {
        wake(queue);
    }
    return result;
}

static bool ask_to_cancel(struct run_queue *queue, int64_t id)
{
    pthread_mutex_lock(&queue->state);
    const bool found = queue->active.id == id;
    if (found) {
        queue->active.cancel = true;
    }
    pthread_mutex_unlock(&queue->state);
    if (found) {
        wake(queue);
    }
    return found;
}

enum result run_queue_cancel(struct run_queue *queue, int64_t id, struct run *run, struct err *err)
{
    struct store *const store = queue->config.store;
    pthread_mutex_lock(&queue->changes);
    const enum result cancelled = store_run_cancel_queued(store, id, clock_utc_ms(), err);
    if (cancelled == RESULT_OK || cancelled == RESULT_CONFLICT) {
        if (store_run_get(store, id, run, err) != RESULT_OK) {
            goto fail;
        }
    }
    if (cancelled == RESULT_OK) {
        publish_run(queue->config.live, run);
    } else if (cancelled == RESULT_CONFLICT && (run_status_is_over(run->status) || !ask_to_cancel(queue, id))) {
        err_set(err, RESULT_CONFLICT, "run %" PRId64 " is over: %s", id, run_status_name(run->status));
        goto fail;
    } else if (cancelled != RESULT_CONFLICT) {
        goto fail;
    }
    pthread_mutex_unlock(&queue->changes);
    run_queue_overlay(queue, run);
    return RESULT_OK;
fail:
    pthread_mutex_unlock(&queue->changes);
    return err->code;
}

enum result run_queue_delete(struct run_queue *queue, int64_t id, struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    const enum result result = store_run_delete(queue->config.store, id, err);
    if (result == RESULT_OK) {
        publish_deleted(queue->config.live, id);
    }
    pthread_mutex_unlock(&queue->changes);
    return result;
}

enum result run_queue_configure_server(struct run_queue *queue, const struct time_server_change *change,
                                       struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    const int64_t id = run_queue_active(queue);
    const enum result result =
        id == 0 ? time_server_configure(queue->config.server, change, err)
                : err_set(err, RESULT_CONFLICT, "run %" PRId64 " is under way: try again when it is over", id);
    pthread_mutex_unlock(&queue->changes);
    wake(queue);
    return result;
}

int64_t run_queue_active(struct run_queue *queue)
{
    pthread_mutex_lock(&queue->state);
    const int64_t id = queue->active.id;
    pthread_mutex_unlock(&queue->state);
    return id;
}

void run_queue_overlay(struct run_queue *queue, struct run *run)
{
    pthread_mutex_lock(&queue->state);
    const struct active *const active = &queue->active;
    if (active->id == run->id && active->measured && run->status == RUN_STATUS_RUNNING) {
        run->totals = active->totals;
        run->peaks = active->peaks;
        run->peak_server_threads = active->server_threads;
        run->peak_server_connections = active->server_connections;
    }
    pthread_mutex_unlock(&queue->state);
}
