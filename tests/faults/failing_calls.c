/* LD_PRELOAD: memory, descriptors, threads, processes and pipes that the program asks for and does not get, and files
 * that do not do what they should; see faults.h. glibc's own needs for memory come by here too (fopen, opendir, strdup,
 * pthread_create). */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/faults/faults.h"

static struct faults *faults;

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern void *__interceptor_malloc(size_t size) __attribute__((weak));

static bool is_sanitized(void)
{
    return __interceptor_malloc != NULL;
}

/* For whoever looks into a failure: addr2line -e PROGRAM OFFSET. */
static void note(const char *call, const void *caller)
{
    Dl_info info;
    if (dladdr(caller, &info) != 0 && info.dli_fname != NULL) {
        const char *const slash = strrchr(info.dli_fname, '/');
        snprintf(faults->what, sizeof faults->what, "%s in %.50s at %#tx", call,
                 slash != NULL ? slash + 1 : info.dli_fname, (const char *)caller - (const char *)info.dli_fbase - 1);
    }
}

/* Where an address sanitizer is, the C library's own needs are also its runtime's, which cannot do without. */
static bool is_spared(enum fault_kind kind, const void *caller)
{
    Dl_info info;
    return kind == FAULT_MEMORY && is_sanitized() && faults != NULL && faults->kinds != 0 &&
           dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
           (strstr(info.dli_fname, "/libc.so") != NULL || strstr(info.dli_fname, "/ld-linux") != NULL ||
            strstr(info.dli_fname, "/libasan.so") != NULL);
}

static bool hit(enum fault_kind kind, int error, const char *call, const void *caller)
{
    if (is_spared(kind, caller) || !faults_hit(faults, kind)) {
        return false;
    }
    if (atomic_fetch_add(&faults->injected, 1) == 0) {
        note(call, caller);
    }
    errno = error;
    return true;
}

#define HIT(kind, error) hit(kind, error, __func__, __builtin_return_address(0))

/* The function that this one stands before. All are looked up at the start: a child that was forked must not. */
#define EACH_REAL(X)                                                                                                   \
    X(open)                                                                                                            \
    X(open64)                                                                                                          \
    X(fopen)                                                                                                           \
    X(fopen64)                                                                                                         \
    X(opendir)                                                                                                         \
    X(socket)                                                                                                          \
    X(accept4)                                                                                                         \
    X(epoll_create1)                                                                                                   \
    X(eventfd)                                                                                                         \
    X(timerfd_create)                                                                                                  \
    X(signalfd)                                                                                                        \
    X(pidfd_open)                                                                                                      \
    X(epoll_ctl)                                                                                                       \
    X(mmap)                                                                                                            \
    X(mmap64)                                                                                                          \
    X(pthread_create)                                                                                                  \
    X(fork)                                                                                                            \
    X(_Fork)                                                                                                           \
    X(posix_spawn)                                                                                                     \
    X(pipe2)                                                                                                           \
    X(stat)                                                                                                            \
    X(fstat)                                                                                                           \
    X(fchmod)                                                                                                          \
    X(flock)                                                                                                           \
    X(fsync)                                                                                                           \
    X(renameat2)

static struct {
#define MEMBER(name) __typeof__(name) *name; /* NOLINT(bugprone-macro-parentheses): a declaration has none */
    EACH_REAL(MEMBER)
#undef MEMBER
} real;

static void look_up(void)
{
    /* dlsym(3) has its result as void *, POSIX that it can be a function */
#define LOOK_UP(name) *(void **)&real.name = dlsym(RTLD_NEXT, #name);
    EACH_REAL(LOOK_UP)
#undef LOOK_UP
}

__attribute__((constructor)) static void begin(void)
{
    look_up();
    faults = faults_map();
}

/* A sanitizer begins earlier. */
#define REAL(name) ((real.name != NULL ? (void)0 : look_up()), real.name)

/* --- memory: from glibc, or from the address sanitizer where that has taken its place --- */

