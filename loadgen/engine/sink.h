/* Where a run's events go: JSON lines for a launcher (sink_json.c) or a terminal for a person
 * (terminal/sink_terminal.h).
 * Called by one thread at a time, which may carry clients: only the start, the result and the end wait for the reader.
 * Other events are dropped and counted while it does not read. */
#ifndef KONEKSI_LOADGEN_ENGINE_SINK_H
#define KONEKSI_LOADGEN_ENGINE_SINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"

struct sink {
    /* False when it could not be written: the reader is gone, or memory ran out. `error_number` says which. */
    bool (*write)(struct sink *sink, const struct report_event *event);
    int error_number;
    bool wants_details; /* error traces and the transcript; else only samples, notes, the result */
    /* Set by the monitor: a file that is opened while a sample is written takes no descriptor from a client. */
    bool may_open;
    uint64_t watched_ns; /* CPU time that writing samples took to watch the server: none of the clients' */
};

/* The line protocol of report.h on `fd`, each line whole. Traces and log lines wait for the sample that follows them:
 * each write wakes the launcher, which shares the machine with the clients. */
struct sink_json {
    struct sink sink;
    int fd;
    struct buf pending; /* both are freed at the end */
    struct buf line;    /* the newest one; its memory is kept, because later there may be none */
    uint64_t dropped;   /* lines */
    uint64_t at_us;     /* of the last sample */
};
void sink_json_init(struct sink_json *json, int fd);

#endif
