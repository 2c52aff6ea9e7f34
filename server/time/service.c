/* How accepting waits. Whoever finds no slot of the budget waits on `bell`, a futex with an eventfd beside it, which a
 * closing connection rings only while somebody waits: the one that waits adds itself to `waiting` and then looks at
 * `slots`, the connection leaves `slots` and then looks at `waiting`, both sequentially consistent, so that one of them
 * always sees the other. */
#include "server/time/service.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/atomics.h"
#include "base/clock.h"
#include "base/log.h"
#include "server/time/connection_log.h"
#include "server/time/thread_budget.h"

#define CACHE_LINE 64
#define SHARDS 16
#define LOG_INTERVAL_NS NS_PER_S

struct shard {
    alignas(CACHE_LINE) _Atomic uint64_t replies;
    _Atomic uint64_t invalid;
    _Atomic uint64_t evicted;
};

struct time_service {
    /* written by each connection as it begins and ends */
    alignas(CACHE_LINE) _Atomic uint32_t slots; /* taken: connections, and threads in accept4(2) */
    _Atomic uint32_t live;
    _Atomic uint32_t threads;
    _Atomic uint64_t peak_live; /* the most there were since service_reset_peaks */
    _Atomic uint64_t peak_threads;

    /* read by each connection as it begins and ends, seldom written */
    alignas(CACHE_LINE) _Atomic uint32_t waiting; /* for a slot */
    _Atomic uint32_t bell;
    _Atomic bool stopping;
    int listener;
    int bell_fd;
    uint32_t budget;
    uint64_t thread_budget;
    struct wall_clock clock;
    struct time_server_config config;

    /* written when something is wrong */
    _Atomic uint32_t starving; /* for a descriptor */
    _Atomic uint64_t refused;
    _Atomic uint64_t pauses;
    _Atomic uint64_t pause_logged_ns;
    _Atomic uint64_t refusal_logged_ns;

    struct shard shards[SHARDS];
    struct connection_log log;
};

static enum result find_budget(const struct time_server_config *config, uint32_t *budget, struct err *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return err_system(err, errno, "cannot read RLIMIT_NOFILE");
    }
    if (limit.rlim_cur <= config->reserved_fds) {
        return err_set(err, RESULT_INVALID,
                       "RLIMIT_NOFILE is %ju, of which %ju are kept for the panel: no descriptor is left for the TIME "
                       "server's connections; raise it with ulimit -n",
                       (uintmax_t)limit.rlim_cur, (uintmax_t)config->reserved_fds);
    }
    const uint64_t most = limit.rlim_cur - config->reserved_fds;
    *budget = most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
    return RESULT_OK;
}

static bool set_listener(int fd, uint32_t idle_ms)
{
    const int one = 1;
    const struct timeval idle = {.tv_sec = idle_ms / 1000, .tv_usec = (suseconds_t)(idle_ms % 1000 * 1000)};
    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof idle) == 0;
}

enum result service_create(const struct time_server_config *config, struct time_service **service, struct err *err)
{
    uint32_t budget = 0;
    enum result result = find_budget(config, &budget, err);
    if (result != RESULT_OK) {
        return result;
    }
    struct time_service *const created = aligned_alloc(alignof(struct time_service), sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the TIME server");
    }
    memset(created, 0, sizeof *created);
    created->config = *config;
    created->budget = budget;
    created->thread_budget = thread_budget_find(TIME_RESERVED_ADDRESSES, TIME_THREAD_ADDRESSES);
    wall_clock_init(&created->clock);
    created->bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (created->bell_fd < 0) {
        result = err_system(err, errno, "cannot make an eventfd for the TIME server");
        goto fail_bell;
    }
    result = net_listen(&created->config.address, config->backlog, &created->listener, err);
    if (result != RESULT_OK) {
        goto fail_listen;
    }
    if (!set_listener(created->listener, config->idle_ms)) {
        result = err_system(err, errno, "cannot set the options of the TIME server's socket");
        goto fail_options;
    }
    *service = created;
    return RESULT_OK;
fail_options:
    close(created->listener);
fail_listen:
    close(created->bell_fd);
fail_bell:
    free(created);
    return result;
}

void service_destroy(struct time_service *service)
{
    close(service->listener);
    close(service->bell_fd);
    free(service);
}

const struct time_server_config *service_config(const struct time_service *service)
{
    return &service->config;
}

const struct net_address *service_address(const struct time_service *service)
{
    return &service->config.address;
}

int service_listener(const struct time_service *service)
{
    return service->listener;
}

struct wall_clock *service_clock(struct time_service *service)
{
    return &service->clock;
}

