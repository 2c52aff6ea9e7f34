/* Why clients of a run failed, as one typed struct with the facts that show it: what diagnose() finds, a run holds, the
 * store keeps, and the API, the CSV, the report and koneksi-load show. Its sentence is made from it (sentence.h). */
#ifndef KONEKSI_LOADGEN_VERDICT_VERDICT_H
#define KONEKSI_LOADGEN_VERDICT_VERDICT_H

#include <stdbool.h>

#include "base/language.h"
#include "loadgen/contract/load_rank.h"
#include "loadgen/verdict/fact.h"

enum verdict_kind {
    VERDICT_NONE,    /* no client failed, except by a cancel: there is nothing to explain */
    VERDICT_LIMIT,   /* a limit of the environment stopped them */
    VERDICT_CAP,     /* a bound that the server sets itself */
    VERDICT_CAUSE,   /* something that is no bound */
    VERDICT_UNKNOWN, /* the facts fit several limits or none; they name the candidates */
    VERDICT_KIND_COUNT,
};
const char *verdict_kind_name(enum verdict_kind kind);      /* "limit"; NULL for VERDICT_NONE */
enum verdict_kind verdict_kind_from_name(const char *name); /* VERDICT_KIND_COUNT when there is none, as for NULL */

enum verdict_reason {
#define REASON(NAME, ...) REASON_##NAME,
#include "loadgen/verdict/reasons.def"
#undef REASON
    REASON_COUNT,
};
enum verdict_kind reason_kind(enum verdict_reason reason); /* VERDICT_CAP or VERDICT_CAUSE */

enum certainty {
    CERTAINTY_PROVED,  /* the error has no other cause, the kernel counted it, or an experiment moved it */
    CERTAINTY_LIKELY,  /* of the limits that can cause the error this one alone was exhausted */
    CERTAINTY_UNKNOWN, /* of VERDICT_UNKNOWN */
    CERTAINTY_COUNT,
};
const char *certainty_name(enum certainty certainty);
enum certainty certainty_from_name(const char *name); /* CERTAINTY_COUNT when there is none, as for NULL */

#define VERDICT_FACTS_MOST 16
struct verdict {
    enum verdict_kind kind;
    enum limit_id limit;        /* of VERDICT_LIMIT; else LIMIT_COUNT */
    enum verdict_reason reason; /* of VERDICT_CAP and VERDICT_CAUSE; else REASON_COUNT */
    enum fact_side side;        /* FACT_SIDE_NONE: not known */
    enum certainty certainty;
    uint64_t value;   /* of the limit or cap; FACT_UNKNOWN where there is none, as for the next two */
    uint64_t reached; /* the most clients alive, or connections open, on that side at the same time */
    uint64_t needed;  /* of the limit: with so much every client of the run would have completed */
    size_t fact_count;
    struct fact facts[VERDICT_FACTS_MOST];
    char text[FACT_TEXT_SIZE]; /* of the one fact about a text */
    uint64_t rank; /* of generators on several hosts the one with the most failed, and its host; empty: there is one */
    char host[LOAD_RANK_HOST_SIZE];
    bool of_rank; /* of generators on one host: the facts are those of `rank` alone; not stored */
};

struct verdict verdict_of_kind(enum verdict_kind kind); /* nothing is known but the kind */

/* "pids.max", "nobody listens"; NULL for VERDICT_NONE and VERDICT_UNKNOWN. */
const char *verdict_name(const struct verdict *verdict);
const char *verdict_name_in(const char *name, enum language language); /* for people */
/* Sets what verdict_name then returns, for a kind that is set already; false for a name that the kind does not have. */
bool verdict_set_name(struct verdict *verdict, const char *name);

/* Whether that limit, of that side, is what stopped them. */
bool verdict_names(const struct verdict *verdict, enum limit_id limit, enum limit_side side);

/* What `reached` counts of a limit of the client side: open connections, or else clients that existed. */
bool verdict_counts_connections(enum limit_id limit);

/* Adds a fact; one beyond VERDICT_FACTS_MOST is dropped. */
void verdict_add(struct verdict *verdict, struct fact fact);
/* Removes all facts of that kind. */
void verdict_drop(struct verdict *verdict, enum fact_kind kind);
/* The first fact of that kind; NULL when there is none. */
const struct fact *verdict_fact(const struct verdict *verdict, enum fact_kind kind);

#endif
