#include "base/uring_refusal.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/table.h"
#include "base/uring.h"

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

enum uring_refusal uring_refusal_from_name(const char *name)
{
    for (size_t i = 1; name != NULL && i < COUNT_OF(rows); i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return (enum uring_refusal)i;
        }
    }
    return URING_ALLOWED;
}

const char *uring_refusal_why(enum uring_refusal refusal, enum language language)
{
    return rows[refusal].why[language];
}

/* The number behind `prefix`, which begins a line of the file; 0 where there is none. */
static long long number_in(const char *path, const char *prefix, int base)
{
    char line[256];
    const size_t length = strlen(prefix);
    long long number = 0;
    FILE *const file = bounded_file_open(path);
    while (file != NULL && number == 0 && fgets(line, sizeof line, file) != NULL) {
        number = strncmp(line, prefix, length) == 0 ? strtoll(line + length, NULL, base) : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return number;
}

static bool has_filter(void)
{
    return number_in("/proc/self/status", "Seccomp:", 10) != 0;
}

/* Whether level 1 of kernel.io_uring_disabled lets this process pass. The kernel asks for CAP_SYS_ADMIN in the first
 * user namespace; who has that of another one, and a filter besides, is taken to pass. */
static bool is_privileged(void)
{
    const gid_t group = (gid_t)number_in("/proc/sys/kernel/io_uring_group", "", 10);
    const bool is_admin = (number_in("/proc/self/status", "CapEff:", 16) >> CAP_SYS_ADMIN & 1) != 0;
    return is_admin || getegid() == group || group_member(group) != 0;
}

/* As in io_uring_allowed, io_uring/io_uring.c: of EPERM. */
static enum uring_refusal refusal_by_level(void)
{
    switch (number_in("/proc/sys/kernel/io_uring_disabled", "", 10)) {
    case 2:
        return URING_REFUSED_SYSCTL;
    case 1:
        return has_filter() && is_privileged() ? URING_REFUSED_FILTER : URING_REFUSED_RESTRICTED;
    default:
        return URING_REFUSED_FILTER;
    }
}

static bool is_kernel_new(void)
{
    struct utsname kernel;
    char *rest = NULL;
    if (uname(&kernel) != 0) {
        return false;
    }
    const unsigned long major = strtoul(kernel.release, &rest, 10);
    return major > 5 || (major == 5 && *rest == '.' && strtoul(rest + 1, NULL, 10) >= 19);
}

/* A seccomp profile may answer as a kernel without io_uring does, so that programs fall back to something else. */
static enum uring_refusal refusal_of(int error_number)
{
    switch (error_number) {
    case EINVAL: /* from a kernel that has not got the flags of uring_make() */
        return URING_REFUSED_KERNEL;
    case ENOSYS:
        return has_filter() && is_kernel_new() ? URING_REFUSED_FILTER : URING_REFUSED_KERNEL;
    case EPERM:
        return refusal_by_level();
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