void service_set_blocking(struct time_service *service, bool blocking)
{
    const int flags = fcntl(service->listener, F_GETFL);
    fcntl(service->listener, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

enum result service_set_backlog(struct time_service *service, int backlog, struct err *err)
{
    /* On a socket that listens this only changes the bound (__inet_listen_sk in the kernel's net/ipv4/af_inet.c). */
    return listen(service->listener, backlog) == 0
               ? RESULT_OK
               : err_system(err, errno, "cannot change the backlog of the TIME server to %d", backlog);
}

/* Whether a line may be logged: no other was in the last second. */
static bool is_time_to_log(_Atomic uint64_t *logged_ns)
{
    const uint64_t now = clock_now_ns();
    uint64_t last = atomic_load_explicit(logged_ns, memory_order_relaxed);
    return (last == 0 || now - last >= LOG_INTERVAL_NS) && atomic_compare_exchange_strong(logged_ns, &last, now);
}

uint32_t service_heard(const struct time_service *service)
{
    return atomic_load(&service->bell);
}

void service_wait_bell(struct time_service *service, uint32_t heard, uint64_t timeout_ns)
{
    const struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / NS_PER_S),
                                     .tv_nsec = (long)(timeout_ns % NS_PER_S)};
    syscall(SYS_futex, &service->bell, FUTEX_WAIT_PRIVATE, heard, timeout_ns == 0 ? NULL : &timeout, NULL, 0);
}

void service_ring(struct time_service *service)
{
    const uint64_t one = 1;
    atomic_fetch_add(&service->bell, 1);
    syscall(SYS_futex, &service->bell, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
    const ssize_t ignored = write(service->bell_fd, &one, sizeof one);
    (void)ignored;
}

int service_bell_fd(const struct time_service *service)
{
    return service->bell_fd;
}

static void log_full(struct time_service *service)
{
    atomic_fetch_add_explicit(&service->pauses, 1, memory_order_relaxed);
    if (is_time_to_log(&service->pause_logged_ns)) {
        log_warning("time: the descriptor budget is used up (connections: %u): accepting waits until one closes",
                    service->budget);
    }
}

static bool take_slot(struct time_service *service)
{
    uint32_t taken = atomic_load_explicit(&service->slots, memory_order_relaxed);
    while (taken < service->budget) {
        if (atomic_compare_exchange_weak(&service->slots, &taken, taken + 1)) {
            return true;
        }
    }
    return false;
}

static void return_slot(struct time_service *service)
{
    atomic_fetch_sub(&service->slots, 1);
    if (atomic_load(&service->waiting) > 0) {
        service_ring(service);
    }
}

static uint64_t count_accepted(struct time_service *service)
{
    const uint32_t live = 1 + atomic_fetch_add_explicit(&service->live, 1, memory_order_relaxed);
    atomic_raise_to(&service->peak_live, live);
    const uint64_t number = connection_log_add(&service->log, clock_now_ns());
    if (service->config.log_connections) {
        char line[48];
        const int length = snprintf(line, sizeof line, "total koneksi %ju\n", (uintmax_t)number);
        const ssize_t ignored = write(STDERR_FILENO, line, (size_t)length);
        (void)ignored;
    }
    if (live == service->budget) {
        log_full(service);
    }
    return number;
}

/* accept(2) hands on errors of the connection itself (it was gone before it was taken) and its own time limit, which is
 * the listener's SO_RCVTIMEO. EINVAL: service_stop was called meanwhile. */
static bool is_passing(int error)
{
    switch (error) {
    case EINTR:
    case EAGAIN:
    case ECONNABORTED:
    case EINVAL:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
        return true;
    default:
        return false;
    }
}

enum accepting service_accept(struct time_service *service, int flags, struct accepted *accepted)
{
    if (!take_slot(service)) {
        return ACCEPTING_NO_SLOT;
    }
    accepted->fd = accept4(service->listener, NULL, NULL, flags);
    if (accepted->fd >= 0) {
        accepted->number = count_accepted(service);
        return ACCEPTING_TAKEN;
    }
    accepted->error = errno;
    return_slot(service);
    return is_passing(accepted->error) ? ACCEPTING_NOTHING : ACCEPTING_NO_DESCRIPTOR;
}

void service_closed(struct time_service *service)
{
    atomic_fetch_sub_explicit(&service->live, 1, memory_order_relaxed);
    return_slot(service);
}

void service_begin_wait(struct time_service *service)
{
    atomic_fetch_add(&service->waiting, 1);
}

void service_end_wait(struct time_service *service)
{
    atomic_fetch_sub(&service->waiting, 1);
}

bool service_has_slot(const struct time_service *service)
{
    return atomic_load(&service->slots) < service->budget;
}

void service_begin_starving(struct time_service *service, int error)
{
    atomic_fetch_add(&service->starving, 1);
    atomic_fetch_add_explicit(&service->pauses, 1, memory_order_relaxed);
    if (is_time_to_log(&service->pause_logged_ns)) {
        log_warning("time: accept: %s (%s): accepting waits until there is room", err_errno_name(error),
                    strerror(error));
    }
}

void service_end_starving(struct time_service *service)
{
    atomic_fetch_sub(&service->starving, 1);
}

void service_refused(struct time_service *service, int error)
{
    atomic_fetch_add_explicit(&service->refused, 1, memory_order_relaxed);
    if (is_time_to_log(&service->refusal_logged_ns)) {
        log_warning("time: a connection was reset, it could not be served: %s (%s)", err_errno_name(error),
                    strerror(error));
    }
}

void service_replied(struct time_service *service, uint64_t number, uint32_t times, uint32_t invalid)
{
    struct shard *const shard = &service->shards[number % SHARDS];
    if (times > 0) {
        atomic_fetch_add_explicit(&shard->replies, times, memory_order_relaxed);
    }
    if (invalid > 0) {
        atomic_fetch_add_explicit(&shard->invalid, invalid, memory_order_relaxed);
    }
}

void service_evicted(struct time_service *service, uint64_t number)
{
    atomic_fetch_add_explicit(&service->shards[number % SHARDS].evicted, 1, memory_order_relaxed);
}

bool service_may_have_thread(const struct time_service *service)
{
    return atomic_load_explicit(&service->live, memory_order_relaxed) <= service->thread_budget;
}

void service_thread_began(struct time_service *service)
{
    atomic_raise_to(&service->peak_threads, 1 + atomic_fetch_add_explicit(&service->threads, 1, memory_order_relaxed));
}

void service_thread_ended(struct time_service *service)
{
    atomic_fetch_sub_explicit(&service->threads, 1, memory_order_relaxed);
}

void service_stop(struct time_service *service)
{
    atomic_store(&service->stopping, true);
    shutdown(service->listener, SHUT_RDWR);
    service_ring(service);
}

bool service_is_stopping(const struct time_service *service)
{
    return atomic_load(&service->stopping);
}

void service_reset_peaks(struct time_service *service)
{
    atomic_store_explicit(&service->peak_live, atomic_load(&service->live), memory_order_relaxed);
    atomic_store_explicit(&service->peak_threads, atomic_load(&service->threads), memory_order_relaxed);
}

/* The accept queue, from the listening socket itself: tcp(7) has tcpi_unacked as its length and tcpi_sacked as the
 * backlog (tcp_get_info in the kernel's net/ipv4/tcp.c); each handshake that it could not take is a drop. */
static void listener_stats(int listener, struct time_stats *stats)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length) == 0) {
        stats->queue = info.tcpi_unacked;
        stats->backlog = info.tcpi_sacked;
    }
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    length = sizeof memory;
    if (getsockopt(listener, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0) {
        stats->listen_overflows = memory[SK_MEMINFO_DROPS];
    }
}

