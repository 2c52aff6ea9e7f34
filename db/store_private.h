/* What the files store*.c share. */
#ifndef KONEKSI_DB_STORE_PRIVATE_H
#define KONEKSI_DB_STORE_PRIVATE_H

#include <stdatomic.h>

#include "db/connection.h"
#include "db/store.h"

struct database;

/* So many lists can be read at once; another waits for the end of one. */
#define STORE_READERS 3

struct store {
    struct database *database;
    struct db_connection *writer;
    struct db_connection *readers[STORE_READERS];
    atomic_uint turn; /* whose lock is waited for when all readers are busy */
};

/* Runs `body` in one transaction of the writing connection, which is committed when it returns RESULT_OK. */
enum result store_write(struct store *store, const char *doing,
                        enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                        const void *arg, struct err *err) MUST_CHECK;

/* As store_write, for a body that inserts one row at the end: `id` is that row's. Untouched on failure. */
enum result store_insert(struct store *store, const char *doing,
                         enum result (*body)(struct db_connection *writer, const void *arg, struct err *err),
                         const void *arg, int64_t *id, struct err *err) MUST_CHECK;

/* The number that a query without parameters gives. */
enum result store_count(struct store *store, enum query query, const char *doing, uint64_t *count,
                        struct err *err) MUST_CHECK;

/* A reading connection, locked: the caller unlocks it with db_connection_unlock. */
struct db_connection *store_reader(struct store *store);

/* The run's histograms, inside a transaction. `texts` are JSON, one a kind. */
struct store_histograms {
    struct latency latency[LATENCY_COUNT];
    char *texts[LATENCY_COUNT]; /* NULL: nothing was measured */
};
/* Fills `histograms`; store_histograms_free after it, on failure too. RESULT_NO_MEMORY. */
enum result store_histograms_make(struct store_histograms *histograms, const struct hist latency[LATENCY_COUNT],
                                  struct err *err) MUST_CHECK;
void store_histograms_free(struct store_histograms *histograms);
enum result store_histograms_insert(struct db_connection *writer, int64_t id, const struct store_histograms *histograms,
                                    struct err *err) MUST_CHECK;

#endif
