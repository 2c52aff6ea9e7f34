#include "base/uring.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/clock.h"
#include "base/table.h"

static const struct {
    const char *name, *why[LANGUAGE_COUNT];
} rows[] = {
    [URING_ALLOWED] = {NULL, {NULL}},
#define URING_REFUSAL(NAME, name, ...) [URING_REFUSED_##NAME] = {#name, {__VA_ARGS__}},
#include "base/uring_refusals.def"
#undef URING_REFUSAL
};

const char *uring_refusal_name(enum uring_refusal refusal)
{
    return rows[refusal].name;
}

const char *uring_refusal_why(enum uring_refusal refusal, enum language language)
{
    return rows[refusal].why[language];
}

/* The number behind `prefix`, which begins a line of the file; 0 where there is none. */
static long number_in(const char *path, const char *prefix)
{
    char line[256];
    const size_t length = strlen(prefix);
    long number = 0;
    FILE *const file = bounded_file_open(path);
    while (file != NULL && number == 0 && fgets(line, sizeof line, file) != NULL) {
        number = strncmp(line, prefix, length) == 0 ? strtol(line + length, NULL, 10) : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return number;
}

/* 2: for all; 1: for all but root and a group of users. */
static bool is_switched_off(void)
{
    const long level = number_in("/proc/sys/kernel/io_uring_disabled", "");
    return level == 2 || (level == 1 && geteuid() != 0);
}

/* A seccomp profile may answer as a kernel without io_uring does, so that programs fall back to something else. */
static enum uring_refusal refusal_of(int error_number)
{
    switch (error_number) {
    case EINVAL: /* from a kernel that has not got the flags of uring_make() */
        return URING_REFUSED_KERNEL;
    case ENOSYS:
        return number_in("/proc/self/status", "Seccomp:") != 0 ? URING_REFUSED_FILTER : URING_REFUSED_KERNEL;
    case EPERM:
        return is_switched_off() ? URING_REFUSED_SYSCTL : URING_REFUSED_FILTER;
    case EACCES:
        return URING_REFUSED_FILTER;
    default:
        return URING_ALLOWED;
    }
}

/* On a thread of its own: when a ring is closed, the kernel soon interrupts whatever system call its maker is in
 * (io_ring_exit_work in its io_uring/io_uring.c). */
static enum uring_refusal check_here(void)
{
    struct io_uring ring;
    const int failed = uring_make(&ring, 1, 2);
    if (failed != 0) {
        return refusal_of(failed);
    }
    const int refused = uring_start(&ring);
    struct io_uring_probe *const probe = io_uring_get_probe_ring(&ring);
    const bool able = probe == NULL || io_uring_opcode_supported(probe, IORING_OP_SOCKET);
    io_uring_free_probe(probe);
    io_uring_queue_exit(&ring);
    return refused != 0 ? refusal_of(refused) : able ? URING_ALLOWED : URING_REFUSED_KERNEL;
}

static void *check(void *refusal)
{
    *(enum uring_refusal *)refusal = check_here();
    return NULL;
}

enum uring_refusal uring_check(void)
{
    enum uring_refusal refusal = URING_ALLOWED;
    pthread_t thread;
    if (pthread_create(&thread, NULL, check, &refusal) == 0) {
        pthread_join(thread, NULL);
    }
    return refusal;
}

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
