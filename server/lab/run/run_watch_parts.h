/* Private to server/lab/run: what run_watch.c and run_watch_end.c share. */
#ifndef KONEKSI_SERVER_LAB_RUN_RUN_WATCH_PARTS_H
#define KONEKSI_SERVER_LAB_RUN_RUN_WATCH_PARTS_H

#include "base/patience.h"
#include "loadgen/watch/run_usage.h"
#include "server/lab/run/run_record.h"
#include "server/lab/run/run_verdict.h"
#include "server/lab/run/run_watch.h"
#include "server/lab/run/target.h"

/* RUNNING while the generator lives; DRAINING, for up to 200 ms, until the server has accepted every connection of the
 * clients; OVER when the outcome is known and only has to be stored. */
enum watch_phase { WATCH_RUNNING, WATCH_DRAINING, WATCH_OVER };

/* A second apart; a generator that was found waiting for memory so often is ended. */
#define MEMORY_WAITS 3

struct run_watch {
    struct run_watch_config config;
    struct sampler *sampler;
    enum watch_phase phase;
    struct run run;
    struct target target;
    enum listener_state listener_before; /* at the target, when the run began */
    struct foreign_server *foreign;      /* NULL: the target is the own server, or there is nothing to be watched */
    struct observed_server *observed;    /* the target is that panel's TIME server; NULL: it is not */
    struct launcher *launcher;           /* NULL: it was not started */
    char how[LAUNCHER_END_TEXT_SIZE];    /* how the generator ended, or why it was not started */

    uint64_t started_ns;
    /* The processors are measured in between; later and until before the end where generators take long to start. */
    uint64_t cpu_from_ns, cpu_until_ns; /* the second 0: until the end */
    struct patience silence;            /* since the newest sign of life */
    uint64_t memory_looked_ns;          /* when end_waiting last looked */
    unsigned memory_waits;              /* looks in a row that found it waiting for memory */
    uint64_t sampled_ns;                /* when the last sample was taken */
    bool has_first;                     /* sample */
    uint64_t clients_ns;                /* when the clients began, which is 0 for all times of the run; 0: not yet */
    uint64_t ended_ns;
    struct load_result *result;
    bool end_seen, cancelled, interrupted;
    enum load_end end;
    int end_errno;
    char end_message[256];

    struct run_record record;
    struct counters counters; /* the kernel's, when it began */
    struct run_usage usage;
    struct predict_server server; /* as it was when it began */
    uint64_t flush_at_ns;
    unsigned tries;
};

/* Before the run is marked: what another server is like at its start belongs to the run. RESULT_NO_MEMORY. */
enum result run_watch_find_server(struct run_watch *watch, struct err *err) MUST_CHECK;
void run_watch_describe_server(struct run_watch *watch);
struct sampler_target run_watch_server_side(const struct run_watch *watch);

/* Sets what came of the run, whose generator has ended, and why its clients failed. */
void run_watch_conclude(struct run_watch *watch);

#endif
