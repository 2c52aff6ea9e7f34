/* Private to loadgen/watch: the processes of a server that is not the panel's own, as they are now. */
#ifndef KONEKSI_LOADGEN_WATCH_FOREIGN_PROCESSES_H
#define KONEKSI_LOADGEN_WATCH_FOREIGN_PROCESSES_H

#include "loadgen/limits/server_processes.h"

struct foreign_process {
    pid_t pid;
    int stat;        /* /proc/PID/stat, held open; -1: opened for each reading */
    int descriptors; /* /proc/PID/fd, likewise */
    uint64_t nofile; /* its RLIMIT_NOFILE; LIMIT_UNKNOWN */
    bool was_alive;  /* when it was last read */
    uint64_t fds;    /* LIMIT_UNKNOWN */
    struct process_use use;
};

/* Sums over all of them; LIMIT_UNKNOWN for what cannot be read of any. */
struct foreign_totals {
    uint64_t processes, threads, fds, rss_bytes, cpu_us;
    uint64_t most_fds; /* of the process that has the fewest descriptors left */
};

struct foreign_processes {
    bool hold; /* set before the first call: files of the first 16 are held open, for when no descriptor is left */
    struct server_processes found;
    struct foreign_process each[SERVER_PROCESSES_MOST];
    size_t count;
    uint64_t ended; /* of those that were read while they lived, since the first call */
};

/* `processes` is all zero but for `hold`. Call again with what server_processes_refresh made of `found`. */
void foreign_processes_open(struct foreign_processes *processes);
void foreign_processes_close(struct foreign_processes *processes);

/* Reads them all; those that have ended are dropped. Takes about 10 microseconds for each, or 20 if its files are not
 * held open. */
void foreign_processes_read(struct foreign_processes *processes, struct foreign_totals *totals);

/* The one that has the fewest descriptors left: whose limit is met first; of several the one that was started last,
 * which is no master. NULL: there is none. */
const struct foreign_process *foreign_processes_tightest(const struct foreign_processes *processes);

#endif
