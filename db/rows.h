/* What a struct is as a row: binds its members as parameters and reads them from columns, in the order of the column
 * lists of queries.def. Whoever changes one changes the other. */
#ifndef KONEKSI_DB_ROWS_H
#define KONEKSI_DB_ROWS_H

#include "db/run.h"
#include "db/statement.h"

void row_bind_spec(struct statement *statement, const struct run_spec *spec);
/* SQL_RUN_SELECT; the groups and the latencies are other rows. */
void row_read_run(struct statement *statement, struct run *run);
/* server_model, server_backlog, server_accepted, server_listen_overflows, server_refused */
void row_bind_server(struct statement *statement, const struct run *run);
void row_bind_start(struct statement *statement, const struct load_start *start);
/* NULL for an empty text. */
void row_bind_json(struct statement *statement, const char *text);

void row_bind_sample(struct statement *statement, const struct run_sample *sample);
void row_read_sample(struct statement *statement, struct run_sample *sample);

void row_bind_group(struct statement *statement, const struct error_group *group);
void row_read_group(struct statement *statement, struct error_group *group);

/* `frames` is the text of row_frames_text, bound as the last parameter. */
void row_bind_trace(struct statement *statement, const struct error_trace *trace, const char *frames);
bool row_read_trace(struct statement *statement, struct error_trace *trace) MUST_CHECK; /* false: memory ran out */
/* JSON that the caller frees with free(); NULL when memory ran out. */
char *row_frames_text(const struct error_trace *trace) MUST_CHECK;

void row_bind_limit(struct statement *statement, const struct limit_value *value);
/* False for a limit that this program does not know. */
bool row_read_limit(struct statement *statement, struct limit_value *value);

void row_bind_latency(struct statement *statement, enum latency_kind kind, const struct latency *latency);
/* Sets the one that the row is of; a kind that this program does not know is passed over. */
void row_read_latency(struct statement *statement, struct latency latency[LATENCY_COUNT]);

void row_bind_log(struct statement *statement, const struct run_log *log);
void row_read_log(struct statement *statement, struct run_log *log);

#endif
