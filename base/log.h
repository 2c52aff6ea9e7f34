/* Log lines on standard error: "2026-11-23T16:16:35.123Z warning time: no descriptor is free". Any thread. */
#ifndef KONEKSI_BASE_LOG_H
#define KONEKSI_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* From here on a thread writes the lines, and whoever logs never waits for the reader of standard error. Lines for
 * which there is no room are dropped, and a line reports how many. RESULT_NO_MEMORY, RESULT_SYSTEM. */
enum result log_start(struct err *err) MUST_CHECK;

/* For when no other thread logs any more. Waits up to half a second for the queued lines; later ones are written if
 * standard error takes them at once. */
void log_stop(void);

/* The lines dropped since the start; 0 after log_stop. */
uint64_t log_dropped(void);

/* One write(2) a line, so that lines of several threads never mix; a line over 1 KiB is cut. Before log_start it waits
 * for the reader. */
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes lines as they are, with their line breaks. */
void log_text(const char *text, size_t length);

#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
