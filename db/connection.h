/* One connection to the database with every statement of queries.def prepared, so that nothing is compiled and no
 * descriptor opened once it is there. A connection belongs to the thread that holds its lock. */
#ifndef KONEKSI_DB_CONNECTION_H
#define KONEKSI_DB_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct sqlite3;
struct sqlite3_stmt;
struct connection;
enum query {
#define QUERY(NAME, who, sql) QUERY_##NAME,
#include "queries.def"
#undef QUERY
    QUERY_COUNT,
};

/* Opens the bare database with the settings that every connection has, in WAL mode already or not. The caller closes it
 * with sqlite3_close, on failure too when *db is not NULL. RESULT_STORE. */
enum result connection_configure(const char *path, struct sqlite3 **db, struct err *err) MUST_CHECK;

/* A connection to a database that is migrated and in WAL mode. One that does not write is query_only. RESULT_STORE,
 * RESULT_NO_MEMORY. */
enum result connection_open(const char *path, bool writes, struct connection **connection, struct err *err) MUST_CHECK;
void db_connection_close(struct connection *connection);
void connection_lock(struct connection *connection);
bool connection_try_lock(struct connection *connection);
void connection_unlock(struct connection *connection);

/* A transaction of the writing connection, whose lock the caller holds. connection_end commits when `result` is
 * RESULT_OK, else rolls back and returns it; after a commit that failed nothing of the transaction is there. `doing`
 * goes before SQLite's words in the message: "storing samples". */
enum result connection_begin(struct connection *connection, const char *doing, struct err *err) MUST_CHECK;
enum result connection_end(struct connection *connection, enum result result, const char *doing,
                           struct err *err) MUST_CHECK;

/* Of the last statement that wrote: the id of the row it inserted, the number of rows it changed. */
int64_t connection_inserted(const struct connection *connection);
size_t connection_changes(const struct connection *connection);

/* RESULT_STORE: "storing samples: database or disk is full (SQLITE 13)", errno's name where one is behind it. */
enum result connection_fail(struct sqlite3 *db, const char *doing, struct err *err);

/* A statement in use: parameters are bound and columns are read one after the other, from the left. The first bind that
 * fails is told by statement_step. Texts that are bound must stay as they are until statement_done. */
struct statement {
    struct sqlite3_stmt *handle;
    int parameter, column;
    int failed; /* SQLite's code, 0: none */
};

/* Statement `query` with nothing bound. Not to be taken twice before statement_done. */
struct statement statement_take(struct connection *connection, enum query query);
void statement_done(struct statement *statement);
void bind_i64(struct statement *statement, int64_t value);
/* A counter: beyond INT64_MAX it is stored as INT64_MAX, because SQLite has no unsigned integers. */
void bind_u64(struct statement *statement, uint64_t value);
/* NULL when the value is `null`. */
void bind_u64_unless(struct statement *statement, uint64_t value, uint64_t null);
void bind_text(struct statement *statement, const char *text);
void bind_null(struct statement *statement);

/* Columns of the row that statement_step gave. */
int64_t column_i64(struct statement *statement);
uint64_t column_u64(struct statement *statement); /* a negative number is 0 */
uint64_t column_u64_or(struct statement *statement, uint64_t null);
/* Valid until the next step; "" for NULL. */
const char *column_text(struct statement *statement);
void column_copy(struct statement *statement, char *text, size_t size); /* cut at size */
bool column_is_null(const struct statement *statement);                 /* the next one */

/* Runs until the next row, *row is false at the end. */
enum result statement_step(struct statement *statement, const char *doing, bool *row, struct err *err) MUST_CHECK;
/* Runs a statement that gives no row, and is done with it. */
enum result statement_run(struct statement *statement, const char *doing, struct err *err) MUST_CHECK;

#endif
