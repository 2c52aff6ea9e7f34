/* Takes the runs and experiments of other databases into a store, whatever version of the schema they have. */
#ifndef KONEKSI_DB_STORE_IMPORT_H
#define KONEKSI_DB_STORE_IMPORT_H

#include "db/store.h"

struct import_counts {
    uint64_t runs_added, runs_present; /* present: the store had it already, and it is left as it is */
    uint64_t experiments_added, experiments_present;
    uint64_t runs_left, experiments_left; /* not over, or of an experiment that is not */
};

struct store_import {
    const char *const *paths; /* the other databases; they are read only, also while a panel works with one */
    size_t count;
    const char *copy;         /* a path at which a private copy is made of each in turn, and removed again */
    bool (*go_on)(void *arg); /* called now and then; false: stop, and change nothing. NULL: never stop */
    void *arg;
    struct import_counts *counts; /* set: one for each path */
};

/* In one transaction: all of them, or none and nothing is changed. Rows get new ids, which the ids within them follow,
 * and keep their host; one that was imported before, or is the store's own, is known by its `identity` and not added
 * again. RESULT_CONFLICT: a path is the store's own file, or it was stopped. RESULT_STORE: a file is not a database of
 * koneksi, damaged, or newer; the message names it. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result store_import(struct store *store, struct store_import *import, struct err *err) MUST_CHECK;

#endif
