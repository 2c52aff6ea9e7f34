/* A struct as a row of its table: binds its members as parameters and reads them from columns, in the order of the
 * lists of columns.def. A row that another program or version wrote is read as far as it goes: a name that is not known
 * is the enumeration's COUNT, and the row's text for people (message, text, source) begins with what is odd. */
#ifndef KONEKSI_DB_ROWS_H
#define KONEKSI_DB_ROWS_H

#include "db/experiment.h"
#include "db/run.h"
#include "db/run_parts.h"
#include "db/statement.h"

/* The parameters of the queries RUN_INSERT (the last ones), RUN_START and RUN_FINISH (all but the id). */
void row_bind_spec(struct statement *statement, const struct run_spec *row);
void row_bind_begin(struct statement *statement, const struct run *row);
void row_bind_end(struct statement *statement, const struct run *row);
void row_bind_verdict(struct statement *statement, const struct run *row);
/* RUN_GET; the groups and the latencies are rows of other tables. */
/* This one and those of experiments return false when memory ran out, which the next statement_step reports. */
bool row_read_run(struct statement *statement, struct run *row) MUST_CHECK;

void row_bind_sample(struct statement *statement, const struct run_sample *row);
void row_read_sample(struct statement *statement, struct run_sample *row);

void row_bind_group(struct statement *statement, const struct error_group *row);
void row_read_group(struct statement *statement, struct error_group *row);

void row_bind_trace(struct statement *statement, const struct error_trace *row);
bool row_read_trace(struct statement *statement, struct error_trace *row) MUST_CHECK; /* false: out of memory */

void row_bind_limit(struct statement *statement, const struct run_limit *row);
void row_read_limit(struct statement *statement, struct run_limit *row);

void row_bind_rank(struct statement *statement, const struct load_rank *row);
bool row_read_rank(struct statement *statement, struct load_rank *row) MUST_CHECK; /* false: out of memory */

void row_bind_latency(struct statement *statement, enum latency_kind kind, const struct latency *row);
/* Sets the latency of the row's kind; ignores a kind that this program does not know. */
void row_read_latency(struct statement *statement, struct latency latency[LATENCY_COUNT]);

void row_bind_log(struct statement *statement, const struct run_log *row);
void row_read_log(struct statement *statement, struct run_log *row);

void row_bind_experiment_order(struct statement *statement, const struct experiment *row);
void row_bind_experiment_state(struct statement *statement, const struct experiment *row);
bool row_read_experiment(struct statement *statement, struct experiment *row) MUST_CHECK;
bool row_read_experiment_run(struct statement *statement, struct experiment_run *row) MUST_CHECK;

#endif
