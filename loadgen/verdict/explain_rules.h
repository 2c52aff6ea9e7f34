/* Private to loadgen/verdict: the rules by which diagnose() explains the largest group of failures.
 *
 * Each looks at the facts; where they show its cause it names that in the verdict, adds the facts, and returns true.
 * Below the rules of a file is what others ask it. */
#ifndef KONEKSI_LOADGEN_VERDICT_EXPLAIN_RULES_H
#define KONEKSI_LOADGEN_VERDICT_EXPLAIN_RULES_H

#include "loadgen/verdict/explain.h"

typedef bool explain_rule(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict);

/* On the client side (explain_client.c). */
explain_rule explain_not_permitted;
explain_rule explain_only_cause; /* an error that one limit alone causes */
explain_rule explain_waiting;    /* the group has no memory left, and nothing ends a process for it */
explain_rule explain_killed;     /* the OOM killer ended client processes */
explain_rule explain_cpu_time;   /* RLIMIT_CPU ended the generator */
explain_rule explain_tasks;      /* a thread or process could not be started */
explain_rule explain_memory;     /* memory ran out in a call of the client */

/* On the server side (explain_server.c). */
explain_rule explain_refused;      /* nobody listens, or not any more */
explain_rule explain_other_server; /* it replied with something else */
explain_rule explain_no_thread;
explain_rule explain_workers;
explain_rule explain_full_server;
explain_rule explain_full_queue;
explain_rule explain_conntrack;
explain_rule explain_quota; /* of processors and of memory: both sides were held up */
/* Whether processes ended that a server which is watched had when the run began: their clients failed with them. */
bool explain_has_replaced(const struct diagnose_case *facts);
/* Whether they failed in a call that waits for the server. */
bool explain_is_of_server(const struct failure *failure);
/* Whether their connections were refused, reset or closed. */
bool explain_was_cut(const struct failure *failure);
/* Whether the server accepted every connection that the clients had. Of one that is watched: in a held run it had as
 * many as they. */
bool explain_has_accepted_all(const struct diagnose_case *facts);

/* Of a server of somebody else (explain_watched.c). */
explain_rule explain_server_killed; /* an OOM killer ended a process of it */
explain_rule explain_watched_descriptors;
explain_rule explain_last_descriptor; /* of clients that were turned away as by a cap */
explain_rule explain_watched_tasks;
explain_rule explain_stopped; /* processes of it did not run */

/* In between (explain_path.c). */
explain_rule explain_rejected; /* a router, a firewall or the routing table said that it delivers nothing there */
explain_rule explain_lost;
/* Of clients that ran out of time: whether packets may have been lost, so that no side need have been slow. */
bool explain_may_be_lost(const struct diagnose_case *facts, const struct failure *failure);
/* Of connections that were refused, where it is not known why. */
enum fact_side explain_refusing_side(const struct diagnose_case *facts);

/* In explain_cap.c. */
explain_rule explain_own_cap;
/* In explain_side.c: says which side failed or was slow, and explains no more than that the server closed connections.
 */
explain_rule explain_side;

#endif
