/* Verdicts as JSON, as a text or as a tree (json_writer.h): what both programs show. verdict_json.h reads them. */
#ifndef KONEKSI_LOADGEN_VERDICT_VERDICT_WRITE_H
#define KONEKSI_LOADGEN_VERDICT_VERDICT_WRITE_H

#include "base/json_writer.h"
#include "loadgen/verdict/sentence.h"

/* {"kind","name","side","value","reached","certainty","sentence","facts","unit","raise","raise_by","needed"}, of which
 * those that are not known are null; null for VERDICT_NONE. False when memory ran out for the sentence. */
bool verdict_write(const struct json_writer *writer, const char *name, const struct verdict *verdict,
                   enum language language) MUST_CHECK;

/* The facts alone, as the store keeps them: [{"fact":"use","limit":"pids.max","side":"client","used_at_start":7}, ...],
 * without the numbers that are not known. */
void facts_write(const struct json_writer *writer, const char *name, const struct verdict *verdict);

#endif
