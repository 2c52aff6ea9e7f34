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
    bool accepts;    /* as in server_processes.h */
    bool is_master;  /* has a listening socket, and leaves it to its children */
    uint64_t fds;    /* LIMIT_UNKNOWN */
    bool was_there;  /* at foreign_processes_begin */
    struct process_use use;
};

/* Sums over all of them; LIMIT_UNKNOWN for what cannot be read of any. */
struct foreign_totals {
    uint64_t processes, threads, fds, rss_bytes, cpu_us;
    uint64_t most_fds; /* of one process that is no master and has as many descriptors at most as `measured` */
    uint64_t stopped;  /* processes that are stopped, as by SIGSTOP */
};

struct foreign_processes {
    bool hold; /* set before the first call: files of the first 16 are held open, for when no descriptor is left */
    struct server_processes found;
    struct foreign_process each[SERVER_PROCESSES_MOST];
    size_t count;
    /* Of those that accept, the one that had the fewest descriptors left at the first reading: its limits are the
     * server's. Of several the one that was started last. 0: there is none. */
    pid_t measured;
    uint64_t nofile;   /* of it */
    uint64_t ended;    /* of those that were read while they lived, since foreign_processes_begin */
    uint64_t replaced; /* of these: those that were there then */
    bool was_full;     /* one that was read had no descriptor left under `nofile`; set to false to begin anew */
};

/* `processes` is all zero but for `hold`. Call again with what server_processes_refresh made of `found`. */
void foreign_processes_open(struct foreign_processes *processes);
void foreign_processes_close(struct foreign_processes *processes);
/* Those that end are counted from here on. */
void foreign_processes_begin(struct foreign_processes *processes);

/* Reads them all; those that have ended are dropped. Takes about 10 microseconds for each, or 20 if its files are not
 * held open. */
void foreign_processes_read(struct foreign_processes *processes, struct foreign_totals *totals);

#endif
