/* The experiments' state, shared by their thread (experiments.c) and the requests of other threads
 * (experiments_requests.c).
 *
 * Locks: `changes` is held over each change of an experiment's status together with its publication, so that readers
 * see them in one order, and over the submission of its next run, so that one that is cancelled gets none; it may wait
 * for the disk. `state` guards what wakes the thread; it is held for copies alone, and the run queue reports its news
 * under a lock of its own. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENTS_STATE_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENTS_STATE_H

#include <pthread.h>

#include "server/lab/experiment/cooldown.h"
#include "server/lab/experiment/experiments.h"

struct experiments {
    struct experiments_config config;
    pthread_t thread;
    pthread_mutex_t changes;
    int64_t active; /* under way; 0: none. Under `changes` */
    pthread_mutex_t state;
    pthread_cond_t changed;
    bool news;
    bool stopping;

    /* of the thread alone */
    struct experiment current; /* id 0: none */
    struct cooldown before;    /* its first run */
    uint64_t run_over_ns;      /* when its last run was seen to be over */
    bool said_waits;           /* for ports, since then */
};

/* Wakes the thread, which then looks for what has changed. `arg`: the struct experiments. Takes `state`. */
void experiments_wake(void *arg);

#endif
