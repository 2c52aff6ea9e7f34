#include "base/uring.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/table.h"

/* From the newest set to the oldest. Each leaves out an interrupt of the thread that works on other clients while its
 * completions are not looked at; SUBMIT_ALL keeps a submission that fails at once from holding up those behind it. */
int uring_make(struct io_uring *ring, unsigned submissions, unsigned completions)
{
    static const unsigned flags[] = {
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL, /* Linux 6.1 */
        IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL,                               /* 5.19 */
    };
    int failed = EINVAL;
    for (size_t i = 0; failed == EINVAL && i < COUNT_OF(flags); i++) {
        struct io_uring_params parameters = {.flags = flags[i] | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE |
                                                      IORING_SETUP_CLAMP,
                                             .cq_entries = completions};
        failed = -io_uring_queue_init_params(submissions, ring, &parameters);
    }
    return failed;
}

/* A seccomp profile may permit a ring, and not its use: of a request that does nothing. */
static int try_out(struct io_uring *ring)
{
    struct io_uring_cqe *seen = NULL;
    io_uring_prep_nop(io_uring_get_sqe(ring));
    int failed = 0;
    do {
        failed = -io_uring_submit_and_wait(ring, 1);
    } while (failed == EINTR);
    if (failed > 0) {
        return failed;
    }
    if (io_uring_peek_cqe(ring, &seen) == 0) {
        io_uring_cqe_seen(ring, seen);
    }
    return 0;
}

/* A ring that nobody has enabled belongs to the thread that does. Without a registered descriptor each call takes a
 * reference to the file, no more. */
int uring_start(struct io_uring *ring)
{
    const int failed = -io_uring_enable_rings(ring);
    if (failed != 0) {
        return failed;
    }
    (void)io_uring_register_ring_fd(ring);
    return try_out(ring);
}

static void rest(void)
{
    const struct timespec a_while = {.tv_nsec = NS_PER_MS};
    (void)nanosleep(&a_while, NULL);
}

/* What has completed gives its memory back when it is looked at. */
struct io_uring_sqe *uring_next(struct io_uring *ring, unsigned count)
{
    while (io_uring_sq_space_left(ring) < count) {
        if (io_uring_submit_and_get_events(ring) < 0) {
            rest();
        }
    }
    return io_uring_get_sqe(ring);
}

/* An error that lasts must not keep a processor busy. */
void uring_wait(struct io_uring *ring, uint64_t span_ns)
{
    struct io_uring_cqe *first = NULL;
    struct __kernel_timespec span = {.tv_sec = (long long)(span_ns / NS_PER_S),
                                     .tv_nsec = (long long)(span_ns % NS_PER_S)};
    const int result =
        span_ns == 0 ? io_uring_submit_and_get_events(ring)
                     : io_uring_submit_and_wait_timeout(ring, &first, 1, span_ns == UINT64_MAX ? NULL : &span, NULL);
    if (result < 0 && result != -ETIME && result != -EINTR && result != -EBUSY) {
        rest();
    }
}
