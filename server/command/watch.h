/* What the main thread of a command waits for: news of the lab, and SIGTERM or SIGINT. Shows the progress of the run
 * under way on standard error meanwhile, if that is a terminal. */
#ifndef KONEKSI_SERVER_COMMAND_WATCH_H
#define KONEKSI_SERVER_COMMAND_WATCH_H

#include <pthread.h>

#include "loadgen/display/progress.h"
#include "server/lab/run/event.h"

#define WATCH_LEAD_SIZE 96

struct watch {
    int news;             /* eventfd */
    int signals;          /* signals_end_fd */
    bool bar;             /* there is a terminal to draw it on */
    pthread_mutex_t lock; /* of the three below, which the lab's threads set */
    bool changed;         /* a run or an experiment may be over */
    uint64_t count;       /* clients of the run under way */
    struct load_sample sample;
    struct progress progress; /* of the main thread, as the rest */
    uint64_t progress_count;
    char lead[WATCH_LEAD_SIZE];
};

/* After signals_block. `quiet`: no progress is shown. RESULT_SYSTEM. watch_free in either case. */
enum result watch_init(struct watch *watch, bool quiet, struct err *err) MUST_CHECK;
void watch_free(struct watch *watch);

/* The observer for the lab, which `watch` outlives. */
struct observer watch_observer(struct watch *watch);

/* Waits until a run or an experiment has changed its state, or a signal has come: returns the signal's number, else 0.
 */
int watch_wait(struct watch *watch);

/* Shows what stands before the progress of each run from now on; empty: nothing. Only where watch->bar. */
void watch_lead(struct watch *watch, const char *lead);

/* Takes the progress line away. */
void watch_clear(const struct watch *watch);

#endif
