/* What a run takes of a limit: of its first client's beginning, and with each client. One function in cost.c for each
 * kind of cost (enum limit_cost); what a mode and a model cost are columns of modes.def and models.def. */
#ifndef KONEKSI_LOADGEN_VERDICT_COST_H
#define KONEKSI_LOADGEN_VERDICT_COST_H

#include "loadgen/verdict/predict.h"

struct run_cost {
    uint64_t before;  /* in use when the first client begins, whoever uses it */
    uint64_t least;   /* the same where the generator makes do: with less it begins none */
    uint64_t own;     /* what the side of the limit takes with each client; 0: nothing */
    uint64_t each;    /* what both sides take of it */
    uint64_t clients; /* that take `each` together: those from different addresses can have the same port */
    bool shared;      /* the other side takes from it, too */
};
struct run_cost cost_of_run(const struct predict_case *given, const struct limit_value *value);

/* Whether the server is on this machine, and what it takes is known, if only in part. */
bool cost_server_is_present(const struct predict_case *given);

/* what they are called: "threads" */
const char *cost_clients(const struct predict_case *given, enum language language);
uint64_t cost_loops(const struct predict_case *given); /* of the generator; 0: its mode has none */

#endif
