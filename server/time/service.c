/* How accepting waits. Whoever finds no slot of the budget waits for `wakeup`, which a closing connection signals only
 * while somebody waits: the one that waits adds itself to `waiting` and then looks at `slots`, the connection leaves
 * `slots` and then looks at `waiting`, both sequentially consistent, so that one of them always sees the other. */
#include "server/time/service.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "loadgen/limits/counters.h"
#include "server/time/thread_budget.h"

#define CACHE_LINE 64
#define LOG_INTERVAL_NS NS_PER_S

struct time_service {
    struct time_counters counters;

    alignas(CACHE_LINE) _Atomic uint32_t slots; /* taken: connections, and threads in accept4(2) */
    uint32_t budget;                            /* of them */
    uint64_t thread_budget;
    uint64_t data_budget;
    uint64_t map_budget;

    /* read by each connection as it begins and ends, seldom written */
    alignas(CACHE_LINE) _Atomic uint32_t waiting; /* for a slot */
    struct wakeup wakeup;
    int listener;
    int overflow_file; /* held open for when there may be no descriptor left; -1: there is none */
    uint64_t overflows_before;
    struct wall_clock clock;
    struct time_server_config config;

    /* written when something is wrong */
    _Atomic uint32_t exhausted; /* threads that wait for a descriptor */
    _Atomic uint64_t pause_logged_ns;
    _Atomic uint64_t refusal_logged_ns;

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
        return err_set(err, RESULT_NO_MEMORY, "out of memory for the TIME server");
    }
    memset(created, 0, sizeof *created);
    created->config = *config;
    created->budget = budget;
    created->thread_budget = thread_budget_addresses(TIME_RESERVED_ADDRESSES, TIME_THREAD_ADDRESSES);
    created->data_budget = thread_budget_data(TIME_RESERVED_DATA, TIME_THREAD_DATA);
    created->map_budget = thread_budget_maps(TIME_RESERVED_MAPS, TIME_THREAD_MAPS);
    wall_clock_init(&created->clock);
    result = wakeup_init(&created->wakeup, err);
    if (result != RESULT_OK) {
        goto fail_wakeup;
    }
    result = net_listen(&created->config.address, config->backlog, &created->listener, err);
    if (result != RESULT_OK) {
        goto fail_listen;
    }
    if (!set_listener(created->listener, config->idle_ms)) {
        result = err_system(err, errno, "cannot set the options of the TIME server's socket");
        goto fail_options;
    }
    created->overflow_file = counter_open(COUNTER_LISTEN_OVERFLOWS);
    (void)counter_read(created->overflow_file, COUNTER_LISTEN_OVERFLOWS, &created->overflows_before);
    *service = created;
    return RESULT_OK;
fail_options:
    close(created->listener);
fail_listen:
    wakeup_close(&created->wakeup);
fail_wakeup:
    free(created);
    return result;
}

void service_destroy(struct time_service *service)
{
    shutdown(service->listener, SHUT_RDWR); /* a child that is being spawned may still hold a copy */
    close(service->listener);
    if (service->overflow_file >= 0) {
        close(service->overflow_file);
    }
    wakeup_close(&service->wakeup);
    free(service);
}

const struct time_server_config *service_config(const struct time_service *service)
{
    return &service->config;
}

int service_listener(const struct time_service *service)
{
    return service->listener;
}

struct wall_clock *service_clock(struct time_service *service)
{
    return &service->clock;
}

struct time_counters *service_counters(struct time_service *service)
{
    return &service->counters;
}

const struct connection_log *service_log(const struct time_service *service)
{
    return &service->log;
}

