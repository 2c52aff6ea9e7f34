/* The kinds of experiment (experiment_kinds.def), and which fields each takes. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_KIND_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_KIND_H

#include <stdbool.h>

enum experiment_kind {
#define KIND(NAME, name, fields) EXPERIMENT_##NAME,
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND
    EXPERIMENT_KIND_COUNT,
};
const char *experiment_kind_name(enum experiment_kind kind);      /* NULL for EXPERIMENT_KIND_COUNT */
enum experiment_kind experiment_kind_from_name(const char *name); /* EXPERIMENT_KIND_COUNT when there is none */
const char *experiment_kind_list(void);                           /* "sweep, ceiling, ..." */

/* Fields that not every kind takes. */
enum plan_field {
    PLAN_MODE = 1,
    PLAN_MODES = 2,
    PLAN_COUNTS = 4,
    PLAN_REPEATS = 8,
    PLAN_MAX = 16,
    PLAN_RUN = 32,
    PLAN_HOLD = 64,
    PLAN_MINUTES = 128,
};
bool experiment_kind_takes(enum experiment_kind kind, enum plan_field field);

#endif
