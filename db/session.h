/* A store's connections and how they are used: one transaction of the writer, one query of a reader. For the files of
 * db/ that implement the store. */
#ifndef KONEKSI_DB_SESSION_H
#define KONEKSI_DB_SESSION_H

#include <stdatomic.h>

#include "db/connection.h"

struct database;

/* As many lists can be read at the same time; another one waits until one of them has ended. */
#define STORE_READERS 3

struct store {
    struct database *database;
    struct db_connection *writer;
    struct db_connection *readers[STORE_READERS];
    atomic_uint turn;            /* the reader to wait for when all are busy */
    _Atomic uint64_t touched_ns; /* when store_ping last wrote */
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
