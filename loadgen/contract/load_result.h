/* What a run comes to on the client side: its totals, a sample of one moment, its result. */
#ifndef KONEKSI_LOADGEN_CONTRACT_LOAD_RESULT_H
#define KONEKSI_LOADGEN_CONTRACT_LOAD_RESULT_H

#include <stdint.h>

#include "loadgen/contract/error_trace.h"
#include "loadgen/contract/hist.h"
#include "loadgen/contract/load_cost.h"
#include "loadgen/limits/usage.h"

/* started + not_started = count; at the end completed + failed = started. */
struct load_totals {
    uint64_t started;     /* clients that were begun; one whose thread could not be created counts, as failed */
    uint64_t connected;   /* clients whose connect() succeeded */
    uint64_t completed;   /* clients that had every reply and closed */
    uint64_t failed;      /* clients that ended in an error, a cancelled one included */
    uint64_t not_started; /* clients never begun, because the run was cancelled or the generator died */
};

/* The client side at one moment. */
struct load_sample {
    uint64_t at_us;
    struct load_totals totals; /* not_started: count - started */
    uint64_t threads;          /* client threads alive (not the generator's own) */
    uint64_t processes;        /* client processes alive */
    uint64_t connections;      /* open connections */
    uint64_t fds;              /* open descriptors of the generator and its client processes together */
    uint64_t rss_bytes;        /* of the generator; in process mode its own alone */
    uint64_t cpu_us;           /* user + system since its clients began, ended children included */
};

struct load_peaks {
    uint64_t threads, processes, connections;
};

/* How the clients were started: 5000 threads are not 5000 threads at the same time. */
struct load_start {
    uint64_t last_up_us;   /* when the last one was up (its thread or process ran, or a thread took it) */
    uint64_t peak_clients; /* the most that were alive at the same time; 0: nothing is known of the start */
    uint64_t first_up_us;  /* when the first one was up; 0: at once, or not known */
};

/* A part of the clients had its first one up then. */
void load_start_begin(struct load_start *start, uint64_t first_up_us);
/* Clients started a second until the last one was up; 0 when that took no time. */
double load_start_per_s(const struct load_start *start, uint64_t started);

/* What was in use when the first client of a group failed. */
struct group_usage {
    enum error_phase phase; /* this and the next three are those of the error_group */
    char call[ERROR_CALL_SIZE];
    int error_number;
    uint32_t words;
    uint64_t at_us; /* when it was read */
    struct usage used[LIMIT_SIDE_COUNT];
};
#define GROUP_USAGES_MAX 16 /* those of the first groups */

enum latency_kind { LATENCY_CONNECT, LATENCY_REPLY, LATENCY_CLIENT, LATENCY_COUNT };
const char *latency_kind_name(enum latency_kind kind);

/* When those clients began among all: the sum of their numbers, and of their places among those that connected, from 0
 * on, of who did so. Of clients that begin together neither is quite the order in which the server takes them.
 * LIMIT_UNKNOWN. */
struct load_order {
    uint64_t numbers, places;
};

struct load_result {
    uint64_t duration_us;
    struct load_totals totals;
    struct load_order failed;
    struct load_peaks peaks;
    struct load_start start;
    struct load_cost cost;
    struct usage peak; /* the most that was seen, ten times a second */
    struct hist latency[LATENCY_COUNT];
    uint32_t group_count;
    struct error_group groups[ERROR_GROUPS_MAX];
};

#endif
