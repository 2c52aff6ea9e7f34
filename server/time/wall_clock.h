/* "hh:mm:ss" of the local time, for many threads at once and without a lock in the path.
 *
 * glibc's localtime_r takes a lock of the whole process (time/tzset.c). So the answer for the present second is kept,
 * packed with that second into one word: whoever finds it out of date computes it anew, and no reader can see half. */
#ifndef KONEKSI_SERVER_TIME_WALL_CLOCK_H
#define KONEKSI_SERVER_TIME_WALL_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "server/time/protocol.h"

struct wall_clock {
    _Atomic uint64_t packed;
};

/* Reads the time zone too, which allocates memory and opens files: a small thread must not be the first to do that. */
void wall_clock_init(struct wall_clock *clock);

/* The local time at `now` (seconds since 1970 UTC). Any thread. */
void wall_clock_format(struct wall_clock *clock, time_t now, char text[PROTOCOL_CLOCK_SIZE]);

/* The local time now. Any thread. */
void wall_clock_now(struct wall_clock *clock, char text[PROTOCOL_CLOCK_SIZE]);

#endif
