/* Parts of a limit as JSON, for whatever shows it. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_WRITE_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_WRITE_H

#include "base/json_writer.h"
#include "loadgen/limits/limit.h"

/* null for LIMIT_UNLIMITED and LIMIT_UNKNOWN. */
void limit_write_number(const struct json_writer *writer, const char *name, uint64_t value);

/* "raise_by": {"run","shell","systemd","container"}, how these limits are raised, in their order; a way null where
 * there is none. "run" only with the `field` of the run that set the limit, which may be NULL. */
void limit_write_ways(const struct json_writer *writer, const enum limit_id *ids, size_t count, const char *field);

#endif
