/* Verdicts, predictions and what the processors did as JSON: in the API, and in the columns in which the store keeps
 * them. Only the panel links this: koneksi-load has no cJSON. */
#ifndef KONEKSI_LOADGEN_VERDICT_VERDICT_JSON_H
#define KONEKSI_LOADGEN_VERDICT_VERDICT_JSON_H

#include <cjson/cJSON.h>

#include "base/err.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/prediction.h"
#include "loadgen/verdict/sentence.h"

/* The trees of verdict_write.h. NULL when memory ran out. */
cJSON *verdict_to_json(const struct verdict *verdict, enum language language) MUST_CHECK;
cJSON *facts_to_json(const struct verdict *verdict) MUST_CHECK;
/* Adds to `verdict` the facts that this version knows; false when there are others, or when it is no list. */
bool facts_from_json(const cJSON *json, struct verdict *verdict);

/* {"ceiling","limit","side","value","unit","needed","shared","ladder":[{the same}],"estimate","certain","queues",
 * "sentence","ladder_sentence"}; the first six are null when nothing binds. NULL when memory ran out. */
cJSON *prediction_to_json(const struct prediction *prediction) MUST_CHECK;
/* What was stored; false for what is no prediction, NULL and the name of an unknown limit included. */
bool prediction_from_json(const cJSON *json, struct prediction *prediction);

/* {"thread":{a prediction},...} of the modes whose prediction is known; null where none is. NULL when memory ran out.
 */
cJSON *predictions_to_json(const struct predictions *predictions) MUST_CHECK;
/* What was stored; false for what is not that. What could be read of it is known. */
bool predictions_from_json(const cJSON *json, struct predictions *predictions);

/* {"client_s","server_s","cores","busy","runnable":{"mean","max"},"bottleneck","evidence"}; busy is the share of all
 * cores, 0..1, null when it is not known; bottleneck null when there is none or it is not known. NULL when memory ran
 * out. */
cJSON *bottleneck_to_json(const struct cpu_use *use) MUST_CHECK;

#endif
