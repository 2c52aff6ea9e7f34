/* Why clients of a run failed, as one typed struct: what diagnose() finds, a run holds, the store keeps, and the API,
 * the CSV and koneksi-load show. */
#ifndef KONEKSI_LOADGEN_VERDICT_VERDICT_H
#define KONEKSI_LOADGEN_VERDICT_VERDICT_H

#include <stdbool.h>

#include "loadgen/limits/limit.h"

enum verdict_kind {
    VERDICT_NONE,    /* no client failed, except by a cancel: there is nothing to explain */
    VERDICT_LIMIT,   /* a limit of the environment stopped them */
    VERDICT_UNKNOWN, /* the evidence fits several limits or none; it names the candidates */
};

enum certainty {
    CERTAINTY_PROVED,               /* the error has no other cause, or the kernel counted it */
    CERTAINTY_LIKELY,               /* of the limits that can cause the error this one alone was exhausted */
    CERTAINTY_UNKNOWN,              /* of VERDICT_UNKNOWN */
    CERTAINTY_PROVED_BY_EXPERIMENT, /* with the limit lowered, the ceiling moved with it: see `proof` */
    CERTAINTY_COUNT,
};
const char *certainty_name(enum certainty certainty);
enum certainty certainty_from_name(const char *name); /* CERTAINTY_COUNT when there is none, as for NULL */

/* Where clients ran out of time. */
enum slow_side { SLOW_NONE, SLOW_CLIENT, SLOW_SERVER, SLOW_BOTH, SLOW_COUNT };
const char *slow_side_name(enum slow_side slow);      /* "client", "server", "both"; NULL for SLOW_NONE */
enum slow_side slow_side_from_name(const char *name); /* SLOW_NONE when there is none, as for NULL */

/* What an experiment found with the limit lowered. */
struct verdict_proof {
    int64_t experiment; /* 0: none */
    uint64_t lowered_to;
    uint64_t expected; /* clients */
    uint64_t ceiling;
};

#define VERDICT_EVIDENCE_SIZE 500
struct verdict {
    enum verdict_kind kind; /* without VERDICT_LIMIT the next four are not set */
    enum limit_id limit;
    enum limit_side side;
    uint64_t value;   /* of the limit */
    uint64_t reached; /* the most clients alive, or connections open, on that side */
    enum certainty certainty;
    enum slow_side slow; /* SLOW_NONE unless clients ran out of time */
    struct verdict_proof proof;
    char evidence[VERDICT_EVIDENCE_SIZE]; /* a sentence without its full stop */
};

/* Whether that limit, of that side, is what stopped them. */
bool verdict_names(const struct verdict *verdict, enum limit_id limit, enum limit_side side);

#endif
