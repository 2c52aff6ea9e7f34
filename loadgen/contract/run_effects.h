/* Which fields of a run have no effect with what else was chosen: for whoever asks for a run. A run that is stored, or
 * on its way to the load generator, is not asked again. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_EFFECTS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_EFFECTS_H

#include "loadgen/contract/run_spec.h"

/* The modes of the runs that are asked for, each a bit. */
#define RUN_MODE_BIT(mode) (1U << (mode))

/* RESULT_INVALID names a field that is not as by default and the choice with which it has no effect: "path has no
 * effect with exchange redis, only with http". */
enum result run_effects_check(const struct run_spec *spec, unsigned modes, struct err *err) MUST_CHECK;

#endif
