/* io_uring(7): whether it can be used here, and rings with the best flags that the running kernel takes. What is done
 * with a ring is liburing's. */
#ifndef KONEKSI_BASE_URING_H
#define KONEKSI_BASE_URING_H

#include <liburing.h>
#include <stdint.h>

#include "base/err.h"
#include "base/language.h"

enum uring_refusal {
    URING_ALLOWED,
#define URING_REFUSAL(NAME, ...) URING_REFUSED_##NAME,
#include "base/uring_refusals.def"
#undef URING_REFUSAL
};

/* Makes a ring, looks at what it can do and closes it. Where that fails for want of a descriptor or of memory, the
 * answer is URING_ALLOWED: whoever makes a ring to use it reports that. */
enum uring_refusal uring_check(void) MUST_CHECK;

/* The row's name, and its reason as part of a sentence; NULL for URING_ALLOWED. */
const char *uring_refusal_name(enum uring_refusal refusal);
const char *uring_refusal_why(enum uring_refusal refusal, enum language language);

/* Makes a ring with room for `submissions` that the kernel has not got yet and `completions` that were not seen yet,
 * both powers of two. It takes one descriptor. Any thread may make it; the one thread that uses it calls uring_start()
 * before anything else. io_uring_queue_exit() closes it. 0, or an errno, as that of io_uring_setup(2): EPERM and ENOSYS
 * are explained by uring_check(). */
int uring_make(struct io_uring *ring, unsigned submissions, unsigned completions) MUST_CHECK;
int uring_start(struct io_uring *ring) MUST_CHECK;

/* The next entry to fill in; `count` - 1 more are free behind it, for requests that are linked and so submitted
 * together. Where there are not as many it submits what there is, and waits while the kernel has no memory for that. */
struct io_uring_sqe *uring_next(struct io_uring *ring, unsigned count);

/* Submits, and waits at most `span_ns` for a completion; UINT64_MAX: until there is one. */
void uring_wait(struct io_uring *ring, uint64_t span_ns);

#endif
