/* Waits for what ends a run from outside: SIGTERM and SIGINT cancel it, the end of standard input ends the program. */
#ifndef KONEKSI_LOADGEN_ENGINE_WATCHER_H
#define KONEKSI_LOADGEN_ENGINE_WATCHER_H

#include <stdbool.h>

#include "base/err.h"

struct watcher;

struct watcher_plan {
    /* End of file on standard input kills the client processes and ends the program at once, provided that it is a pipe
     * or a socket: a launcher that died. */
    bool watch_input;
    void (*abandon)(void *argument); /* called at that end instead, and once; NULL: the program ends */
    int cancel_signal;               /* one more that cancels; 0: none */
    bool own_thread;                 /* else watcher_tick has to be called often */
    void (*cancel)(void *argument);  /* once for each signal */
    void *argument;
};

/* Blocks the signals in the calling thread, and so in all that it creates later. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result watcher_start(const struct watcher_plan *plan, struct watcher **watcher, struct err *err) MUST_CHECK;

/* Without a thread of its own: handles what has come since the last call. One system call. */
void watcher_tick(struct watcher *watcher);

/* Joins the thread; afterwards `cancel` is not called any more. The signals stay blocked. */
void watcher_stop(struct watcher *watcher);

#endif
