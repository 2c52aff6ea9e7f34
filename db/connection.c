#include "db/connection.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a statement waits for another program (the sqlite3 shell) that holds a lock. */
#define BUSY_TIMEOUT_MS 2000
/* The log of 4 KiB pages goes back to the file at CHECKPOINT_PAGES. Readers that overlap can keep it from starting
 * anew: from RESTART_PAGES on each commit waits for them, RESTART_WAIT_MS at most, so that the log is bounded. */
#define CHECKPOINT_PAGES 1000
#define RESTART_PAGES 8000
#define RESTART_WAIT_MS 100

enum query_user { QUERY_USER_ANY, QUERY_USER_WRITER };

static const struct {
    enum query_user user;
    const char *sql;
} queries[QUERY_COUNT] = {
#define QUERY(NAME, who, text) [QUERY_##NAME] = {QUERY_USER_##who, text},
#include "queries.def"
#undef QUERY
};

struct connection {
    sqlite3 *db;
    pthread_mutex_t lock;
    sqlite3_stmt *statements[QUERY_COUNT];
};

enum result connection_fail(struct sqlite3 *db, const char *doing, struct err *err)
{
    const int code = sqlite3_extended_errcode(db);
    const int error_number = sqlite3_system_errno(db);
    const bool from_system = error_number != 0 && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_FULL ||
                                                   (code & 0xff) == SQLITE_CANTOPEN);
    return err_set(err, RESULT_STORE, "%s: %s (SQLite %d%s%s)", doing, sqlite3_errmsg(db), code,
                   from_system ? ", " : "", from_system ? err_errno_name(error_number) : "");
}

