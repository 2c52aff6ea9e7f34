#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_INFO:
        return "info";
    case LOG_LEVEL_WARNING:
        return "warning";
    case LOG_LEVEL_ERROR:
        return "error";
    }
    return "?";
}

void log_line(enum log_level level, const char *format, ...)
{
    char now[CLOCK_ISO_SIZE];
    char line[1024];
    clock_format_iso(clock_utc_ms(), now);
    const int head = snprintf(line, sizeof line, "%s %s ", now, level_name(level));
    va_list arguments;
    va_start(arguments, format);
    const int body = vsnprintf(line + head, sizeof line - (size_t)head, format, arguments);
    va_end(arguments);
    size_t length = (size_t)head + (size_t)(body > 0 ? body : 0);
    if (length > sizeof line - 1) {
        length = sizeof line - 1;
    }
    line[length] = '\n';
    /* Nothing can be done about a standard error that cannot be written to. */
    const ssize_t ignored = write(STDERR_FILENO, line, length + 1);
    (void)ignored;
}
