/* Wakes everything that waits for one event: threads that sleep on a futex, and loops that sleep in epoll_wait. */
#ifndef KONEKSI_SERVER_TIME_WAKEUP_H
#define KONEKSI_SERVER_TIME_WAKEUP_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

struct wakeup {
    _Atomic uint32_t count; /* signals so far */
    int fd;                 /* an eventfd that nobody reads: with EPOLLET each signal is one event. */
};

/* RESULT_SYSTEM. */
enum result wakeup_init(struct wakeup *wakeup, struct err *err) MUST_CHECK;
void wakeup_close(struct wakeup *wakeup);

/* Read the count, check the condition, then wait: a signal in between is not lost. */
uint32_t wakeup_count(const struct wakeup *wakeup);

/* Sleeps until the count differs from `count`, at most `timeout_ms` (0: without end). May return early. */
void wakeup_wait(struct wakeup *wakeup, uint32_t count, uint32_t timeout_ms);

/* Any thread. Costs two system calls. */
void wakeup_signal(struct wakeup *wakeup);

#endif
