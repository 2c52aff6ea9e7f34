#include "db/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/check.h"
#include "db/database.h"
#include "db/session.h"
#include "db/store_experiments.h"
#include "db/store_export.h"

#define TOUCH_INTERVAL_NS NS_PER_S
#define INTERRUPTED_MESSAGE "Koneksi ended during the run"

/* Each connection, that of the check included, has the database and its -wal open; once more the -shm, the lock, and
 * for a moment a directory and a journal. A copy for a download is a file, and two connections while it is made. */
uint64_t store_descriptors(void)
{
    return 2 * (2 + STORE_READERS + STORE_VIEWS) + 4 + STORE_EXPORTS + 3 * STORE_EXPORTS_MADE;
}

enum result store_open(const char *path, struct store **store, struct err *err)
{
    struct store *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory");
    }
    pthread_mutex_init(&new->views.lock, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    enum result result = database_take(path, embedded_migrations, &new->database, err);
    if (result == RESULT_OK) {
        result = db_connection_open(database_path(new->database), true, &new->writer, err);
    }
    for (int i = 0; i < STORE_READERS && result == RESULT_OK; i++) {
        result = db_connection_open(database_path(new->database), false, &new->readers[i], err);
    }
    if (result == RESULT_OK) {
        result = store_views_open(new, err);
    }
    if (result == RESULT_OK) {
        result = database_note_files(new->database, err);
    }
    if (result == RESULT_OK && !database_is_checked(new->database)) {
        result = check_start(database_path(new->database), &new->check, err);
    }
    if (result != RESULT_OK) {
        if (new->database != NULL) {
            (void)database_name(new->database, result, err);
        }
        store_close(new);
        return result;
    }
    *store = new;
    return RESULT_OK;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    check_stop(store->check);
    store_views_close(store);
    for (int i = 0; i < STORE_READERS; i++) {
        db_connection_close(store->readers[i]);
    }
    db_connection_close(store->writer);
    database_release(store->database);
    pthread_mutex_destroy(&store->views.lock);
    free(store);
}

/* A transaction that changes no page succeeds on a full disk. */
static enum result touch(struct db_connection *writer, const void *arg, struct err *err)
{
    const bool *const writes = arg;
    if (!*writes) {
        return RESULT_OK;
    }
    struct statement write = db_connection_statement(writer, QUERY_TOUCH);
    return statement_run(&write, "writing to the database", err);
}

enum result store_ping(struct store *store, struct err *err)
{
    struct db_connection *reader = store_reader(store);
    struct statement ping = db_connection_statement(reader, QUERY_PING);
    const enum result result = statement_run(&ping, "reading the database", err);
    db_connection_unlock(reader);
    const uint64_t now_ns = clock_now_ns();
    /* Not at every call: each write waits for the disk. */
    const bool writes = now_ns - atomic_load(&store->touched_ns) >= TOUCH_INTERVAL_NS;
    if (result != RESULT_OK || store_write(store, "writing to the database", touch, &writes, err) != RESULT_OK) {
        return err->code;
    }
    if (writes) {
        atomic_store(&store->touched_ns, now_ns);
    }
    return RESULT_OK;
}

struct recovery {
    int64_t now_ms;
    size_t *interrupted;
};

static enum result recover(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct recovery *recovery = arg;
    struct statement update = db_connection_statement(writer, QUERY_RUN_RECOVER);
    bind_i64(&update, recovery->now_ms);
    bind_text(&update, INTERRUPTED_MESSAGE);
    enum result result = statement_run(&update, "marking interrupted runs", err);
    *recovery->interrupted = db_connection_changes(writer);
    if (result == RESULT_OK) {
        struct statement groups = db_connection_statement(writer, QUERY_GROUPS_RECOVER);
        result = statement_run(&groups, "grouping the failures of interrupted runs", err);
    }
    return result;
}

enum result store_recover(struct store *store, int64_t now_ms, size_t *interrupted, struct err *err)
{
    size_t changed = 0;
    const struct recovery recovery = {now_ms, &changed};
    const enum result result = store_write(store, "marking interrupted runs", recover, &recovery, err);
    *interrupted = result == RESULT_OK ? changed : 0;
    return result;
}

enum result store_leave_waiting(struct store *store, uint64_t *left, struct err *err)
{
    uint64_t runs = 0;
    uint64_t experiments = 0;
    const bool counted =
        store_queued_count(store, &runs, err) == RESULT_OK &&
        store_experiments_pending(store, &experiments, err) == RESULT_OK &&
        store_count(store, QUERY_RUN_LAST, "reading the newest run", &store->last_run, err) == RESULT_OK &&
        store_count(store, QUERY_EXPERIMENT_LAST, "reading the newest experiment", &store->last_experiment, err) ==
            RESULT_OK;
    store->left_runs = runs;
    store->left_experiments = experiments;
    *left = runs + experiments;
    return counted ? RESULT_OK : err->code;
}

enum result store_queued_count(struct store *store, uint64_t *count, struct err *err)
{
    const enum result result = store_count(store, QUERY_QUEUED_COUNT, "counting queued runs", count, err);
    *count -= result == RESULT_OK ? store->left_runs : 0;
    return result;
}

static bool count_status(struct statement *row, void *arg)
{
    uint64_t *const counts = arg;
    const enum run_status status = run_status_from_name(column_text(row));
    if (status < RUN_STATUS_COUNT) {
        counts[status] = column_u64(row);
    }
    return true;
}

enum result store_status_counts(struct store *store, uint64_t counts[RUN_STATUS_COUNT], struct err *err)
{
    const struct listing listing = {QUERY_STATUS_COUNTS, "counting runs", .row = count_status, .arg = counts};
    memset(counts, 0, RUN_STATUS_COUNT * sizeof *counts);
    return store_each(store, &listing, err);
}

const char *store_sqlite_version(void)
{
    return sqlite3_libversion();
}
