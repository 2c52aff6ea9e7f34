#include "db/connection.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "db/columns.def"
#include "db/experiment.h"
#include "db/run_filters.def"
#include "db/sqlite_handle.h"

/* How long a statement waits for another program (the sqlite3 shell) that holds a lock. */
#define BUSY_TIMEOUT_MS 2000
/* The log of 4 KiB pages goes back to the file at CHECKPOINT_PAGES. Readers that overlap can keep it from starting
 * anew: from RESTART_PAGES on each commit waits for them, RESTART_WAIT_MS at most, so that the log is bounded. */
#define CHECKPOINT_PAGES 1000
#define RESTART_PAGES 8000
#define RESTART_WAIT_MS 100

/* --- the statements --- */

#define SQL_NAME(kind, column, ...) ", " column
#define SQL_MARK(...) ", ?"

/* A field of a run is stored under the name of its member. */
static const char run_select[] = "SELECT id, status, experiment, created_ms" RUN_BEGIN_COLUMNS(SQL_NAME)
    RUN_END_COLUMNS(SQL_NAME) RUN_SERVER_COLUMNS(SQL_NAME)
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
        " FROM runs WHERE id = ?";

static const char run_insert[] = "INSERT INTO runs (status, experiment, created_ms, not_started"
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
                                 ") VALUES ('queued', ?, ?, ?"
#define FIELD(...) ", ?"
#include "loadgen/contract/run_fields.def"
                                 ")";

/* All of a run that is over, and whose experiment is, in the order of the columns of its insertion. */
#define RUN_IMPORT_COLUMNS                                                                                             \
    "status, created_ms" RUN_BEGIN_COLUMNS(SQL_NAME) RUN_END_COLUMNS(SQL_NAME) RUN_SERVER_COLUMNS(SQL_NAME)

static const char run_import_select[] =
    "SELECT id, identity, experiment, " RUN_IMPORT_COLUMNS
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
    " FROM runs WHERE status NOT IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM experiments AS e"
    "  WHERE e.id = runs.experiment AND e.status IN ('queued', 'running')) ORDER BY id";

static const char run_import_insert[] =
    "INSERT INTO runs (identity, experiment, " RUN_IMPORT_COLUMNS
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
    ") VALUES (?, ?, ?, ?" RUN_BEGIN_COLUMNS(SQL_MARK) RUN_END_COLUMNS(SQL_MARK) RUN_SERVER_COLUMNS(SQL_MARK)
#define FIELD(...) ", ?"
#include "loadgen/contract/run_fields.def"
        ")";

/* The values that a list can be sorted by. */
static const char run_place[] = "SELECT id"
#define SORT(NAME, name, sql) ", " sql
#include "db/run_sorts.def"
#undef SORT
                                " FROM runs WHERE id = ?";

enum query_user { QUERY_USER_ANY, QUERY_USER_WRITER };

static const struct {
    enum query_user user;
    const char *text;
} queries[QUERY_COUNT] = {
#define QUERY(NAME, who, sql) [QUERY_##NAME] = {QUERY_USER_##who, sql},
#include "db/queries.def"
#undef QUERY
};

/* --- the connection --- */

struct db_connection {
    sqlite3 *db;
    pthread_mutex_t lock;
    sqlite3_stmt *statements[QUERY_COUNT];
    void (*when_log_is_long)(void *arg); /* NULL: nothing is called */
    void *arg;
};

/* Checkpoints are a matter of room, not of safety: one that fails is tried again after the next commit. */
static int keep_log_short(void *argument, sqlite3 *db, const char *name, int pages)
{
    const struct db_connection *const connection = argument; /* NULL before there is one */
    if (pages >= RESTART_PAGES) {
        if (connection != NULL && connection->when_log_is_long != NULL) {
            connection->when_log_is_long(connection->arg);
        }
        (void)sqlite3_busy_timeout(db, RESTART_WAIT_MS);
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        (void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    } else if (pages >= CHECKPOINT_PAGES) {
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK;
}

enum result db_connection_configure(const char *path, struct sqlite3 **db, struct err *err)
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
                           : sqlite_error(*db, "opening the database", err);
    }
    (void)sqlite3_busy_timeout(*db, BUSY_TIMEOUT_MS);
    if (sqlite3_exec(*db, settings, NULL, NULL, NULL) != SQLITE_OK) {
        return sqlite_error(*db, "setting up the database", err);
    }
    sqlite3_wal_hook(*db, keep_log_short, NULL);
    return RESULT_OK;
}

