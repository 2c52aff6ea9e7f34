/* Time. What is measured comes from CLOCK_MONOTONIC; what people see is UTC in ISO 8601. */
#ifndef KONEKSI_BASE_CLOCK_H
#define KONEKSI_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_US 1000ULL

/* CLOCK_MONOTONIC in nanoseconds; the same clock in every process of this machine, so the two sides can be aligned.
 * Inline: it stands in a client's path, where clock_gettime itself is a vDSO call and no system call. */
static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* A moment or a span in the form that system calls take. */
static inline struct timespec clock_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

/* Milliseconds since 1970 UTC. */
int64_t clock_utc_ms(void);
/* Of an end that is not before `least_ms`: the clock may have been set back meanwhile. */
int64_t clock_utc_ms_from(int64_t least_ms);

#define CLOCK_ISO_SIZE 32
/* Writes "2026-11-23T16:16:35.123Z". */
void clock_format_iso(int64_t utc_ms, char text[CLOCK_ISO_SIZE]);

#endif
