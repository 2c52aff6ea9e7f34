/* A store's connections and how they are used: one transaction of the writer, one query of a reader. For the files of
 * db/ that implement the store. */
#ifndef KONEKSI_DB_SESSION_H
#define KONEKSI_DB_SESSION_H

#include <stdatomic.h>

#include "db/connection.h"
#include "db/view_slots.h"

struct check;
struct database;

/* Lists that can be read at the same time; another one waits until one of them has ended. */
#define STORE_READERS 3

struct store {
    struct database *database;
    struct db_connection *writer;
    struct db_connection *readers[STORE_READERS];
    atomic_uint turn;            /* the reader to wait for when all are busy */
    _Atomic uint64_t touched_ns; /* when store_ping last wrote */
    struct store_views views;
    atomic_uint exports, exports_made;  /* copies for downloads: in all, and those that are not complete */
    atomic_uint long_logs;              /* how often the write-ahead log had grown long */
    uint64_t last_run, last_experiment; /* store_leave_waiting; 0: none is left */
    uint64_t left_runs, left_experiments;
    struct check *check; /* NULL: the database was checked before it was opened */
    /* Counted before the change can be seen, so that a view that has seen it finds it counted. */
    struct {
        _Atomic uint64_t deletions; /* of runs */
        _Atomic uint64_t moves;     /* changes of what runs are sorted by */
    } changed;

    /* Of a view only. Its writer is NULL. */
    struct store *of;          /* NULL: it is not a view */
    struct view_slot *slot;    /* NULL: it reads the present. Under `views.lock` */
    bool changes;              /* see store_view_open */
    uint64_t deletions, moves; /* when it was opened */
};

/* Runs `body` in one transaction of the writing connection, which is committed when it returns RESULT_OK. */
enum result store_write(struct store *store, const char *doing,
                        enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                        const void *arg, struct err *err) MUST_CHECK;

/* As store_write, for a body that inserts one row at the end: sets `id` to that row's, on success only. */
enum result store_insert(struct store *store, const char *doing,
                         enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                         const void *arg, int64_t *id, struct err *err) MUST_CHECK;

/* A reading connection, locked: the caller unlocks it with db_connection_unlock. */
struct db_connection *store_reader(struct store *store);

/* Reads a run with its parts. RESULT_NOT_FOUND. */
enum result store_read_run(struct db_connection *reader, int64_t id, struct run *run, struct err *err) MUST_CHECK;

/* The number that a query without parameters returns. */
enum result store_count(struct store *store, enum query query, const char *doing, uint64_t *count,
                        struct err *err) MUST_CHECK;

/* A query whose parameters are all numbers; `row` is called at each row and returns false to stop. */
#define LISTING_PARAMETERS 3
struct listing {
    enum query query;
    const char *doing; /* goes before the cause in an error's message */
    int64_t parameters[LISTING_PARAMETERS];
    bool (*row)(struct statement *row, void *arg);
    void *arg;
};
enum result store_each(struct store *store, const struct listing *listing, struct err *err) MUST_CHECK;

#endif
