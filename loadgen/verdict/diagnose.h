/* Why clients of a run failed: what stopped them, with the facts that show it. Pure: what was counted comes in.
 *
 * A limit is named only by its facts: an error that it alone causes, its use against its bound, or the kernel's own
 * counter. Where the facts fit several limits, or none, they are candidates and none is named. */
#ifndef KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H
#define KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H

#include "loadgen/contract/load_result.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/listener.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/predict.h"
#include "loadgen/verdict/verdict.h"

/* The most at the same time of a server that is watched; FACT_UNKNOWN. */
struct server_peak {
    uint64_t processes, threads, descriptors;
    uint64_t connections;       /* that were seen; 0 or FACT_UNKNOWN: no look met any */
    uint64_t threads_before;    /* the run */
    uint64_t stopped, replaced; /* processes that did not run, as after SIGSTOP; of those before the run: that ended */
    uint64_t others;            /* connections that it had before the run and, as far as is known, to its end */
};

struct diagnose_case {
    struct predict_case run;
    const struct limit_value *values; /* of both sides, as they were when the run began */
    size_t count;
    const struct error_group *groups;
    uint32_t group_count;
    enum uring_refusal refusal;  /* of io_uring, where the mode needs it; URING_ALLOWED: none */
    int start_errno;             /* why the generator could begin no client; 0: it could */
    uint64_t alive;              /* the most clients alive at the same time */
    uint64_t connections;        /* the most that the clients had open at the same time */
    uint64_t server_connections; /* the most at the same time; 0 for a server of which nothing is known */
    bool server_gone;            /* a server that is watched: none of its processes is left after the run */
    uint64_t server_ended;       /* processes of such a server that ended in the run, as far as was seen */
    struct server_peak watched;  /* of such a server */
    uint64_t completed;          /* clients */
    struct load_order failed;    /* of the clients that failed */
    uint64_t began_us;           /* when the first client may have begun, by the clock of the groups */
    uint64_t arrived_us;         /* the same of the last one; 0: not known */
    uint64_t slowest_ns;         /* that a client took which completed, its hold left out; 0: not known */
    uint64_t connected;          /* connections of the clients in all */
    uint64_t server_accepted;    /* of these the server's; 0 for a server of which nothing is known */
    /* When the accept queue of a server that is watched was last seen empty before the first client ran out of time and
     * before its descriptors were used up, by the clock of the groups; 0: it was not. */
    uint64_t queue_empty_us;
    enum bottleneck bottleneck;           /* what the processors did */
    uint64_t client_cpu_us;               /* that the generator and its client processes used */
    enum listener_state listener;         /* at the target, after the run */
    enum listener_state listener_before;  /* when it began */
    struct listeners_gone gone;           /* of LISTENER_SOME_GONE */
    uint64_t listen_overflows;            /* of the listening socket */
    uint64_t listen_drops;                /* packets of handshakes that those sockets dropped; LIMIT_UNKNOWN */
    uint64_t refused;                     /* connections reset by the server because no thread could be created */
    int signal;                           /* that ended the generator and was not the panel's; 0: none */
    bool waited_for_memory;               /* the generator was ended because it did */
    bool counted;                         /* whether the kernel's counters were read */
    uint64_t risen[COUNTER_COUNT];        /* by how much they rose during the run */
    uint64_t server_risen[COUNTER_COUNT]; /* those of control groups, of a server that is watched */
    const struct group_usage *usages;     /* what was in use when the first client of a group failed */
    size_t usage_count;
    struct usage peak[LIMIT_SIDE_COUNT]; /* the most that was in use at the same time */
};

/* VERDICT_NONE when no client failed except by a cancel, and the generator could start and was not killed for want of
 * memory. */
struct verdict diagnose(const struct diagnose_case *facts);

/* The most connections that the server had at the same time, where so many were `seen`. Of a server that is watched the
 * looks may have missed the moment: in a held run it had those of all clients that completed. One that the server
 * reset, because no thread could be created, is none. */
uint64_t diagnose_served(const struct diagnose_case *facts, uint64_t seen);

/* What was in use when the first client failed of those that diagnose() explains; NULL when that was not read. */
const struct group_usage *diagnose_usage(const struct diagnose_case *facts);

#endif
