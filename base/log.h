/* Log lines on standard error: "2026-11-23T16:16:35.123Z warning time: no descriptor is free". Any thread. */
#ifndef KONEKSI_BASE_LOG_H
#define KONEKSI_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* One write(2) a line, so that lines of several threads never mix; a line over 1 KiB is cut. Never blocks on a lock. */
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
