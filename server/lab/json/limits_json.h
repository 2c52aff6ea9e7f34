/* The JSON form of the limits of both sides and of where a run would stop: GET /limits, and koneksi limits. */
#ifndef KONEKSI_SERVER_LAB_JSON_LIMITS_JSON_H
#define KONEKSI_SERVER_LAB_JSON_LIMITS_JSON_H

#include <cjson/cJSON.h>

#include "server/lab/run/what_if.h"

#define LIMITS_COUNT 5000 /* clients unless told otherwise: as in the classic experiment */

/* Adds {"name","sentence"} of what cannot be used here, and why; nothing where `why` is NULL. False when memory ran
 * out, or when `unavailable` is NULL because it did. */
bool unavailable_add(cJSON *unavailable, const char *what, const char *name, const char *why) MUST_CHECK;

/* {"what_if":{...},"limits":[...],"predicted":{"thread":{...},...},"unavailable":{...}}; sets the mode of the
 * snapshot's run. The caller deletes it; NULL when memory ran out. */
cJSON *limits_to_json(const struct what_if *what_if, struct limit_snapshot *snapshot) MUST_CHECK;

#endif
