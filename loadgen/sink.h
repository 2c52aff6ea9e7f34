/* Where a run's events go: JSON lines for a launcher (sink_json.c) or a terminal for a person (sink_terminal.c).
 * Called by one thread at a time; may block, since no client waits for it. */
#ifndef KONEKSI_LOADGEN_SINK_H
#define KONEKSI_LOADGEN_SINK_H

#include <stdbool.h>

#include "progress.h"
#include "report.h"
#include "run_spec.h"

struct sink {
    /* False when it could not be written: nobody listens any more, or memory ran out. `error_number` says which. */
    bool (*write)(struct sink *sink, const struct report_event *event);
    int error_number;
    bool wants_details; /* error traces and the transcript; else only samples, notes, the result */
};

/* The line protocol of report.h on `fd`, each line whole. Traces and log lines wait for the sample that follows them:
 * each write wakes the launcher, which shares the machine with the clients. */
struct sink_json {
    struct sink sink;
    int fd;
    size_t pending_length;
    char pending[8192];
};
void sink_json_init(struct sink_json *json, int fd);

/* A progress bar on standard error if that is a terminal, at the end the summary on standard output. */
struct sink_terminal {
    struct sink sink;
    const struct run_spec *spec;
    bool bar;
    struct progress progress;
    size_t limit_count; /* the generator's own, from its start on */
    struct limit_value limits[LIMIT_COUNT];
};
void sink_terminal_init(struct sink_terminal *terminal, const struct run_spec *spec);

#endif
