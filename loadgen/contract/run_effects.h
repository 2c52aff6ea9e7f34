/* Which fields of a run have no effect with its exchange: for whoever asks for a run. A run that is stored, or on its
 * way to the load generator, is not asked again. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_EFFECTS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_EFFECTS_H

#include "loadgen/contract/run_spec.h"

/* RESULT_INVALID names a field that is not as by default and the exchange that it needs: "path has no effect with
 * exchange redis, only with http". */
enum result run_effects_check(const struct run_spec *spec, struct err *err) MUST_CHECK;

#endif
