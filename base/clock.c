#include "base/clock.h"

#include <stdio.h>

int64_t clock_utc_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_utc_ms_from(int64_t least_ms)
{
    const int64_t now_ms = clock_utc_ms();
    return now_ms > least_ms ? now_ms : least_ms;
}

void clock_format_iso(int64_t utc_ms, char text[CLOCK_ISO_SIZE])
{
    const time_t seconds = (time_t)(utc_ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    const size_t used = strftime(text, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + used, CLOCK_ISO_SIZE - used, ".%03uZ", (unsigned)(utc_ms % 1000) % 1000U);
}
