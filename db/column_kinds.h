/* The kinds of columns.def that are more than a number or a text: bound as the next parameter and read from the next
 * column, as statement.h does it. What this version does not know is marked as odd and read as not known. For rows.c.
 */
#ifndef KONEKSI_DB_COLUMN_KINDS_H
#define KONEKSI_DB_COLUMN_KINDS_H

#include <cjson/cJSON.h>

#include "db/statement.h"
#include "loadgen/contract/load_result.h"
#include "loadgen/verdict/prediction.h"
#include "loadgen/verdict/verdict.h"

int64_t column_moment(struct statement *statement); /* 0 for what is not between 1970 and 9999 */
int column_int(struct statement *statement);        /* 0 for what does not fit */

void bind_text_if_any(struct statement *statement, const char *text); /* NULL for an empty one */

/* Takes the tree. */
void bind_tree(struct statement *statement, cJSON *tree);
/* A JSON object; what stands in it is checked where it is shown. */
void column_object(struct statement *statement, char *text, size_t size);

/* `value` as it was read from `name`; `count` is the enumeration's value for a name that it does not have. */
unsigned column_known(struct statement *statement, const char *name, unsigned value, unsigned count);
enum fact_side column_fact_side(struct statement *statement);

/* Parts of a verdict, of which the kind is read first. */
void bind_verdict_certainty(struct statement *statement, const struct verdict *verdict);
void bind_verdict_facts(struct statement *statement, const struct verdict *verdict);
void column_verdict_kind(struct statement *statement, struct verdict *verdict);
void column_verdict_name(struct statement *statement, struct verdict *verdict);
void column_verdict_side(struct statement *statement, struct verdict *verdict);
void column_verdict_certainty(struct statement *statement, struct verdict *verdict);
void column_verdict_facts(struct statement *statement, struct verdict *verdict);

void column_predictions(struct statement *statement, struct predictions *predictions);

void bind_rank_limits(struct statement *statement, const struct load_rank *rank);
/* A limit that this version does not know is left out. */
void column_rank_limits(struct statement *statement, struct load_rank *rank);

#endif
