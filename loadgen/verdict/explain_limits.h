/* Private to loadgen/verdict: which limit of tasks or of memory was exhausted. */
#ifndef KONEKSI_LOADGEN_VERDICT_EXPLAIN_LIMITS_H
#define KONEKSI_LOADGEN_VERDICT_EXPLAIN_LIMITS_H

#include "loadgen/verdict/explain.h"

/* Whether the limit of a server of somebody else was used up when the run began. */
bool explain_was_full_before(const struct diagnose_case *facts, const struct limit_value *value);

/* Names the one limit of that side that was exhausted, of those that refuse `what`. */
bool explain_exhausted(const struct diagnose_case *facts, const struct failure *failure, enum limit_refuses what,
                       enum limit_side side, struct verdict *verdict);
/* The same; where none was, adds the candidates. */
bool explain_weigh(const struct diagnose_case *facts, const struct failure *failure, enum limit_refuses what,
                   enum limit_side side, struct verdict *verdict);
/* Whether the server would have met a limit had it taken a task for each of so many clients; adds these as candidates.
 * What it used may be read only when its tasks have ended again. */
bool explain_may_lack_tasks(const struct diagnose_case *facts, const struct failure *failure, uint64_t clients,
                            struct verdict *verdict);
/* Names pids.max of that side where the kernel counted tasks that it refused. */
bool explain_pids(const struct diagnose_case *facts, const struct failure *failure, enum limit_side side,
                  struct verdict *verdict);

#endif
