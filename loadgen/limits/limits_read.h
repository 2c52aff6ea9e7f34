/* Private to loadgen/limits and its tests: limits_read below another root directory (sources.h). The resource limits
 * (getrlimit) and the user are this process's own all the same. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMITS_READ_H
#define KONEKSI_LOADGEN_LIMITS_LIMITS_READ_H

#include "loadgen/limits/limits.h"

size_t limits_read_below(const char *root, enum limit_side side, uint64_t backlog,
                         struct limit_value values[LIMIT_COUNT]);

#endif
