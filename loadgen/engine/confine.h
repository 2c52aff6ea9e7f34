/* The bounds that a run puts on its own generator, before it does anything else. */
#ifndef KONEKSI_LOADGEN_ENGINE_CONFINE_H
#define KONEKSI_LOADGEN_ENGINE_CONFINE_H

#include "base/err.h"
#include "loadgen/contract/run_spec.h"

/* Sets the limits that the spec asks for, soft and hard alike; RLIMIT_NOFILE is else raised to its hard limit. Makes
 * this process and all that it forks the first choice of the kernel's out-of-memory killer. RESULT_SYSTEM names the
 * limit that could not be set. */
enum result confine_self(const struct run_spec *spec, struct err *err) MUST_CHECK;

#endif
