/* The queue's state, shared by its thread (run_queue.c) and the requests of other threads (run_queue_requests.c).
 *
 * Two locks. `changes` is held over each change of a run's status in the store together with its event, so that
 * observers see the changes in one order; its holder may wait for the disk. `state` guards what other threads read
 * of the run under way; it is held only to copy, and may be taken while `changes` is held, never the other way round.
 */
#ifndef KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_STATE_H
#define KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_STATE_H

#include <pthread.h>

#include "db/store_prune.h"
#include "server/lab/queue/run_queue.h"
#include "server/lab/run/sampler.h"

struct active {
    int64_t id; /* 0: none */
    bool cancel;
    bool measured; /* totals and peaks below belong to this run */
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
    void (*on_change)(void *arg); /* run_queue_set_on_change; NULL: nobody */
    void *on_change_arg;

    /* used only by the thread */
    struct sampler *sampler;
    struct run_watch *watch;
    bool may_have_queued; /* the store may hold a queued run */
    struct pruning pruning;
    bool may_have_old;    /* the store may hold more runs than are kept */
    bool over;            /* the run under way has ended and only has to be stored */
    uint64_t retry_at_ns; /* time of the next attempt after the store failed */
    uint64_t server_at_ns;
};

/* Wakes the thread, which then reads the queue again. */
void run_queue_wake(struct run_queue *queue);

/* Calls on_change. Takes `state`. */
void run_queue_changed(struct run_queue *queue);

/* Sets the run under way, without measurements; 0: none. Takes `state`. */
void run_queue_set_active(struct run_queue *queue, int64_t id);

/* Copies the current totals and peaks of `run`, the run under way. True when its cancellation was requested. Takes
 * `state`. */
bool run_queue_update_active(struct run_queue *queue, const struct run *run);

/* Requests the cancellation of run `id`. False when it is not the run under way. Takes `state`. */
bool run_queue_cancel_active(struct run_queue *queue, int64_t id);

#endif
