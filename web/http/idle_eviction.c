#include "web/http/idle_eviction.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

/* A connection this young is likely part of a burst that was accepted at once and has not been read yet. It is kept
 * while there is room. */
#define GRACE_NS (5 * NS_PER_MS)
#define ROOM 4

struct eviction_entry {
    int fd; /* -1: free */
    bool busy;
    bool evicted;      /* shut down; eviction_remove follows */
    uint64_t since_ns; /* start of its wait */
};

struct idle_eviction {
    pthread_mutex_t mutex;
    size_t count; /* neither free nor evicted */
    struct eviction_entry entries[EVICTION_CONNECTIONS_MAX];
};

enum result eviction_create(struct idle_eviction **eviction, struct err *err)
{
    struct idle_eviction *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    pthread_mutex_init(&new->mutex, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        new->entries[i].fd = -1;
    }
    *eviction = new;
    return RESULT_OK;
}

void eviction_destroy(struct idle_eviction *eviction)
{
    if (eviction != NULL) {
        pthread_mutex_destroy(&eviction->mutex);
        free(eviction);
    }
}

/* libmicrohttpd sees the connection end as if its client had closed it, and frees it. */
static void evict_longest_waiting(struct idle_eviction *eviction)
{
    struct eviction_entry *longest = NULL;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        struct eviction_entry *const each = &eviction->entries[i];
        if (each->fd >= 0 && !each->busy && !each->evicted && (longest == NULL || each->since_ns < longest->since_ns)) {
            longest = each;
        }
    }
    const bool nearly_full = eviction->count + ROOM >= EVICTION_CONNECTIONS_MAX;
    if (longest != NULL && (nearly_full || clock_now_ns() - longest->since_ns >= GRACE_NS)) {
        shutdown(longest->fd, SHUT_RDWR);
        longest->evicted = true;
        eviction->count--;
    }
}

struct eviction_entry *eviction_add(struct idle_eviction *eviction, int fd)
{
    struct eviction_entry *entry = NULL;
    pthread_mutex_lock(&eviction->mutex);
    if (eviction->count >= EVICTION_BEGINS_AT) {
        evict_longest_waiting(eviction);
    }
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX && entry == NULL; i++) {
        if (eviction->entries[i].fd < 0) {
            entry = &eviction->entries[i];
            *entry = (struct eviction_entry){.fd = fd, .since_ns = clock_now_ns()};
            eviction->count++;
        }
    }
    pthread_mutex_unlock(&eviction->mutex);
    return entry;
}

void eviction_set_busy(struct idle_eviction *eviction, struct eviction_entry *entry, bool busy)
{
    if (entry == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    entry->busy = busy;
    entry->since_ns = clock_now_ns();
    pthread_mutex_unlock(&eviction->mutex);
}

void eviction_remove(struct idle_eviction *eviction, struct eviction_entry *entry)
{
    if (entry == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    eviction->count -= entry->evicted ? 0 : 1;
    entry->fd = -1;
    pthread_mutex_unlock(&eviction->mutex);
}
