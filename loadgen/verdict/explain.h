/* Private to loadgen/verdict: what the rules share by which diagnose() explains the largest group of failures
 * (explain_rules.h). In explain.c, unless said otherwise. */
#ifndef KONEKSI_LOADGEN_VERDICT_EXPLAIN_H
#define KONEKSI_LOADGEN_VERDICT_EXPLAIN_H

#include "loadgen/limits/limits.h"
#include "loadgen/verdict/diagnose.h"

/* The failure that is explained. */
struct failure {
    enum error_phase phase;
    enum client_call call;
    int error_number;
    const char *message;
    uint32_t words; /* of the group */
    uint64_t count; /* of the clients that failed so */
    uint64_t first_at_us, last_at_us;
    uint64_t answered, cut, resent; /* of the group */
};

const struct limit_value *explain_find(const struct diagnose_case *facts, enum limit_id id, enum limit_side side);
/* The limit on descriptors that is met first on that side; NULL when there is none. */
const struct limit_value *explain_descriptors(const struct diagnose_case *facts, enum limit_side side);
/* Whether this machine has the limit and it is bounded. */
bool explain_has_bound(const struct limit_value *value);

/* The most connections that the server had at the same time; FACT_UNKNOWN where the looks at one of somebody else
 * missed them. */
uint64_t explain_connections(const struct diagnose_case *facts);

/* These five in explain_name.c. */
/* Threads that a server of somebody else had more of than before the run. */
uint64_t explain_grown(const struct diagnose_case *facts);
/* Whether these are one limit: of the same side, or one from which both sides take. */
bool explain_is_same_limit(const struct diagnose_case *facts, const struct limit_value *one,
                           const struct limit_value *other);
/* Whether another limit that is known would stop clients of a held run, however much there were of the one that is
 * named; NULL: of connections that the server serves at the same time. */
bool explain_meets_another(const struct diagnose_case *facts, const struct limit_value *named);
void explain_name_limit(const struct diagnose_case *facts, const struct limit_value *value, enum certainty certainty,
                        struct verdict *verdict);
void explain_name_reason(enum verdict_reason reason, enum fact_side side, enum certainty certainty,
                         struct verdict *verdict);

/* Whether requests of these clients had been answered: the server had taken them in. */
bool explain_was_answered(const struct diagnose_case *facts, const struct failure *failure);

/* Whether `part` is at least so much of `whole`. */
bool explain_is_percent(uint64_t part, uint64_t whole, unsigned percent);
/* Whether so much in use counts as exhausted. */
bool explain_is_near(uint64_t used, uint64_t bound);

/* A fact about that limit, with two numbers. */
struct fact explain_about(enum fact_kind kind, const struct limit_value *value, uint64_t first, uint64_t second);
void explain_add(struct verdict *verdict, enum fact_kind kind, uint64_t first, uint64_t second, uint64_t third);
/* Of a counter of that side that rose; nothing for one that did not. Only control groups have two sides. */
void explain_add_counter(const struct diagnose_case *facts, enum limit_side side, enum counter_id counter,
                         struct verdict *verdict);
uint64_t explain_risen(const struct diagnose_case *facts, enum limit_side side, enum counter_id counter);

/* The most at the same time of a server of somebody else, or that its processes are out of sight; else nothing. */
void explain_add_watched(const struct diagnose_case *facts, struct verdict *verdict);

/* What was in use when the first of these clients failed; NULL when it was not read. */
const struct group_usage *explain_usage(const struct diagnose_case *facts, const struct failure *failure);

/* What was in use of the limit when the first of these clients failed, at most, or the first of the two that is known;
 * FACT_UNKNOWN. */
uint64_t explain_used_at_failure(const struct diagnose_case *facts, const struct failure *failure, enum limit_id id,
                                 enum limit_side side);
uint64_t explain_used_at_peak(const struct diagnose_case *facts, enum limit_id id, enum limit_side side);
uint64_t explain_used(const struct diagnose_case *facts, const struct failure *failure, enum limit_id id,
                      enum limit_side side);

/* Adds both; nothing where neither is known. `was_full`: it is proved that the limit was used up, so that less is left
 * out: clients that were held may have let it go before it was read. */
void explain_add_use(const struct diagnose_case *facts, const struct failure *failure, const struct limit_value *value,
                     bool was_full, struct verdict *verdict);

/* Whether it is known that the limit was not used up when the first of these clients failed. */
bool explain_is_spare(const struct diagnose_case *facts, const struct failure *failure,
                      const struct limit_value *value);

#endif
