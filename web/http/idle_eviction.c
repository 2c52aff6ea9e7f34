#include "web/http/idle_eviction.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

/* One that came just now is likely to be of a burst that was accepted as one, and nobody has looked at it yet: it is
 * let be while there is room at all. */
#define GRACE_NS (5 * NS_PER_MS)
#define ROOM_LEFT 4

struct eviction_entry {
    int fd; /* -1: free */
    bool busy;
    bool ended;        /* shut down, about to leave */
    uint64_t since_ns; /* when it began to wait */
};

struct idle_eviction {
    pthread_mutex_t mutex;
    size_t count; /* neither free nor ended */
    struct eviction_entry places[EVICTION_CONNECTIONS_MAX];
};

enum result eviction_create(struct idle_eviction **eviction, struct err *err)
{
    struct idle_eviction *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    pthread_mutex_init(&new->mutex, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        new->places[i].fd = -1;
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

/* libmicrohttpd sees the end of the connection as if its client had closed it, and frees it. */
static void end_longest_waiting(struct idle_eviction *eviction)
{
    struct eviction_entry *longest = NULL;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        struct eviction_entry *const each = &eviction->places[i];
        if (each->fd >= 0 && !each->busy && !each->ended && (longest == NULL || each->since_ns < longest->since_ns)) {
            longest = each;
        }
    }
    const bool crammed = eviction->count + ROOM_LEFT >= EVICTION_CONNECTIONS_MAX;
    if (longest != NULL && (crammed || clock_now_ns() - longest->since_ns >= GRACE_NS)) {
        shutdown(longest->fd, SHUT_RDWR);
        longest->ended = true;
        eviction->count--;
    }
}

struct eviction_entry *eviction_arrive(struct idle_eviction *eviction, int fd)
{
    struct eviction_entry *place = NULL;
    pthread_mutex_lock(&eviction->mutex);
    if (eviction->count >= EVICTION_BEGINS_AT) {
        end_longest_waiting(eviction);
    }
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX && place == NULL; i++) {
        if (eviction->places[i].fd < 0) {
            place = &eviction->places[i];
            *place = (struct eviction_entry){.fd = fd, .since_ns = clock_now_ns()};
            eviction->count++;
        }
    }
    pthread_mutex_unlock(&eviction->mutex);
    return place;
}

void eviction_busy(struct idle_eviction *eviction, struct eviction_entry *place, bool busy)
{
    if (place == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    place->busy = busy;
    place->since_ns = clock_now_ns();
    pthread_mutex_unlock(&eviction->mutex);
}

void eviction_leave(struct idle_eviction *eviction, struct eviction_entry *place)
{
    if (place == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    eviction->count -= place->ended ? 0 : 1;
    place->fd = -1;
    pthread_mutex_unlock(&eviction->mutex);
}
