/* The ranks of a run as JSON, one by one and summed by host. */
#ifndef KONEKSI_SERVER_LAB_JSON_RANKS_JSON_H
#define KONEKSI_SERVER_LAB_JSON_RANKS_JSON_H

#include <cjson/cJSON.h>

#include "base/err.h"
#include "base/language.h"
#include "db/run.h"

/* Adds "hosts" and "ranks" of the run's `count` ranks, in their order. False when memory ran out. */
bool ranks_add_json(cJSON *object, const struct run *run, const struct load_rank *ranks, size_t count,
                    enum language language) MUST_CHECK;

#endif