struct wakeup *service_wakeup(struct time_service *service)
{
    return &service->wakeup;
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

static void log_full(struct time_service *service)
{
    atomic_fetch_add_explicit(&service->counters.pauses, 1, memory_order_relaxed);
    if (is_time_to_log(&service->pause_logged_ns)) {
        log_warning("time: the descriptor budget is used up (connections: %u): accepting waits until one closes",
                    service->budget);
    }
}

bool service_take_slot(struct time_service *service)
{
    uint32_t taken = atomic_load_explicit(&service->slots, memory_order_relaxed);
    while (taken < service->budget) {
        if (atomic_compare_exchange_weak(&service->slots, &taken, taken + 1)) {
            return true;
        }
    }
    return false;
}

void service_return_slot(struct time_service *service)
{
    atomic_fetch_sub(&service->slots, 1);
    if (atomic_load(&service->waiting) > 0) {
        wakeup_signal(&service->wakeup);
    }
}

static uint64_t count_accepted(struct time_service *service)
{
    const uint32_t live = time_counters_opened(&service->counters);
    const uint64_t number = connection_log_add(&service->log, clock_now_ns());
    if (service->config.log_connections) {
        char line[48];
        const int length = snprintf(line, sizeof line, "total koneksi %ju\n", (uintmax_t)number);
        log_text(line, (size_t)length);
    }
    if (live == service->budget) {
        log_full(service);
    }
    return number;
}

/* accept(2) hands on errors of the connection itself (it was gone before it was taken) and its own time limit, which is
 * the listener's SO_RCVTIMEO. */
static bool is_passing(int error)
{
    switch (error) {
    case EINTR:
    case EAGAIN:
    case ECANCELED: /* the accept of a ring, when its model stops */
    case ECONNABORTED:
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

enum accepting service_accepted(struct time_service *service, int result, struct accepted *accepted)
{
    accepted->fd = result;
    if (result >= 0) {
        accepted->number = count_accepted(service);
        return ACCEPTING_TAKEN;
    }
    accepted->error = -result;
    service_return_slot(service);
    return is_passing(accepted->error) ? ACCEPTING_NOTHING : ACCEPTING_NO_DESCRIPTOR;
}

enum accepting service_accept(struct time_service *service, int flags, struct accepted *accepted)
{
    const int fd = accept4(service->listener, NULL, NULL, flags);
    return service_accepted(service, fd >= 0 ? fd : -errno, accepted);
}

void service_closed(struct time_service *service)
{
    time_counters_closed(&service->counters);
    service_return_slot(service);
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

void service_begin_exhausted(struct time_service *service, int error)
{
    atomic_fetch_add(&service->exhausted, 1);
    atomic_fetch_add_explicit(&service->counters.pauses, 1, memory_order_relaxed);
    if (is_time_to_log(&service->pause_logged_ns)) {
        log_warning("time: accept: %s (%s): accepting waits until there is room", err_errno_name(error),
                    strerror(error));
    }
}

void service_end_exhausted(struct time_service *service)
{
    atomic_fetch_sub(&service->exhausted, 1);
}

void service_refused(struct time_service *service, int error)
{
    atomic_fetch_add_explicit(&service->counters.refused, 1, memory_order_relaxed);
    if (is_time_to_log(&service->refusal_logged_ns)) {
        log_warning("time: a connection was reset, it could not be served: %s (%s)", err_errno_name(error),
                    strerror(error));
    }
}

bool service_may_have_thread(const struct time_service *service)
{
    const uint64_t live = atomic_load_explicit(&service->counters.live, memory_order_relaxed);
    return live <= service->thread_budget && live <= service->data_budget && live <= service->map_budget;
}

/* Connections that found the accept queue full. The socket counts all that it drops, for whatever reason; the kernel
 * counts overflows, but those of all listeners of this network namespace: this listener's are no more than either. */
static uint64_t listen_overflows(const struct time_service *service, uint64_t drops)
{
    uint64_t overflows = 0;
    if (drops == 0 || !counter_read(service->overflow_file, COUNTER_LISTEN_OVERFLOWS, &overflows)) {
        return 0;
    }
    const uint64_t risen = overflows > service->overflows_before ? overflows - service->overflows_before : 0;
    return drops < risen ? drops : risen;
}

/* The accept queue, from the listening socket itself: tcp(7) has tcpi_unacked as its length and tcpi_sacked as the
 * backlog (tcp_get_info in the kernel's net/ipv4/tcp.c). */
static void listener_stats(const struct time_service *service, struct time_stats *stats)
{
    const int listener = service->listener;
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length) == 0) {
        stats->queue = info.tcpi_unacked;
        stats->backlog = info.tcpi_sacked;
    }
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    length = sizeof memory;
    if (getsockopt(listener, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0) {
        stats->listen_drops = memory[SK_MEMINFO_DROPS];
        stats->listen_overflows = listen_overflows(service, memory[SK_MEMINFO_DROPS]);
    }
}

void service_stats(const struct time_service *service, struct time_stats *stats)
{
    *stats = (struct time_stats){
        .reserved_fds = service->config.reserved_fds,
        .budget = service->budget,
        .thread_budget = service->thread_budget,
        .data_budget = service->data_budget,
        .map_budget = service->map_budget,
        .total = connection_log_total(&service->log),
    };
    time_counters_read(&service->counters, stats);
    stats->accept_paused = stats->live >= stats->budget || atomic_load(&service->exhausted) > 0;
    listener_stats(service, stats);
}
