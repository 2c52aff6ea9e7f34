#include "server/time/wall_clock.h"

/* A second of 1970.. above 17 bits of local time: 5 for the hour, 6 for the minute, 6 for the second (60 may be). */
#define SECOND_SHIFT 17
#define HOUR_SHIFT 12
#define MINUTE_SHIFT 6
#define SIX_BITS 63U

static uint64_t second_of(time_t now)
{
    return (uint64_t)now << SECOND_SHIFT >> SECOND_SHIFT;
}

static uint64_t pack(time_t now)
{
    struct tm local = {0};
    localtime_r(&now, &local);
    const unsigned of_day =
        (unsigned)local.tm_hour << HOUR_SHIFT | (unsigned)local.tm_min << MINUTE_SHIFT | (unsigned)local.tm_sec;
    return second_of(now) << SECOND_SHIFT | of_day;
}

static void two_digits(char *text, unsigned value)
{
    text[0] = (char)('0' + value / 10);
    text[1] = (char)('0' + value % 10);
}

void wall_clock_init(struct wall_clock *clock)
{
    tzset();
    atomic_init(&clock->packed, pack(time(NULL)));
}

void wall_clock_format(struct wall_clock *clock, time_t now, char text[PROTOCOL_CLOCK_SIZE])
{
    uint64_t packed = atomic_load_explicit(&clock->packed, memory_order_relaxed);
    if (packed >> SECOND_SHIFT != second_of(now)) {
        packed = pack(now);
        atomic_store_explicit(&clock->packed, packed, memory_order_relaxed);
    }
    const unsigned of_day = (unsigned)(packed & ((1U << SECOND_SHIFT) - 1));
    two_digits(text, of_day >> HOUR_SHIFT);
    text[2] = ':';
    two_digits(text + 3, of_day >> MINUTE_SHIFT & SIX_BITS);
    text[5] = ':';
    two_digits(text + 6, of_day & SIX_BITS);
}

void wall_clock_now(struct wall_clock *clock, char text[PROTOCOL_CLOCK_SIZE])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    wall_clock_format(clock, now.tv_sec, text);
}
