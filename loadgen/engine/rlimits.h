/* The resource limits of the generator itself, set before it does anything else. */
#ifndef KONEKSI_LOADGEN_ENGINE_RLIMITS_H
#define KONEKSI_LOADGEN_ENGINE_RLIMITS_H

#include "base/err.h"
#include "loadgen/contract/run_spec.h"

/* Sets the soft and the hard limits of the spec; without limits.nofile, raises RLIMIT_NOFILE to its hard limit. Makes
 * this process and all that it forks the OOM killer's first choice. RESULT_SYSTEM names the limit that failed. */
enum result rlimits_apply(const struct run_spec *spec, struct err *err) MUST_CHECK;

#endif
