/* What run_queue.c (the thread) and run_queue_ask.c (what other threads ask) share.
 *
 * Two locks. `changes` is held over each change of a run's status in the store together with its publication, so that
 * readers see them in one order; it may wait for the disk. `state` guards what other threads ask of the run under way;
 * it is held for copies alone, and may be taken inside `changes`, never the other way round. */
#ifndef KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_PRIVATE_H
#define KONEKSI_SERVER_LAB_QUEUE_RUN_QUEUE_PRIVATE_H

#include <pthread.h>

#include "server/lab/queue/run_queue.h"
#include "server/lab/run/sampler.h"

struct run_watch;

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
    void (*heard)(void *arg); /* run_queue_listen; NULL: nobody */
    void *listener;

    /* of the thread alone */
    struct sampler *sampler;
    struct run_watch *watch;
    bool look;            /* there may be a queued run */
    bool prune;           /* there may be runs beyond those that are kept */
    bool over;            /* the run under way only has to be stored */
    uint64_t retry_at_ns; /* the store failed: not before */
    uint64_t server_at_ns;
};

/* Makes the thread look for what has changed. */
void run_queue_wake(struct run_queue *queue);

/* Deletes a few of the runs beyond those that are kept. False when there are no more, or the store failed, which is
 * logged. Of the thread. */
bool run_queue_prune(struct run_queue *queue);

/* Tells who listens that a run is over or gone. Takes `state`. */
void run_queue_tell(struct run_queue *queue);

#endif
