/* An event of each type with something in every member, and the line that it makes. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_CONTRACT_REPORT_EVENTS_H
#define KONEKSI_TESTS_UNIT_LOADGEN_CONTRACT_REPORT_EVENTS_H

#include "loadgen/contract/report.h"

#define EXACT_MOST 9007199254740992ULL /* 2^53 */

extern const struct load_totals some_totals;

/* The caller frees the event by report_event_free(). */
struct report_event make_start(void);
struct report_event make_sample(void);
struct report_event make_error(void);
struct report_event make_log(void);
struct report_event make_usage(void);
struct report_event make_rank(void);
struct report_event make_result(void);

#define MAKERS 8
extern struct report_event (*const makers[MAKERS])(void); /* all of them */

/* The caller frees it. */
char *format_line(const struct report_event *event);

#endif