static enum result prepare_all(struct db_connection *connection, bool writes, struct err *err)
{
    for (int query = 0; query < QUERY_COUNT; query++) {
        if (queries[query].user == QUERY_USER_WRITER && !writes) {
            continue;
        }
        if (sqlite3_prepare_v3(connection->db, queries[query].text, -1, SQLITE_PREPARE_PERSISTENT,
                               &connection->statements[query], NULL) != SQLITE_OK) {
            return sqlite_error(connection->db, "preparing the database's statements", err);
        }
    }
    return RESULT_OK;
}

/* The first read opens the write-ahead log and its index. */
static enum result touch(struct db_connection *connection, struct err *err)
{
    struct statement ping = db_connection_statement(connection, QUERY_PING);
    return statement_run(&ping, "reading the database", err);
}

enum result db_connection_open(const char *path, bool writes, struct db_connection **connection, struct err *err)
{
    struct db_connection *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory");
    }
    pthread_mutex_init(&new->lock, NULL);
    enum result result = db_connection_configure(path, &new->db, err);
    if (result == RESULT_OK) {
        sqlite3_wal_hook(new->db, keep_log_short, new);
        result = prepare_all(new, writes, err);
    }
    if (result == RESULT_OK && !writes && sqlite3_exec(new->db, "PRAGMA query_only = ON", NULL, NULL, NULL) != 0) {
        result = sqlite_error(new->db, "setting up the database", err);
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

void db_connection_close(struct db_connection *connection)
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

void db_connection_lock(struct db_connection *connection)
{
    pthread_mutex_lock(&connection->lock);
}

bool db_connection_try_lock(struct db_connection *connection)
{
    return pthread_mutex_trylock(&connection->lock) == 0;
}

void db_connection_unlock(struct db_connection *connection)
{
    pthread_mutex_unlock(&connection->lock);
}

/* After some failures (a full disk, an I/O error) SQLite has rolled back by itself. */
static void roll_back(struct db_connection *connection)
{
    if (sqlite3_get_autocommit(connection->db) == 0) {
        sqlite3_stmt *rollback = connection->statements[QUERY_ROLLBACK];
        (void)sqlite3_step(rollback);
        (void)sqlite3_reset(rollback);
    }
}

enum result db_connection_begin(struct db_connection *connection, const char *doing, struct err *err)
{
    struct statement begin = db_connection_statement(connection, QUERY_BEGIN);
    return statement_run(&begin, doing, err);
}

static enum result commit(struct db_connection *connection, const char *doing, struct err *err)
{
    struct statement statement = db_connection_statement(connection, QUERY_COMMIT);
    const enum result result = statement_run(&statement, doing, err);
    if (result != RESULT_OK) {
        roll_back(connection);
    }
    return result;
}

enum result db_connection_end(struct db_connection *connection, enum result result, const char *doing, struct err *err)
{
    if (result == RESULT_OK) {
        return commit(connection, doing, err);
    }
    roll_back(connection);
    return result;
}

void db_connection_when_log_is_long(struct db_connection *connection, void (*call)(void *arg), void *arg)
{
    connection->when_log_is_long = call;
    connection->arg = arg;
}

int64_t db_connection_inserted(const struct db_connection *connection)
{
    return sqlite3_last_insert_rowid(connection->db);
}

size_t db_connection_changes(const struct db_connection *connection)
{
    return (size_t)sqlite3_changes(connection->db);
}

struct statement db_connection_statement(struct db_connection *connection, enum query query)
{
    return (struct statement){.handle = connection->statements[query]};
}
