/* What the TIME server reports: its model, its counters, its log of connections. */
#ifndef KONEKSI_SERVER_TIME_TIME_STATS_H
#define KONEKSI_SERVER_TIME_TIME_STATS_H

#include <stdbool.h>
#include <stdint.h>

enum time_model {
#define MODEL(NAME, name, ...) TIME_MODEL_##NAME,
#include "server/time/models.def"
#undef MODEL
    TIME_MODEL_COUNT,
};

struct time_stats {
    enum time_model model;
    uint64_t backlog;       /* as the kernel keeps it */
    uint64_t workers;       /* as configured, whatever the model is */
    uint64_t reserved_fds;  /* descriptors of this process that connections never take */
    uint64_t budget;        /* connections that may be open at once: RLIMIT_NOFILE - reserved_fds */
    uint64_t thread_budget; /* how many of them may have a thread each, by its addresses (thread_budget.h) */
    uint64_t data_budget;   /* likewise by its data */
    uint64_t map_budget;    /* likewise by its maps */
    uint64_t total;         /* connections accepted since the start ("total koneksi") */
    uint64_t live;          /* connections open now */
    uint64_t threads;       /* threads of the TIME server now, those that accept included */
    uint64_t peak_live;     /* the most since the last time_server_reset_peaks; exact, not sampled */
    uint64_t peak_threads;
    uint64_t replies;          /* JAM lines sent */
    uint64_t invalid;          /* "Invalid request" lines sent */
    uint64_t refused;          /* connections reset because no thread could be created for them */
    uint64_t evicted;          /* idle connections that were reset */
    uint64_t accept_pauses;    /* how often accepting stopped at the descriptor budget */
    bool accept_paused;        /* now */
    uint64_t listen_overflows; /* connections that found the accept queue full (ListenOverflows) */
    uint64_t listen_drops;     /* packets of handshakes that the listening socket dropped, for any reason */
    uint64_t queue;            /* connections waiting in the accept queue now */
};

/* "total koneksi N" as it happened. Where several threads accept, the times of neighbours may be out of order by as
 * long as a thread was held up between the two. */
struct time_log {
    uint64_t at_ns;  /* CLOCK_MONOTONIC */
    uint64_t number; /* N */
};

#endif
