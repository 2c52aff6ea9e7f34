/* Proof by experiment: the run whose limit is in question is searched for its ceiling again, that one limit lowered by
 * a quarter for the load generator alone, or to the least that its field takes. If the ceiling moves by what the limit
 * lost, it was that limit. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_PROOF_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_PROOF_H

#include "db/experiment.h"
#include "db/store.h"
#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/run/limit_snapshot.h"

/* Makes the plan of a proof, of which `run` alone is set, whole. RESULT_NOT_FOUND; RESULT_INVALID about the field "run"
 * for a run of which it cannot be shown: not held, without a limit, or with one that cannot be lowered (further) for
 * one child.
 */
enum result proof_prepare(struct store *store, const struct limit_sides *sides, struct plan *plan,
                          struct err *err) MUST_CHECK;

/* Stores in the verdict of the run that it was proved by `experiment`, which found `ceiling`. `run` is the run after
 * that. RESULT_NOT_FOUND when it was deleted. */
enum result proof_keep(struct store *store, const struct plan *plan, int64_t experiment, uint64_t ceiling,
                       struct run *run, struct err *err) MUST_CHECK;

#endif
