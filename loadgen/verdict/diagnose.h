/* Why clients of a run failed: the limit that stopped it, with what shows it. Pure: what was counted comes in.
 *
 * A limit is named only with evidence: the call and its errno, the use of the limit against its bound, or the kernel's
 * own counter. Where the evidence fits several limits, or none, they are named as candidates and none as the one. */
#ifndef KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H
#define KONEKSI_LOADGEN_VERDICT_DIAGNOSE_H

#include "loadgen/contract/load_result.h"
#include "loadgen/limits/counters.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/predict.h"

struct diagnose_case {
    const struct predict_case *asked;
    const struct limit_value *values; /* of both sides, as they were when the run began */
    size_t count;
    const struct error_group *groups;
    uint32_t group_count;
    uint64_t alive;                /* the most clients alive at one time */
    uint64_t connections;          /* the most that the clients had open at one time */
    uint64_t server_connections;   /* the most at one time; 0 for a server of which nothing is known */
    uint64_t connected;            /* connections of the clients in all */
    uint64_t server_accepted;      /* of these the server's; 0 for a server of which nothing is known */
    enum bottleneck bottleneck;    /* what the processors did */
    uint64_t listen_overflows;     /* of the listening socket */
    uint64_t refused;              /* connections reset by the server because no thread could be created */
    bool killed;                   /* the generator, by SIGKILL, and not by the panel */
    uint64_t risen[COUNTER_COUNT]; /* the kernel's counters, during the run */
};

enum certainty {
    CERTAINTY_PROVED,  /* the error has no other cause, or the kernel counted it */
    CERTAINTY_LIKELY,  /* the use of this limit alone was at its bound */
    CERTAINTY_UNKNOWN, /* `name` is NULL; the evidence names candidates */
};
const char *certainty_name(enum certainty certainty); /* "proved", "likely", "unknown" */

enum slow_side { SLOW_NONE, SLOW_CLIENT, SLOW_SERVER, SLOW_BOTH };

#define DIAGNOSIS_EVIDENCE_SIZE 500
struct diagnosis {
    enum certainty certainty;
    enum limit_id limit; /* LIMIT_COUNT: unknown */
    enum limit_side side;
    enum slow_side slow; /* where clients ran out of time */
    uint64_t value;      /* of the limit */
    uint64_t reached;    /* the most clients alive, or connections open on that side */
    char evidence[DIAGNOSIS_EVIDENCE_SIZE];
};

/* False when no client failed but by a cancel, nor the OOM killer ended the generator: then there is nothing to
 * explain. */
bool diagnose(const struct diagnose_case *asked, struct diagnosis *diagnosis);

/* {"name","side","value","reached","unit","evidence","raise","raise_by","certainty","slow_side"}; name, side, value,
 * unit, raise and raise_by null when it is unknown, slow_side ("client", "server", "both") unless clients ran out of
 * time. NULL when memory ran out. */
cJSON *diagnosis_to_json(const struct diagnosis *diagnosis) MUST_CHECK;

#endif
