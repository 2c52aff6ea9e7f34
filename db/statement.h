/* A prepared statement in use: parameters are bound and columns are read one after the other, from the left.
 * statement_step reports the first bind that failed. A text that is bound must stay as it is until statement_done.
 * For the thread that holds the connection's lock. */
#ifndef KONEKSI_DB_STATEMENT_H
#define KONEKSI_DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct sqlite3_stmt;

#define STATEMENT_ODD_SIZE 128

struct statement {
    struct sqlite3_stmt *handle;
    int parameter, column;
    int failed;                   /* SQLite's code, 0: none */
    char odd[STATEMENT_ODD_SIZE]; /* of the current row: the first value that cannot be shown as it is; empty: none */
};

/* Ends its use: unbinds the parameters and releases the current row. */
void statement_done(struct statement *statement);

size_t statement_parameters(const struct statement *statement); /* how many it has */

/* The next one to be bound is :name, which the statement must have; without it the next step fails. */
void bind_name(struct statement *statement, const char *name);
/* The next parameter. */
void bind_i64(struct statement *statement, int64_t value);
/* A counter: beyond INT64_MAX it is stored as INT64_MAX, because SQLite has no unsigned integers. */
void bind_u64(struct statement *statement, uint64_t value);
/* NULL when the value is `null`. */
void bind_u64_unless(struct statement *statement, uint64_t value, uint64_t null);
void bind_text(struct statement *statement, const char *text); /* NULL: SQL's NULL */
/* A text of malloc, which SQLite frees; NULL: memory ran out, and the statement fails. */
void bind_taken_text(struct statement *statement, char *text);
void bind_null(struct statement *statement);
void bind_real(struct statement *statement, double value);
/* The next column of the row of another statement, as it is. */
void bind_column(struct statement *statement, struct statement *row);

/* Memory ran out while its row was read: its next step fails. */
void statement_lacks_memory(struct statement *statement);

/* The next column of the current row. What another program stored is read as far as it goes: another type is converted
 * as SQLite does, a text is made valid UTF-8, and `odd` says so. */
int64_t column_i64(struct statement *statement);
uint64_t column_u64(struct statement *statement); /* a negative number is odd, and 0 */
uint64_t column_u64_or(struct statement *statement, uint64_t null);
/* Valid until the next step; "" for NULL. */
const char *column_text(struct statement *statement);
void column_copy(struct statement *statement, char *text, size_t size); /* a text that is cut at size is odd */
/* Notes in `odd` why the column that was read last is odd, as in: mode: not known to this version: "quic". `text` is
 * its value, or NULL. */
void column_mark_odd(struct statement *statement, const char *why, const char *text);
bool column_is_null(const struct statement *statement); /* the next one */
double column_real(struct statement *statement);

enum column_type { COLUMN_NULL, COLUMN_INTEGER, COLUMN_REAL, COLUMN_TEXT, COLUMN_BLOB };
enum column_type column_type(const struct statement *statement); /* of the next one */

/* Runs until the next row; *row is false at the end. RESULT_STORE; RESULT_NOT_FOUND when a part of a run that does not
 * exist is inserted (a foreign key). `doing` goes before the cause in the message. */
enum result statement_step(struct statement *statement, const char *doing, bool *row, struct err *err) MUST_CHECK;
/* Runs a statement that returns no row, or one that is not read, and ends its use. */
enum result statement_run(struct statement *statement, const char *doing, struct err *err) MUST_CHECK;

/* Runs a query: calls `each` at every row until that returns false, and ends its use. */
enum result statement_each(struct statement *statement, const char *doing,
                           bool (*each)(struct statement *row, void *arg), void *arg, struct err *err) MUST_CHECK;

#endif
