#include "base/clock.h"

#include <stdio.h>

int64_t clock_utc_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_format_iso(int64_t utc_ms, char text[CLOCK_ISO_SIZE])
{
    const time_t seconds = (time_t)(utc_ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    const size_t used = strftime(text, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + used, CLOCK_ISO_SIZE - used, ".%03uZ", (unsigned)(utc_ms % 1000) % 1000U);
}
