/* A run's outcome in one sentence. */
#ifndef KONEKSI_LOADGEN_TERMINAL_VERDICT_H
#define KONEKSI_LOADGEN_TERMINAL_VERDICT_H

#include <stddef.h>

#include "base/buf.h"
#include "loadgen/contract/load_result.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit.h"

/* `limits` are the load generator's, as in its `start` event. A limit is named where they and the failures show it: the
 * server's side is not known here. Ends with '\n'. */
void verdict_format(const struct run_spec *spec, const struct load_result *result, const struct limit_value *limits,
                    size_t limit_count, struct buf *text);

#endif
