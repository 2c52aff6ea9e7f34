/* The queue's state, between its thread (run_queue.c) and the requests of other threads (run_queue_requests.c).
 *
 * Two locks. `changes` is held over each change of a run's status in the store together with its event, so that
 * observers see the changes in one order; its holder may wait for the disk. `state` guards what other threads ask of
 * the run under way; it is held only for copies, and may be taken inside `changes`, never the other way round. */
#ifndef KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_STATE_H
#define KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_STATE_H

#include <pthread.h>

#include "server/lab/queue/run_queue.h"
#include "server/lab/run/sampler.h"

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
    void (*on_change)(void *arg); /* run_queue_set_on_change; NULL: nobody */
    void *on_change_arg;

    /* of the thread alone */
    struct sampler *sampler;
    struct run_watch *watch;
    bool may_have_queued; /* the store may hold a queued run */
    bool may_have_old;    /* the store may hold more runs than are kept */
    bool over;            /* the run under way only has to be stored */
    uint64_t retry_at_ns; /* the store failed: not before */
    uint64_t server_at_ns;
};

/* Makes the thread look for what has changed. */
void run_queue_wake(struct run_queue *queue);

/* Calls on_change. Takes `state`. */
void run_queue_changed(struct run_queue *queue);

/* Makes run `id` the one under way, of which nothing was measured yet; 0: none. Takes `state`. */
void run_queue_set_active(struct run_queue *queue, int64_t id);

/* Keeps what `run`, the one under way, has measured so far. True when a cancel was asked for. Takes `state`. */
bool run_queue_show_active(struct run_queue *queue, const struct run *run);

/* Asks for the end of run `id`. False when it is not the one under way. Takes `state`. */
bool run_queue_cancel_active(struct run_queue *queue, int64_t id);

#endif
