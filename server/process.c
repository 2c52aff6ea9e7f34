#include "server/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/helper_thread.h"
#include "base/log.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/sources.h"
#include "server/signals.h"

/* From this size on the panel's memory is mapped, and unmapped when it is freed (mallopt(3)). */
#define LARGE_BLOCK (128 * 1024)

enum { THREAD_STACK = 1024 * 1024 };

/* Each connection of the TIME server uses a descriptor of this process. */
void process_raise_limits(void)
{
    const int failed = limit_terms_raise_nofile();
    if (failed != 0) {
        log_warning("cannot raise RLIMIT_NOFILE to its hard limit: %s", err_errno_name(failed));
    }
}

/* glibc's default is RLIMIT_STACK, whatever that is: 64 KiB are too few, and 8 MiB of each thread too many under
 * RLIMIT_AS. libmicrohttpd's threads take the default as well. */
static void set_thread_stacks(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, thread_stack_size(THREAD_STACK));
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

/* Whoever starts the next panel has to be able to open what this one has made. */
static void keep_files_open_to_owner(void)
{
    const mode_t mask = umask(S_IRWXG | S_IRWXO);
    umask(mask & ~(mode_t)S_IRWXU);
}

/* They are in the same directory as this program. */
static enum result find_generators(struct process *process, struct err *err)
{
    static const char alone[] = "koneksi-load";
    static const char rank[] = "-mpi";
    char *const path = process->generator;
    const ssize_t length = readlink("/proc/self/exe", path, PROCESS_PATH_SIZE - sizeof alone - sizeof rank);
    if (length <= 0) {
        return err_system(err, errno, "cannot read /proc/self/exe");
    }
    path[length] = '\0';
    char *const slash = strrchr(path, '/');
    memcpy(slash != NULL ? slash + 1 : path, alone, sizeof alone);
    memcpy(stpcpy(process->ranks, path), rank, sizeof rank);
    return access(path, X_OK) == 0 ? RESULT_OK : err_system(err, errno, "cannot find the load generator %.200s", path);
}

static enum result check_hostfile(const char *path, struct err *err)
{
    const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (path != NULL && fd < 0) {
        return err_system(err, errno, "cannot read the host file %.200s", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return RESULT_OK;
}

/* In a panel that starts with a closed standard descriptor, the database or a socket must not become standard error. */
static void occupy_standard_descriptors(void)
{
    int fd = 0;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
    }
    if (fd >= 0) {
        close(fd);
    }
}

static uint64_t inherited_fds(void)
{
    const uint64_t open = source_open_fds("");
    return open != LIMIT_UNKNOWN ? open : STDERR_FILENO + 1;
}

enum result process_begin(struct process *process, struct err *err)
{
    /* An arena for each thread would reserve 64 MiB of addresses, which RLIMIT_AS may not permit; the panel's threads
     * allocate too little to contend for one arena. */
    mallopt(M_ARENA_MAX, 1);
    /* Without this, glibc keeps what a large block freed: after a few runs 10 MB, which control groups charge. */
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
    set_thread_stacks();
    keep_files_open_to_owner();
    occupy_standard_descriptors();
    process->inherited = inherited_fds();
    signals_prepare();
    return log_start(err);
}

struct launcher_programs process_programs(const struct process *process, const char *hostfile)
{
    return (struct launcher_programs){.generator = process->generator,
                                      .ranks = {.generator = process->ranks, .hostfile = hostfile}};
}

enum result process_prepare_runs(struct process *process, const char *hostfile, struct err *err)
{
    /* The client processes of a killed generator become children of the panel, which reaps them: as process 1 of a
     * container it is their only parent anyway. */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
        log_warning("cannot become the parent of a killed generator's client processes (prctl: %s): process 1 has to "
                    "wait for them",
                    err_errno_name(errno));
    }
    /* Load generators must not inherit the descriptors that the panel was started with; its own are close-on-exec. */
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    const enum result found = find_generators(process, err);
    return found == RESULT_OK ? check_hostfile(hostfile, err) : found;
}

void process_say(const struct err *err)
{
    char line[sizeof err->message + 16];
    const int length = snprintf(line, sizeof line, "koneksi: %s\n", err->message);
    log_text(line, (size_t)length);
}
