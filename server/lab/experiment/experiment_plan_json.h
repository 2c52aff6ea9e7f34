/* A plan as it is stored and shown. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_PLAN_JSON_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_PLAN_JSON_H

#include "server/lab/experiment/experiment_plan.h"

/* {"kind":...,"modes":...} with every default filled in: what plan_restore reads. NULL when memory ran out. */
cJSON *plan_to_json(const struct plan *plan) MUST_CHECK;
/* The plan that was stored as that text. RESULT_STORE when it is not one, RESULT_NO_MEMORY. */
enum result plan_restore(const char *text, struct plan *plan, struct err *err) MUST_CHECK;

#endif
