/* Watches a run: a hundred times in the first second, then ten times a second, it reads the scoreboard and writes
 * samples, failures as they appear, notes and the transcript into the sink. When the first client of a group fails, it
 * reads at once what is in use of each limit; ten times a second it looks for the peak of that. From a thread of its
 * own, so that no client ever waits for it, or, where there must be no second thread, whenever it is given the
 * occasion. */
#ifndef KONEKSI_LOADGEN_ENGINE_MONITOR_H
#define KONEKSI_LOADGEN_ENGINE_MONITOR_H

#include "base/err.h"
#include "loadgen/engine/scoreboard.h"
#include "loadgen/engine/sink.h"

struct monitor;

struct monitor_plan {
    struct scoreboard *board;
    struct sink *sink;                    /* one that cannot be written to cancels the run */
    const struct exchange_plan *exchange; /* what the clients say */
    bool own_thread;                      /* else monitor_tick has to be called often */
};

/* Opens what it needs before descriptors run out. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result monitor_start(const struct monitor_plan *plan, struct monitor **monitor, struct err *err) MUST_CHECK;

/* Memory that this process had before is not the clients'. monitor_start has called it; again by a mode that takes
 * memory before its first client. */
void monitor_begin_memory(struct monitor *monitor);

/* Without a thread of its own: takes the sample that is due, if any, and reads what is in use if a first client has
 * failed. Otherwise costs reading the clock. */
void monitor_tick(struct monitor *monitor);

/* Whether a first client has failed, and nobody looked since. */
bool monitor_is_alarmed(const struct monitor *monitor);

/* What it saw from its start to its stop. */
struct monitor_sight {
    struct usage peak;     /* the most that was in use */
    struct load_cost cost; /* its memory is this process's: that of clients which are processes is left to the board */
};

/* Writes what is left and a last sample, joins the thread, frees. False when the sink could not be written to. */
bool monitor_stop(struct monitor *monitor, struct monitor_sight *sight) MUST_CHECK;

#endif
