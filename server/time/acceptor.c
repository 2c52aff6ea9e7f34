#include "server/time/acceptor.h"

#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define WAKE_SIGNAL SIGURG

enum { ACCEPTOR_NOT_YET_OPEN, ACCEPTOR_OPEN, ACCEPTOR_CLOSED };

struct acceptor {
    alignas(64) _Atomic uint32_t threads; /* on a cache line without the members that accepting reads */
    alignas(64) struct time_service *service;
    uint32_t workers;
    _Atomic int state;
    pthread_mutex_t probing; /* one thread at a time looks for a free descriptor */
};

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

struct acceptor *acceptor_create(struct time_service *service, uint32_t workers)
{
    struct acceptor *const acceptor = aligned_alloc(alignof(struct acceptor), sizeof *acceptor);
    if (acceptor == NULL) {
        return NULL;
    }
    memset(acceptor, 0, sizeof *acceptor);
    acceptor->service = service;
    acceptor->workers = workers;
    pthread_mutex_init(&acceptor->probing, NULL);
    /* Without SA_RESTART, and for good: with this handler the signal does as little as by default. */
    const struct sigaction action = {.sa_handler = do_nothing};
    sigaction(WAKE_SIGNAL, &action, NULL);
    return acceptor;
}

void acceptor_destroy(struct acceptor *acceptor)
{
    pthread_mutex_destroy(&acceptor->probing);
    free(acceptor);
}

static void set_state(struct acceptor *acceptor, int state)
{
    atomic_store(&acceptor->state, state);
    wakeup_signal(service_wakeup(acceptor->service));
}

void acceptor_open(struct acceptor *acceptor)
{
    set_state(acceptor, ACCEPTOR_OPEN);
}

void acceptor_close(struct acceptor *acceptor)
{
    set_state(acceptor, ACCEPTOR_CLOSED);
}

struct time_service *acceptor_service(const struct acceptor *acceptor)
{
    return acceptor->service;
}

uint32_t acceptor_workers(const struct acceptor *acceptor)
{
    return acceptor->workers;
}

bool acceptor_is_closed(const struct acceptor *acceptor)
{
    return atomic_load(&acceptor->state) == ACCEPTOR_CLOSED;
}

bool acceptor_wait_open(struct acceptor *acceptor)
{
    struct wakeup *const wakeup = service_wakeup(acceptor->service);
    sigset_t wake;
    sigemptyset(&wake);
    sigaddset(&wake, WAKE_SIGNAL);
    pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
    for (;;) {
        const uint32_t count = wakeup_count(wakeup);
        const int state = atomic_load(&acceptor->state);
        if (state != ACCEPTOR_NOT_YET_OPEN) {
            return state == ACCEPTOR_OPEN;
        }
        wakeup_wait(wakeup, count, 0);
    }
}

static void wait_for_slot(struct acceptor *acceptor)
{
    struct wakeup *const wakeup = service_wakeup(acceptor->service);
    service_begin_wait(acceptor->service);
    for (;;) {
        const uint32_t count = wakeup_count(wakeup);
        if (service_has_slot(acceptor->service) || acceptor_is_closed(acceptor)) {
            break;
        }
        wakeup_wait(wakeup, count, 0);
    }
    service_end_wait(acceptor->service);
}

/* A probe, because accept4(2) itself would wait for a client where it does not fail. */
static bool descriptor_is_free(void)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static void wait_for_descriptor(struct acceptor *acceptor, int error)
{
    struct wakeup *const wakeup = service_wakeup(acceptor->service);
    service_begin_exhausted(acceptor->service, error);
    pthread_mutex_lock(&acceptor->probing);
    for (;;) {
        const uint32_t count = wakeup_count(wakeup);
        if (acceptor_is_closed(acceptor)) {
            break;
        }
        wakeup_wait(wakeup, count, ACCEPTOR_RETRY_MS);
        if (descriptor_is_free()) {
            break;
        }
    }
    pthread_mutex_unlock(&acceptor->probing);
    service_end_exhausted(acceptor->service);
}

enum accepting acceptor_take_slot(struct acceptor *acceptor)
{
    if (!service_take_slot(acceptor->service)) {
        return ACCEPTING_NO_SLOT;
    }
    if (acceptor_is_closed(acceptor)) { /* asked only now: whoever returned the slot may have been ended by the close */
        service_return_slot(acceptor->service);
        return ACCEPTING_NOTHING;
    }
    return ACCEPTING_TAKEN;
}

enum accepting acceptor_take(struct acceptor *acceptor, int flags, struct accepted *accepted)
{
    const enum accepting slot = acceptor_take_slot(acceptor);
    return slot == ACCEPTING_TAKEN ? service_accept(acceptor->service, flags, accepted) : slot;
}

bool acceptor_accept(struct acceptor *acceptor, struct accepted *accepted)
{
    while (!acceptor_is_closed(acceptor)) {
        switch (acceptor_take(acceptor, SOCK_CLOEXEC, accepted)) {
        case ACCEPTING_TAKEN:
            return true;
        case ACCEPTING_NOTHING:
            break;
        case ACCEPTING_NO_SLOT:
            wait_for_slot(acceptor);
            break;
        case ACCEPTING_NO_DESCRIPTOR:
            wait_for_descriptor(acceptor, accepted->error);
            break;
        }
    }
    return false;
}

void acceptor_interrupt(pthread_t thread)
{
    pthread_kill(thread, WAKE_SIGNAL);
}

void acceptor_join(pthread_t thread, const _Atomic bool *has_ended)
{
    const struct timespec interval = {.tv_nsec = ACCEPTOR_INTERRUPT_MS * NS_PER_MS};
    while (!atomic_load(has_ended)) {
        acceptor_interrupt(thread);
        nanosleep(&interval, NULL);
    }
    pthread_join(thread, NULL);
}

void acceptor_thread_began(struct acceptor *acceptor)
{
    time_counters_thread_began(service_counters(acceptor->service));
    atomic_fetch_add_explicit(&acceptor->threads, 1, memory_order_relaxed);
}

void acceptor_thread_ended(struct acceptor *acceptor)
{
    time_counters_thread_ended(service_counters(acceptor->service));
    atomic_fetch_sub_explicit(&acceptor->threads, 1, memory_order_release);
}

bool acceptor_wait_threads(struct acceptor *acceptor, uint32_t timeout_ms)
{
    /* It polls: a thread that woke the waiter would have to touch the acceptor once more after it was counted out. */
    const struct timespec interval = {.tv_nsec = NS_PER_MS / 2};
    const uint64_t deadline_ns = clock_now_ns() + timeout_ms * NS_PER_MS;
    while (atomic_load_explicit(&acceptor->threads, memory_order_acquire) > 0) {
        if (clock_now_ns() >= deadline_ns) {
            return false;
        }
        nanosleep(&interval, NULL);
    }
    return true;
}
