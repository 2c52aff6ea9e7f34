#include "web/http/crowd.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

/* One that came just now is likely to be of a burst that was accepted as one, and nobody has looked at it yet: it is
 * let be while there is room at all. */
#define GRACE_NS (5 * NS_PER_MS)
#define ROOM_LEFT 4

struct crowd_place {
    int fd; /* -1: free */
    bool busy;
    bool ended;        /* shut down, about to leave */
    uint64_t since_ns; /* when it began to wait */
};

struct crowd {
    pthread_mutex_t mutex;
    size_t count; /* neither free nor ended */
    struct crowd_place places[CROWD_MOST];
};

enum result crowd_create(struct crowd **crowd, struct err *err)
{
    struct crowd *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    pthread_mutex_init(&new->mutex, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    for (size_t i = 0; i < CROWD_MOST; i++) {
        new->places[i].fd = -1;
    }
    *crowd = new;
    return RESULT_OK;
}

void crowd_destroy(struct crowd *crowd)
{
    if (crowd != NULL) {
        pthread_mutex_destroy(&crowd->mutex);
        free(crowd);
    }
}

/* libmicrohttpd sees the end of the connection as if its client had closed it, and frees it. */
static void end_longest_waiting(struct crowd *crowd)
{
    struct crowd_place *longest = NULL;
    for (size_t i = 0; i < CROWD_MOST; i++) {
        struct crowd_place *const each = &crowd->places[i];
        if (each->fd >= 0 && !each->busy && !each->ended && (longest == NULL || each->since_ns < longest->since_ns)) {
            longest = each;
        }
    }
    const bool crammed = crowd->count + ROOM_LEFT >= CROWD_MOST;
    if (longest != NULL && (crammed || clock_now_ns() - longest->since_ns >= GRACE_NS)) {
        shutdown(longest->fd, SHUT_RDWR);
        longest->ended = true;
        crowd->count--;
    }
}

struct crowd_place *crowd_arrive(struct crowd *crowd, int fd)
{
    struct crowd_place *place = NULL;
    pthread_mutex_lock(&crowd->mutex);
    if (crowd->count >= CROWD_MANY) {
        end_longest_waiting(crowd);
    }
    for (size_t i = 0; i < CROWD_MOST && place == NULL; i++) {
        if (crowd->places[i].fd < 0) {
            place = &crowd->places[i];
            *place = (struct crowd_place){.fd = fd, .since_ns = clock_now_ns()};
            crowd->count++;
        }
    }
    pthread_mutex_unlock(&crowd->mutex);
    return place;
}

void crowd_busy(struct crowd *crowd, struct crowd_place *place, bool busy)
{
    if (place == NULL) {
        return;
    }
    pthread_mutex_lock(&crowd->mutex);
    place->busy = busy;
    place->since_ns = clock_now_ns();
    pthread_mutex_unlock(&crowd->mutex);
}

void crowd_leave(struct crowd *crowd, struct crowd_place *place)
{
    if (place == NULL) {
        return;
    }
    pthread_mutex_lock(&crowd->mutex);
    crowd->count -= place->ended ? 0 : 1;
    place->fd = -1;
    pthread_mutex_unlock(&crowd->mutex);
}
