/* What this process is made ready for before it has threads: the memory, stacks, descriptors and signals of a panel or
 * of a one-shot command. */
#ifndef KONEKSI_SERVER_PROCESS_H
#define KONEKSI_SERVER_PROCESS_H

#include <stdint.h>

#include "base/err.h"
#include "loadgen/launcher.h"

#define PROCESS_PATH_SIZE 4096

struct process {
    uint64_t inherited;                /* descriptors that were open at the start, the standard ones included */
    char generator[PROCESS_PATH_SIZE]; /* koneksi-load, in the same directory as this program */
    char ranks[PROCESS_PATH_SIZE];     /* koneksi-load-mpi, likewise, if it is there */
};

/* The first step: SIGTERM and SIGINT end the program at once until signals_block. Starts the thread of the log.
 * RESULT_NO_MEMORY, RESULT_SYSTEM. */
enum result process_begin(struct process *process, struct err *err) MUST_CHECK;

/* Makes it ready to serve: descriptors up to the hard limit. */
void process_raise_limits(void);

/* Makes it ready for load generators besides: RESULT_SYSTEM when there is none to be found, or when there is a
 * `hostfile` (may be NULL) that cannot be read. */
enum result process_prepare_runs(struct process *process, const char *hostfile, struct err *err) MUST_CHECK;

/* After that; points into `process`. */
struct launcher_programs process_programs(const struct process *process, const char *hostfile);

/* Writes the message of `err` on standard error as a line "koneksi: ..."; also after log_start. */
void process_say(const struct err *err);

#endif
