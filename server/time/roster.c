#include "server/time/roster.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>

#define CHUNK_SEATS 63

enum { SEAT_EMPTY, SEAT_OPEN, SEAT_BUSY };

struct chunk {
    struct chunk *next;
    struct seat seats[CHUNK_SEATS];
};

struct roster {
    alignas(64) _Atomic(struct seat *) left; /* pushed by any thread, emptied by the taker */
    struct seat *free;                       /* the taker's own list */
    struct chunk *chunks;
    void *owner;
};

struct roster *roster_create(void *owner)
{
    struct roster *const roster = aligned_alloc(alignof(struct roster), sizeof *roster);
    if (roster != NULL) {
        *roster = (struct roster){.owner = owner};
    }
    return roster;
}

void roster_destroy(struct roster *roster)
{
    while (roster->chunks != NULL) {
        struct chunk *const chunk = roster->chunks;
        roster->chunks = chunk->next;
        free(chunk);
    }
    free(roster);
}

static void grow(struct roster *roster)
{
    struct chunk *const chunk = aligned_alloc(alignof(struct chunk), sizeof *chunk);
    if (chunk == NULL) {
        return;
    }
    for (size_t i = 0; i < CHUNK_SEATS; i++) {
        struct seat *const seat = &chunk->seats[i];
        *seat = (struct seat){.next = roster->free, .owner = roster->owner, .fd = -1};
        roster->free = seat;
    }
    chunk->next = roster->chunks;
    roster->chunks = chunk;
}

struct seat *roster_take(struct roster *roster, int fd, uint64_t number)
{
    if (roster->free == NULL) {
        /* All at once: a list from which single seats were popped by one thread and pushed by others would have the
         * ABA problem. */
        roster->free = atomic_exchange_explicit(&roster->left, NULL, memory_order_acquire);
    }
    if (roster->free == NULL) {
        grow(roster);
    }
    struct seat *const seat = roster->free;
    if (seat != NULL) {
        roster->free = seat->next;
        seat->number = number;
        seat_occupy(seat, fd);
    }
    return seat;
}

void seat_occupy(struct seat *seat, int fd)
{
    seat->fd = fd;
    atomic_store_explicit(&seat->state, SEAT_OPEN, memory_order_release);
}

void seat_vacate(struct seat *seat)
{
    int expected = SEAT_OPEN;
    while (!atomic_compare_exchange_weak(&seat->state, &expected, SEAT_EMPTY)) {
        expected = SEAT_OPEN;
        sched_yield();
    }
}

void roster_leave(struct roster *roster, struct seat *seat)
{
    seat->next = atomic_load_explicit(&roster->left, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&roster->left, &seat->next, seat, memory_order_release,
                                                  memory_order_relaxed)) {
    }
}

void seat_shutdown(struct seat *seat, int how)
{
    int expected = SEAT_OPEN;
    if (atomic_compare_exchange_strong(&seat->state, &expected, SEAT_BUSY)) {
        shutdown(seat->fd, how);
        atomic_store(&seat->state, SEAT_OPEN);
    }
}

void roster_shutdown(struct roster *roster, int how)
{
    for (struct chunk *chunk = roster->chunks; chunk != NULL; chunk = chunk->next) {
        for (size_t i = 0; i < CHUNK_SEATS; i++) {
            seat_shutdown(&chunk->seats[i], how);
        }
    }
}