#define ALLOCATOR(type, name, parameters, arguments, forbidden)                                                        \
    extern type __libc_##name parameters;                                                                              \
    extern type __interceptor_##name parameters __attribute__((weak));                                                 \
    __attribute__((visibility("default"))) type name parameters                                                        \
    {                                                                                                                  \
        if (forbidden HIT(FAULT_MEMORY, ENOMEM)) {                                                                     \
            return NULL;                                                                                               \
        }                                                                                                              \
        return is_sanitized() ? __interceptor_##name arguments : __libc_##name arguments;                              \
    }

/* The names are those of the C libraries. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
ALLOCATOR(void *, malloc, (size_t size), (size), )
ALLOCATOR(void *, calloc, (size_t count, size_t size), (count, size), )
ALLOCATOR(void *, realloc, (void *old, size_t size), (old, size), size > 0 &&)
ALLOCATOR(void *, memalign, (size_t alignment, size_t size), (alignment, size), )
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = memalign(alignment, size);
    return *memory != NULL ? 0 : ENOMEM;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    return HIT(FAULT_MEMORY, ENOMEM) ? MAP_FAILED : REAL(mmap)(address, length, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
    return HIT(FAULT_MEMORY, ENOMEM) ? MAP_FAILED : REAL(mmap64)(address, length, protection, flags, fd, offset);
}

/* The kernel's memory for a watch. */
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    return operation == EPOLL_CTL_ADD && HIT(FAULT_MEMORY, ENOMEM) ? -1 : REAL(epoll_ctl)(epoll, operation, fd, event);
}

/* --- descriptors --- */

static mode_t mode_argument(int flags, va_list arguments)
{
    const bool takes_mode =
        (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; /* which has O_DIRECTORY in it */
    return takes_mode ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(open64)(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? NULL : REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? NULL : REAL(fopen64)(path, mode);
}

DIR *opendir(const char *path)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? NULL : REAL(opendir)(path);
}

int socket(int domain, int type, int protocol)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(socket)(domain, type, protocol);
}

int accept4(int listener, __SOCKADDR_ARG address, socklen_t *length, int flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(accept4)(listener, address, length, flags);
}

int epoll_create1(int flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(epoll_create1)(flags);
}

int eventfd(unsigned count, int flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(eventfd)(count, flags);
}

int timerfd_create(clockid_t clock, int flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(timerfd_create)(clock, flags);
}

int signalfd(int fd, const sigset_t *signals, int flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(signalfd)(fd, signals, flags);
}

int pidfd_open(pid_t pid, unsigned flags)
{
    return HIT(FAULT_DESCRIPTOR, EMFILE) ? -1 : REAL(pidfd_open)(pid, flags);
}

/* --- threads, processes, pipes --- */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument)
{
    return HIT(FAULT_THREAD, EAGAIN) ? EAGAIN : REAL(pthread_create)(thread, attributes, body, argument);
}

pid_t fork(void)
{
    return HIT(FAULT_PROCESS, EAGAIN) ? -1 : REAL(fork)();
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
pid_t _Fork(void)
{
    return HIT(FAULT_PROCESS, EAGAIN) ? -1 : REAL(_Fork)();
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[])
{
    return HIT(FAULT_PROCESS, EAGAIN) ? EAGAIN
                                      : REAL(posix_spawn)(pid, path, actions, attributes, arguments, environment);
}

int pipe2(int ends[2], int flags)
{
    return HIT(FAULT_PIPE, EMFILE) ? -1 : REAL(pipe2)(ends, flags);
}

/* --- files --- */

int stat(const char *path, struct stat *status)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(stat)(path, status);
}

int fstat(int fd, struct stat *status)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(fstat)(fd, status);
}

int fchmod(int fd, mode_t mode)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(fchmod)(fd, mode);
}

int flock(int fd, int operation)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(flock)(fd, operation);
}

int fsync(int fd)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(fsync)(fd);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return HIT(FAULT_FILE, EIO) ? -1 : REAL(renameat2)(from_folder, from, to_folder, to, flags);
}
