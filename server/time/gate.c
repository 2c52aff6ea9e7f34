#include "server/time/gate.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define WAKE_SIGNAL SIGURG
#define WAKE_INTERVAL_NS (NS_PER_MS / 2)

enum { GATE_SHUT, GATE_OPEN, GATE_RETIRED };

struct gate {
    struct time_service *service;
    uint32_t workers;
    _Atomic int state;
    _Atomic(struct acceptor *) acceptors; /* only pushed to */
    pthread_mutex_t probing;              /* one thread at a time looks for a free descriptor */
    alignas(64) _Atomic uint32_t threads;
};

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

struct gate *gate_create(struct time_service *service, uint32_t workers)
{
    struct gate *const gate = aligned_alloc(alignof(struct gate), sizeof *gate);
    if (gate == NULL) {
        return NULL;
    }
    memset(gate, 0, sizeof *gate);
    gate->service = service;
    gate->workers = workers;
    pthread_mutex_init(&gate->probing, NULL);
    /* No SA_RESTART. It stays for good: with a handler the signal does as little as with the default, to ignore it. */
    const struct sigaction action = {.sa_handler = do_nothing};
    sigaction(WAKE_SIGNAL, &action, NULL);
    return gate;
}

void gate_destroy(struct gate *gate)
{
    pthread_mutex_destroy(&gate->probing);
    free(gate);
}

void gate_open(struct gate *gate)
{
    atomic_store(&gate->state, GATE_OPEN);
    service_ring(gate->service);
}

/* Whether some thread may still take a connection; each of them is woken. */
static bool wake_acceptors(struct gate *gate)
{
    bool any = false;
    service_ring(gate->service);
    for (struct acceptor *each = atomic_load(&gate->acceptors); each != NULL; each = each->next) {
        if (atomic_load(&each->accepting)) {
            any = true;
            if (!each->polls) {
                pthread_kill(each->thread, WAKE_SIGNAL);
            }
        }
    }
    return any;
}

void gate_retire(struct gate *gate)
{
    const struct timespec interval = {.tv_nsec = WAKE_INTERVAL_NS};
    /* An acceptor says that it accepts and then looks at `state`; here it is the other way round, both sequentially
     * consistent: one of them always sees the other. */
    atomic_store(&gate->state, GATE_RETIRED);
    while (wake_acceptors(gate)) {
        nanosleep(&interval, NULL);
    }
}

struct time_service *gate_service(const struct gate *gate)
{
    return gate->service;
}

uint32_t gate_workers(const struct gate *gate)
{
    return gate->workers;
}

bool gate_is_retired(const struct gate *gate)
{
    return atomic_load(&gate->state) == GATE_RETIRED;
}

static void register_acceptor(struct gate *gate, struct acceptor *acceptor)
{
    acceptor->thread = pthread_self();
    acceptor->next = atomic_load(&gate->acceptors);
    while (!atomic_compare_exchange_weak(&gate->acceptors, &acceptor->next, acceptor)) {
    }
    sigset_t wake;
    sigemptyset(&wake);
    sigaddset(&wake, WAKE_SIGNAL);
    pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
}

bool gate_enter(struct gate *gate, struct acceptor *acceptor)
{
    register_acceptor(gate, acceptor);
    for (;;) {
        const uint32_t heard = service_heard(gate->service);
        if (atomic_load(&gate->state) != GATE_SHUT) {
            break;
        }
        service_wait_bell(gate->service, heard, 0);
    }
    atomic_store(&acceptor->accepting, acceptor->polls);
    if (gate_is_retired(gate)) {
        gate_leave(acceptor);
        return false;
    }
    return true;
}

void gate_leave(struct acceptor *acceptor)
{
    atomic_store(&acceptor->accepting, false);
}

static void wait_for_slot(struct gate *gate)
{
    service_begin_wait(gate->service);
    for (;;) {
        const uint32_t heard = service_heard(gate->service);
        if (service_has_slot(gate->service) || gate_is_retired(gate)) {
            break;
        }
        service_wait_bell(gate->service, heard, 0);
    }
    service_end_wait(gate->service);
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

static void wait_for_descriptor(struct gate *gate, int error)
{
    service_begin_starving(gate->service, error);
    pthread_mutex_lock(&gate->probing);
    do {
        service_wait_bell(gate->service, service_heard(gate->service), GATE_RETRY_NS);
    } while (!descriptor_is_free() && !gate_is_retired(gate));
    pthread_mutex_unlock(&gate->probing);
    service_end_starving(gate->service);
}

bool gate_accept(struct gate *gate, struct acceptor *acceptor, struct accepted *accepted)
{
    bool taken = false;
    atomic_store(&acceptor->accepting, true);
    while (!taken && !gate_is_retired(gate)) {
        switch (service_accept(gate->service, SOCK_CLOEXEC, accepted)) {
        case ACCEPTING_TAKEN:
            taken = true;
            break;
        case ACCEPTING_NOTHING:
            break;
        case ACCEPTING_NO_SLOT:
            wait_for_slot(gate);
            break;
        case ACCEPTING_NO_DESCRIPTOR:
            wait_for_descriptor(gate, accepted->error);
            break;
        }
    }
    if (!taken) {
        gate_leave(acceptor);
    }
    return taken;
}

void gate_thread_began(struct gate *gate)
{
    service_thread_began(gate->service);
    atomic_fetch_add_explicit(&gate->threads, 1, memory_order_relaxed);
}

void gate_thread_ended(struct gate *gate)
{
    service_thread_ended(gate->service);
    atomic_fetch_sub_explicit(&gate->threads, 1, memory_order_release);
}

bool gate_wait_threads(struct gate *gate, uint32_t timeout_ms)
{
    /* Only at the end, so it may look each millisecond: a thread that woke the waiter would have to touch the gate once
     * more after it was counted out. */
    const struct timespec interval = {.tv_nsec = NS_PER_MS};
    const uint64_t deadline_ns = clock_now_ns() + timeout_ms * NS_PER_MS;
    while (atomic_load_explicit(&gate->threads, memory_order_acquire) > 0) {
        if (clock_now_ns() >= deadline_ns) {
            return false;
        }
        nanosleep(&interval, NULL);
    }
    return true;
}
