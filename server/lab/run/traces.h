/* The failures of a run as they are reported: every one is counted in its group (phase, call, errno), and of each
 * group the first traces are kept to be stored. Bounded whatever the load generator sends. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_TRACES_H
#define KONEKSI_SERVER_LAB_RUN_TRACES_H

#include "loadgen/contract/report.h"

#define TRACES_OF_GROUP_MOST 100

struct traces;

/* NULL when memory ran out. */
struct traces *traces_create(void) MUST_CHECK;
void traces_destroy(struct traces *traces);

/* True when it is the first of its group. */
bool traces_add(struct traces *traces, const struct error_trace *trace);

/* The groups so far; `count` is of the traces that arrived. A failure that would need one group more than
 * ERROR_GROUPS_MAX is in none. */
const struct error_group *traces_groups(const struct traces *traces, uint32_t *count);

/* The traces that traces_stored has not yet taken; valid until the next traces_add or traces_stored. */
const struct error_trace *traces_rows(const struct traces *traces, size_t *count);
void traces_stored(struct traces *traces, size_t count);

#endif