/* Checkpoints are a matter of room, not of safety: one that fails is tried again after the next commit. */
static int keep_log_short(void *argument, sqlite3 *db, const char *name, int pages)
{
    (void)argument;
    if (pages >= RESTART_PAGES) {
        (void)sqlite3_busy_timeout(db, RESTART_WAIT_MS);
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        (void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    } else if (pages >= CHECKPOINT_PAGES) {
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK;
}

enum result connection_configure(const char *path, struct sqlite3 **db, struct err *err)
{
    /* temp_store: sorts and statement journals in memory, so that they never need a descriptor.
     * cell_size_check, trusted_schema: as SQLite advises for files that others may have written to. */
    static const char settings[] = "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                                   "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                                   "PRAGMA journal_size_limit = 4194304";
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    *db = NULL;
    if (sqlite3_open_v2(path, db, flags, NULL) != SQLITE_OK) {
        return *db == NULL ? err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory")
                           : connection_fail(*db, "opening the database", err);
    }
    if (sqlite3_busy_timeout(*db, BUSY_TIMEOUT_MS) != SQLITE_OK ||
        sqlite3_exec(*db, settings, NULL, NULL, NULL) != SQLITE_OK) {
        return connection_fail(*db, "setting up the database", err);
    }
    sqlite3_wal_hook(*db, keep_log_short, NULL);
    return RESULT_OK;
}

static enum result prepare_all(struct connection *connection, bool writes, struct err *err)
{
    for (int query = 0; query < QUERY_COUNT; query++) {
        if (queries[query].user == QUERY_USER_WRITER && !writes) {
            continue;
        }
        if (sqlite3_prepare_v3(connection->db, queries[query].sql, -1, SQLITE_PREPARE_PERSISTENT,
                               &connection->statements[query], NULL) != SQLITE_OK) {
            return connection_fail(connection->db, "preparing the database's statements", err);
        }
    }
    return RESULT_OK;
}

/* The first read opens the write-ahead log and its index. */
static enum result touch(struct connection *connection, struct err *err)
{
    struct statement ping = statement_take(connection, QUERY_PING);
    bool row = false;
    const enum result result = statement_step(&ping, "reading the database", &row, err);
    statement_done(&ping);
    return result;
}

enum result connection_open(const char *path, bool writes, struct connection **connection, struct err *err)
{
    struct connection *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory");
    }
    pthread_mutex_init(&new->lock, NULL);
    enum result result = connection_configure(path, &new->db, err);
    if (result == RESULT_OK) {
        result = prepare_all(new, writes, err);
    }
    if (result == RESULT_OK && !writes && sqlite3_exec(new->db, "PRAGMA query_only = ON", NULL, NULL, NULL) != 0) {
        result = connection_fail(new->db, "setting up the database", err);
    }
    if (result == RESULT_OK) {
        result = touch(new, err);
    }
    if (result != RESULT_OK) {
        db_connection_close(new);
        return result;
    }
    *connection = new;
    return RESULT_OK;
}

void db_connection_close(struct connection *connection)
{
    if (connection == NULL) {
        return;
    }
    for (int query = 0; query < QUERY_COUNT; query++) {
        sqlite3_finalize(connection->statements[query]);
    }
    sqlite3_close(connection->db);
    pthread_mutex_destroy(&connection->lock);
    free(connection);
}

void connection_lock(struct connection *connection)
{
    pthread_mutex_lock(&connection->lock);
}

bool connection_try_lock(struct connection *connection)
{
    return pthread_mutex_trylock(&connection->lock) == 0;
}

void connection_unlock(struct connection *connection)
{
    pthread_mutex_unlock(&connection->lock);
}

/* After some failures (a full disk, an I/O error) SQLite has rolled back by itself. */
static void roll_back(struct connection *connection)
{
    if (sqlite3_get_autocommit(connection->db) == 0) {
        sqlite3_stmt *rollback = connection->statements[QUERY_ROLLBACK];
        (void)sqlite3_step(rollback);
        (void)sqlite3_reset(rollback);
    }
}

enum result connection_begin(struct connection *connection, const char *doing, struct err *err)
{
    struct statement begin = statement_take(connection, QUERY_BEGIN);
    return statement_run(&begin, doing, err);
}

static enum result commit(struct connection *connection, const char *doing, struct err *err)
{
    struct statement statement = statement_take(connection, QUERY_COMMIT);
    const enum result result = statement_run(&statement, doing, err);
    if (result != RESULT_OK) {
        roll_back(connection);
    }
    return result;
}

enum result connection_end(struct connection *connection, enum result result, const char *doing, struct err *err)
{
    if (result == RESULT_OK) {
        return commit(connection, doing, err);
    }
    roll_back(connection);
    return result;
}

int64_t connection_inserted(const struct connection *connection)
{
    return sqlite3_last_insert_rowid(connection->db);
}

size_t connection_changes(const struct connection *connection)
{
    return (size_t)sqlite3_changes(connection->db);
}

struct statement statement_take(struct connection *connection, enum query query)
{
    return (struct statement){.handle = connection->statements[query]};
}

void statement_done(struct statement *statement)
{
    (void)sqlite3_reset(statement->handle);
    (void)sqlite3_clear_bindings(statement->handle);
}

static void note(struct statement *statement, int code)
{
    if (statement->failed == SQLITE_OK) {
        statement->failed = code;
    }
}

void bind_i64(struct statement *statement, int64_t value)
{
    note(statement, sqlite3_bind_int64(statement->handle, ++statement->parameter, value));
}

void bind_u64(struct statement *statement, uint64_t value)
{
    bind_i64(statement, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void bind_u64_unless(struct statement *statement, uint64_t value, uint64_t null)
{
    if (value == null) {
        bind_null(statement);
    } else {
        bind_u64(statement, value);
    }
}

void bind_text(struct statement *statement, const char *text)
{
    note(statement, sqlite3_bind_text(statement->handle, ++statement->parameter, text, -1, SQLITE_STATIC));
}

void bind_null(struct statement *statement)
{
    note(statement, sqlite3_bind_null(statement->handle, ++statement->parameter));
}

int64_t column_i64(struct statement *statement)
{
    return sqlite3_column_int64(statement->handle, statement->column++);
}

uint64_t column_u64(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    return value < 0 ? 0 : (uint64_t)value;
}

uint64_t column_u64_or(struct statement *statement, uint64_t null)
{
    const bool is_null = column_is_null(statement);
    const uint64_t value = column_u64(statement);
    return is_null ? null : value;
}

const char *column_text(struct statement *statement)
{
    const char *text = (const char *)sqlite3_column_text(statement->handle, statement->column++);
    return text != NULL ? text : "";
}

void column_copy(struct statement *statement, char *text, size_t size)
{
    snprintf(text, size, "%s", column_text(statement));
}

bool column_is_null(const struct statement *statement)
{
    return sqlite3_column_type(statement->handle, statement->column) == SQLITE_NULL;
}

enum result statement_step(struct statement *statement, const char *doing, bool *row, struct err *err)
{
    *row = false;
    sqlite3 *db = sqlite3_db_handle(statement->handle);
    if (statement->failed != SQLITE_OK) {
        return err_set(err, RESULT_STORE, "%s: %s (SQLite %d)", doing, sqlite3_errstr(statement->failed),
                       statement->failed);
    }
    const int code = sqlite3_step(statement->handle);
    statement->column = 0;
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        return RESULT_OK;
    }
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY) {
        return err_set(err, RESULT_NOT_FOUND, "%s: there is no such run", doing);
    }
    return connection_fail(db, doing, err);
}

enum result statement_run(struct statement *statement, const char *doing, struct err *err)
{
    bool row = false;
    const enum result result = statement_step(statement, doing, &row, err);
    statement_done(statement);
    return result;
}
