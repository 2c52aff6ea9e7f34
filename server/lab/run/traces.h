/* Collects the failures of a run: counts each in its group (phase, call, errno) and keeps the first traces of each
 * group to be stored. Bounded whatever the load generator sends. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_TRACES_H
#define KONEKSI_SERVER_LAB_RUN_TRACES_H

#include "loadgen/contract/report.h"

#define TRACES_PER_GROUP_MAX 100

struct traces;

/* NULL when memory ran out. */
struct traces *traces_create(void) MUST_CHECK;
void traces_destroy(struct traces *traces);

/* True for the first trace of its group. */
bool traces_add(struct traces *traces, const struct error_trace *trace);

/* The groups so far; `count` of a group counts its reported failures. Failures beyond ERROR_GROUPS_MAX groups are in
 * none. */
const struct error_group *traces_groups(const struct traces *traces, uint32_t *count);

/* The traces not yet passed to traces_stored; valid until the next traces_add or traces_stored. */
const struct error_trace *traces_rows(const struct traces *traces, size_t *count);
/* Drops the first `count` traces, which are stored. */
void traces_stored(struct traces *traces, size_t count);

#endif
