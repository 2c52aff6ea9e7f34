/* What is recorded beside a run: its samples, its transcript and the limits that it met. */
#ifndef KONEKSI_DB_RUN_PARTS_H
#define KONEKSI_DB_RUN_PARTS_H

#include <stdint.h>

#include "loadgen/contract/report.h"
#include "loadgen/limits/limit.h"

/* Both sides at one moment, as the sampler merged them. */
struct run_sample {
    uint64_t at_us; /* since the run was started */
    struct load_sample client;
    /* Of the TIME server; of another server on this machine what is seen of it. 0: not known. */
    uint64_t server_processes;
    uint64_t server_threads;       /* its acceptor included */
    uint64_t server_connections;   /* open at the server */
    uint64_t server_accepted;      /* since the run was started */
    uint64_t server_fds;           /* open descriptors of its processes */
    uint64_t server_rss_bytes;     /* of its processes */
    uint64_t server_cpu_us;        /* of its processes, since the run was started */
    uint64_t server_queue;         /* connections waiting in the accept queue */
    uint64_t server_refused;       /* reset because no thread could be created for them, since the run was started */
    uint64_t server_overflows;     /* handshakes that the full accept queue dropped, since the run was started */
    uint64_t server_accept_paused; /* 1: no descriptor was left to connections; else 0 */
};

enum run_side { RUN_SIDE_CLIENT, RUN_SIDE_SERVER, RUN_SIDE_COUNT };
const char *run_side_name(enum run_side side);      /* "client", "server"; else "unknown" */
enum run_side run_side_from_name(const char *name); /* RUN_SIDE_COUNT when there is none */

/* A line of the transcript. */
struct run_log {
    uint64_t at_us; /* since the run was started */
    enum run_side side;
    char text[160];
};

/* A limit of one side, and what was in use of it while clients ran; LIMIT_UNKNOWN where that is not known. */
struct run_limit {
    struct limit_value limit; /* as it was when the run began */
    uint64_t used_at_failure; /* when the most frequent error first occurred; LIMIT_UNKNOWN when no client failed */
    uint64_t used_at_peak;    /* the most that was seen */
};

#endif