void service_stats(const struct time_service *service, struct time_stats *stats)
{
    *stats = (struct time_stats){
        .budget = service->budget,
        .thread_budget = service->thread_budget,
        .total = connection_log_total(&service->log),
        .live = atomic_load_explicit(&service->live, memory_order_relaxed),
        .threads = atomic_load_explicit(&service->threads, memory_order_relaxed),
        .peak_live = atomic_load_explicit(&service->peak_live, memory_order_relaxed),
        .peak_threads = atomic_load_explicit(&service->peak_threads, memory_order_relaxed),
        .refused = atomic_load_explicit(&service->refused, memory_order_relaxed),
        .accept_pauses = atomic_load_explicit(&service->pauses, memory_order_relaxed),
    };
    stats->accept_paused = stats->live >= stats->budget || atomic_load(&service->starving) > 0;
    for (size_t i = 0; i < SHARDS; i++) {
        stats->replies += atomic_load_explicit(&service->shards[i].replies, memory_order_relaxed);
        stats->invalid += atomic_load_explicit(&service->shards[i].invalid, memory_order_relaxed);
        stats->evicted += atomic_load_explicit(&service->shards[i].evicted, memory_order_relaxed);
    }
    listener_stats(service->listener, stats);
}

size_t service_log(const struct time_service *service, uint64_t *cursor, struct time_log *rows, size_t capacity)
{
    return connection_log_read(&service->log, cursor, rows, capacity);
}
