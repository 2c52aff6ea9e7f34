/* Verdicts, predictions and what the processors did as JSON: in the API, and in the columns in which the store keeps
 * them. Only the panel links this: koneksi-load has no cJSON. */
#ifndef KONEKSI_LOADGEN_VERDICT_VERDICT_JSON_H
#define KONEKSI_LOADGEN_VERDICT_VERDICT_JSON_H

#include <cjson/cJSON.h>

#include "base/err.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/predict.h"
#include "loadgen/verdict/verdict.h"

/* {"name","side","value","reached","unit","raise","raise_by","slow_side","evidence","certainty","proof"}; null for
 * VERDICT_NONE. name, side, value, reached, unit, raise and raise_by are null for VERDICT_UNKNOWN, slow_side is null
 * unless clients ran out of time, proof is there only after a proof. NULL when memory ran out. */
cJSON *verdict_to_json(const struct verdict *verdict) MUST_CHECK;
/* What was stored; VERDICT_NONE for null. False for what is no verdict, NULL included, and for names that this version
 * does not know: it is then VERDICT_UNKNOWN and keeps the evidence. */
bool verdict_from_json(const cJSON *json, struct verdict *verdict);

/* {"ceiling","limit","side","value","unit","shared","next":{the same} or null,"certain","queues","sentence"}; ceiling,
 * limit, side, value and unit are null when nothing binds. NULL when memory ran out. */
cJSON *prediction_to_json(const struct prediction *prediction) MUST_CHECK;
/* What was stored; false for what is no prediction, NULL and the name of an unknown limit included. */
bool prediction_from_json(const cJSON *json, struct prediction *prediction);

/* {"client_s","server_s","cores","busy","runnable":{"mean","max"},"bottleneck","evidence"}; busy is the share of all
 * cores, 0..1, null when it is not known; bottleneck null when there is none or it is not known. NULL when memory ran
 * out. */
cJSON *bottleneck_to_json(const struct cpu_use *use) MUST_CHECK;

#endif
