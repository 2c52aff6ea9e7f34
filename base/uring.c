#include "base/uring.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bounded_file.h"
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

/* A seccomp profile may answer as a kernel without io_uring does, so that programs fall back to something else. */
static enum uring_refusal refusal_of(int error_number)
{
    switch (error_number) {
    case ENOSYS:
        return number_in("/proc/self/status", "Seccomp:") != 0 ? URING_REFUSED_FILTER : URING_REFUSED_KERNEL;
    case EPERM:
        return number_in("/proc/sys/kernel/io_uring_disabled", "") != 0 ? URING_REFUSED_SYSCTL : URING_REFUSED_FILTER;
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
    struct io_uring_probe *const probe = io_uring_get_probe_ring(&ring);
    const bool able = probe == NULL || io_uring_opcode_supported(probe, IORING_OP_SOCKET);
    io_uring_free_probe(probe);
    io_uring_queue_exit(&ring);
    return able ? URING_ALLOWED : URING_REFUSED_KERNEL;
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
        0,
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

/* A ring that nobody has enabled belongs to the thread that does. Without a registered descriptor each call takes a
 * reference to the file, no more. */
int uring_start(struct io_uring *ring)
{
    const int failed = -io_uring_enable_rings(ring);
    if (failed == 0) {
        (void)io_uring_register_ring_fd(ring);
    }
    return failed;
}
