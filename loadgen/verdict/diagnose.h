/* Why clients of a run failed: the limit that stopped it, with what shows it. Pure: what was counted comes in.
 *
 * A limit is named only with evidence: the call and its errno, the use of the limit against its bound, or the kernel's
 * own counter. Where the evidence fits several limits, or none, they are candidates and none is named. */
#ifndef KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H
#define KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H

#include "loadgen/contract/load_result.h"
#include "loadgen/limits/counters.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/predict.h"
#include "loadgen/verdict/verdict.h"

struct diagnose_case {
    struct predict_case run;
    const struct limit_value *values; /* of both sides, as they were when the run began */
    size_t count;
    const struct error_group *groups;
    uint32_t group_count;
    uint64_t alive;                /* the most clients alive at the same time */
    uint64_t connections;          /* the most that the clients had open at the same time */
    uint64_t server_connections;   /* the most at the same time; 0 for a server of which nothing is known */
    uint64_t connected;            /* connections of the clients in all */
    uint64_t server_accepted;      /* of these the server's; 0 for a server of which nothing is known */
    enum bottleneck bottleneck;    /* what the processors did */
    uint64_t listen_overflows;     /* of the listening socket */
    uint64_t refused;              /* connections reset by the server because no thread could be created */
    bool killed;                   /* the generator, by SIGKILL, and not by the panel */
    uint64_t risen[COUNTER_COUNT]; /* the kernel's counters, during the run */
};

/* VERDICT_NONE when no client failed except by a cancel, and the OOM killer did not end the generator. */
struct verdict diagnose(const struct diagnose_case *facts);

#endif
