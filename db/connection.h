/* One connection to the database with every statement of queries.def prepared, so that nothing is compiled and no
 * descriptor opened once it is there. A connection belongs to the thread that holds its lock. */
#ifndef KONEKSI_DB_CONNECTION_H
#define KONEKSI_DB_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "db/statement.h"

/* The statements of the store by number; their text stands in queries.def. */
enum query {
#define QUERY(NAME, who, sql) QUERY_##NAME,
#include "db/queries.def"
#undef QUERY
    QUERY_COUNT,
};

struct sqlite3;
struct db_connection;

/* Opens the bare database with the settings that every connection has, in WAL mode already or not. The caller closes it
 * with sqlite3_close, on failure too when *db is not NULL. RESULT_STORE. */
enum result db_connection_configure(const char *path, struct sqlite3 **db, struct err *err) MUST_CHECK;

/* A connection to a database that is migrated and in WAL mode. One that does not write is query_only. RESULT_STORE,
 * RESULT_NO_MEMORY. */
enum result db_connection_open(const char *path, bool writes, struct db_connection **connection,
                               struct err *err) MUST_CHECK;
void db_connection_close(struct db_connection *connection);
void db_connection_lock(struct db_connection *connection);
bool db_connection_try_lock(struct db_connection *connection);
void db_connection_unlock(struct db_connection *connection);

/* A transaction of the writing connection, whose lock the caller holds. db_connection_end commits when `result` is
 * RESULT_OK, else rolls back and returns it; after a commit that failed nothing of the transaction is there. `doing`
 * goes before SQLite's words in the message: "storing samples". */
enum result db_connection_begin(struct db_connection *connection, const char *doing, struct err *err) MUST_CHECK;
enum result db_connection_end(struct db_connection *connection, enum result result, const char *doing,
                              struct err *err) MUST_CHECK;

/* `call` is called on the writing thread, after a commit, when the log is about to be started anew: reads that last
 * long should end. */
void db_connection_when_log_is_long(struct db_connection *connection, void (*call)(void *arg), void *arg);

/* Of the last statement that wrote: the id of the row it inserted, the number of rows it changed. */
int64_t db_connection_inserted(const struct db_connection *connection);
size_t db_connection_changes(const struct db_connection *connection);

/* Statement `query` with nothing bound. Not to be taken twice before statement_done. */
struct statement db_connection_statement(struct db_connection *connection, enum query query);

#endif
