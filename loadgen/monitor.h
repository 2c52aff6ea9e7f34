/* Watches a run from a thread of its own: a hundred times in the first second, then ten times a second, it reads the
 * scoreboard and writes samples, failures as they appear, notes and the transcript into the sink. No client ever waits
 * for it. */
#ifndef KONEKSI_LOADGEN_MONITOR_H
#define KONEKSI_LOADGEN_MONITOR_H

#include "base/err.h"
#include "scoreboard.h"
#include "sink.h"

struct monitor;

/* Opens what it needs before descriptors run out. `request`, what a client sends, is for the transcript. A sink that
 * cannot be written to cancels the run. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result monitor_start(struct scoreboard *board, struct sink *sink, const char *request, struct monitor **monitor,
                          struct err *err) MUST_CHECK;

/* Writes what is left and a last sample, joins the thread, frees. False when the sink could not be written to. */
bool monitor_stop(struct monitor *monitor) MUST_CHECK;

#endif
