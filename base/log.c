#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/output.h"

#define STOP_MS 500

/* Of the whole process, as standard error is. */
static struct output *_Atomic output; /* NULL: not started, or stopped */
static atomic_bool stopped;

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

static size_t begin_line(char *line, size_t size, enum log_level level)
{
    char now[CLOCK_ISO_SIZE];
    clock_format_iso(clock_utc_ms(), now);
    return (size_t)snprintf(line, size, "%s %s ", now, level_name(level));
}

static size_t write_notice(char *line, size_t size, uint64_t dropped)
{
    const size_t head = begin_line(line, size, LOG_LEVEL_WARNING);
    return head + (size_t)snprintf(line + head, size - head,
                                   "log: standard error was not read, or could not be written to: %" PRIu64
                                   " lines dropped\n",
                                   dropped);
}

enum result log_start(struct err *err)
{
    struct output *started = NULL;
    if (output_start(STDERR_FILENO, write_notice, &started, err) != RESULT_OK) {
        return err->code;
    }
    atomic_store(&output, started);
    return RESULT_OK;
}

void log_stop(void)
{
    atomic_store(&stopped, true);
    output_stop(atomic_exchange(&output, NULL), STOP_MS);
}

uint64_t log_dropped(void)
{
    struct output *const started = atomic_load(&output);
    return started != NULL ? output_dropped(started) : 0;
}

void log_text(const char *text, size_t length)
{
    struct output *const started = atomic_load(&output);
    if (started != NULL) {
        output_line(started, text, length);
        return;
    }
    /* Nothing can be done about a standard error that cannot be written to. */
    if (atomic_load(&stopped)) {
        (void)output_at_once(STDERR_FILENO, text, length);
    } else {
        const ssize_t ignored = write(STDERR_FILENO, text, length);
        (void)ignored;
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    char line[1024];
    const size_t head = begin_line(line, sizeof line, level);
    va_list arguments;
    va_start(arguments, format);
    const int body = vsnprintf(line + head, sizeof line - head, format, arguments);
    va_end(arguments);
    size_t length = head + (size_t)(body > 0 ? body : 0);
    if (length > sizeof line - 1) {
        length = sizeof line - 1;
    }
    line[length] = '\n';
    log_text(line, length + 1);
}
