/* Rings of io_uring(7) with the best flags that the running kernel takes. What is done with a ring is liburing's. */
#ifndef KONEKSI_BASE_URING_H
#define KONEKSI_BASE_URING_H

#include <liburing.h>
#include <stdint.h>

#include "base/err.h"

/* Makes a ring with room for `submissions` that the kernel has not got yet and `completions` that were not seen yet,
 * both powers of two. It takes one descriptor. Any thread may make it; the one thread that uses it calls uring_start()
 * before anything else. io_uring_queue_exit() closes it. 0, or an errno, as that of io_uring_setup(2): EPERM and ENOSYS
 * are explained by uring_check() (uring_refusal.h). */
int uring_make(struct io_uring *ring, unsigned submissions, unsigned completions) MUST_CHECK;
int uring_start(struct io_uring *ring) MUST_CHECK;

/* The next entry to fill in; `count` - 1 more are free behind it, for requests that are linked and so submitted
 * together. Where there are not as many it submits what there is, and waits while the kernel has no memory for that. */
struct io_uring_sqe *uring_next(struct io_uring *ring, unsigned count);

/* Submits, and waits at most `span_ns` for a completion; UINT64_MAX: until there is one. */
void uring_wait(struct io_uring *ring, uint64_t span_ns);

#endif
