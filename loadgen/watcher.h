/* Waits for what ends a run from outside: SIGTERM and SIGINT cancel it, the end of standard input ends the program. */
#ifndef KONEKSI_LOADGEN_WATCHER_H
#define KONEKSI_LOADGEN_WATCHER_H

#include <stdbool.h>

#include "base/err.h"

struct watcher;

/* Blocks the signals in the calling thread, and so in all that it creates later. `cancel` is called from the
 * watcher's thread, once for each signal. With `watch_input`, end of file on standard input kills the client
 * processes and ends the program at once, provided that it is a pipe or a socket: a launcher that died. RESULT_SYSTEM,
 * RESULT_NO_MEMORY. */
enum result watcher_start(bool watch_input, void (*cancel)(void *), void *argument, struct watcher **watcher,
                          struct err *err) MUST_CHECK;

/* Joins the thread; afterwards `cancel` is not called any more. The signals stay blocked. */
void watcher_stop(struct watcher *watcher);

#endif
