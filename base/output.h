/* Writes to descriptors that may not take it: a full pipe, a stopped terminal, a full disk. The open file is shared
 * with other processes, so it is not made non-blocking. */
#ifndef KONEKSI_BASE_OUTPUT_H
#define KONEKSI_BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* A bounded queue of lines and the thread that writes them: only this thread waits for the reader. A line for which
 * there is no room is dropped. */
struct output;

/* Formats the line that reports how many lines were dropped, at the place where they are missing. Returns its length,
 * which is less than `size`. */
typedef size_t output_notice(char *line, size_t size, uint64_t dropped);

/* `notice` may be NULL. The caller keeps `fd` open until output_stop. RESULT_NO_MEMORY, RESULT_SYSTEM. */
enum result output_start(int fd, output_notice *notice, struct output **output, struct err *err) MUST_CHECK;

/* Queues a whole line, with its line break. Any thread; never waits for the reader. */
void output_line(struct output *output, const char *line, size_t length);

/* The lines dropped since the start, those included that could not be written (a full disk). */
uint64_t output_dropped(struct output *output);

/* Waits up to `wait_ms` for the queued lines to be written. A thread that still waits for the reader then is left to
 * the end of the process, and so is the memory. NULL is allowed. */
void output_stop(struct output *output, uint32_t wait_ms);

/* --- without a thread, for a descriptor that no other thread writes to meanwhile --- */

#define OUTPUT_AT_ONCE_MOST 4096 /* PIPE_BUF */

/* Writes what the descriptor takes within `wait_ms`, at most OUTPUT_AT_ONCE_MOST bytes; returns how many, 0 when it
 * takes nothing, -1 with errno. */
ssize_t output_some(int fd, const char *bytes, size_t length, int wait_ms);

/* Writes a line of at most OUTPUT_AT_ONCE_MOST bytes if the descriptor takes it now. False: it is lost. */
bool output_at_once(int fd, const char *line, size_t length);

/* Writes all, however slow the reader is. When it has taken nothing for a second, SIGINT and SIGTERM are unblocked, so
 * that they end the process. False with errno. */
bool output_all(int fd, const char *bytes, size_t length);

#endif
