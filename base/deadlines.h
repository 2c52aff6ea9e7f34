/* Deadlines of one kind, all equally far away from the moment at which they are set: so the list is in order when each
 * new one goes to its end. Setting, moving and taking out cost a few stores each; nothing is ever searched.
 * For one thread. */
#ifndef KONEKSI_BASE_DEADLINES_H
#define KONEKSI_BASE_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

/* Part of what has the deadline. All zero: not set. */
struct deadline {
    struct deadline *previous;
    struct deadline *next;
    uint64_t at_ns; /* CLOCK_MONOTONIC */
};

struct deadlines {
    struct deadline ends; /* a ring: before the first and after the last */
    uint64_t span_ns;
};

#define DEADLINE_NEVER UINT64_MAX

void deadlines_init(struct deadlines *deadlines, uint64_t span_ns);

/* At now_ns + span; moved when it was set before. `now_ns` never goes back. */
void deadlines_set(struct deadlines *deadlines, struct deadline *deadline, uint64_t now_ns);

bool deadline_is_set(const struct deadline *deadline);

/* Nothing when it is not set. */
void deadline_clear(struct deadline *deadline);

/* The first, NULL when there is none. */
struct deadline *deadlines_first(struct deadlines *deadlines);

/* When the first is, DEADLINE_NEVER when there is none. */
uint64_t deadlines_next(const struct deadlines *deadlines);

#endif
