/* The connections of a model that serves each on a thread, so that all can be ended: a seat for each, which also
 * carries what its thread has to know.
 *
 * shutdown(2) of somebody else's descriptor is only safe while it cannot be closed, for its number may already be
 * another's. So a seat is a small lock: whoever closes first empties it, and waits while roster_shutdown is at it.
 *
 * Seats come in chunks, are used again, and are freed with the roster: threads on small stacks never call malloc or
 * free, with which glibc would give each of them an arena. Nothing is sized by RLIMIT_NOFILE. */
#ifndef KONEKSI_SERVER_TIME_ROSTER_H
#define KONEKSI_SERVER_TIME_ROSTER_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

struct roster;

struct seat {
    alignas(64) _Atomic int state; /* roster's own */
    struct seat *next;             /* roster's own */
    void *owner;                   /* as given to roster_create */
    int fd;
    uint64_t number; /* of the connection */
};

/* NULL when memory ran out. */
struct roster *roster_create(void *owner);

/* Every seat must have been left. */
void roster_destroy(struct roster *roster);

/* Only one thread may take seats. NULL when memory ran out. */
struct seat *roster_take(struct roster *roster, int fd, uint64_t number);

/* For a seat that stands alone, without a roster: all zero when new, vacated and occupied again by its thread. */
void seat_occupy(struct seat *seat, int fd);

/* shutdown(2) of its connection, if it has one; `how` as there. Any thread. */
void seat_shutdown(struct seat *seat, int how);

/* From here on neither seat_shutdown nor roster_shutdown touches the descriptor: now it may be closed. Any thread. */
void seat_vacate(struct seat *seat);

/* Gives a vacated seat back. Any thread. */
void roster_leave(struct roster *roster, struct seat *seat);

/* shutdown(2) of every connection that has a seat; `how` as there. Not while roster_take may be called. */
void roster_shutdown(struct roster *roster, int how);

#endif
