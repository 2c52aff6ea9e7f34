/* A run's outcome in one sentence. It names a limit only where the error alone proves it. */
#ifndef KONEKSI_LOADGEN_TERMINAL_VERDICT_H
#define KONEKSI_LOADGEN_TERMINAL_VERDICT_H

#include <stddef.h>

#include "base/buf.h"
#include "loadgen/contract/load_result.h"
#include "loadgen/limits/limits.h"

/* `limits` are the load generator's, as its `start` event tells them. Ends with '\n'. */
void verdict_format(const struct load_result *result, const struct limit_value *limits, size_t limit_count,
                    struct buf *text);

#endif
