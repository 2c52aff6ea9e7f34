/* Lists of runs: filtered, in any order, in pages, and counted. Threads, errors and callbacks as in store.h. */
#ifndef KONEKSI_DB_STORE_LIST_H
#define KONEKSI_DB_STORE_LIST_H

#include "db/run_filters.def"
#include "db/run_place.h"
#include "db/store.h"

enum run_sort {
    RUN_SORT_NONE, /* newest first, by `before` */
#define SORT(NAME, name, sql) RUN_SORT_##NAME,
#include "db/run_sorts.def"
#undef SORT
};
enum run_sort run_sort_from_name(const char *name); /* RUN_SORT_NONE when there is none */

/* Of the member `experiment`, beside an id; 0: all runs. */
enum { RUN_OF_NONE = -1, RUN_OF_ANY = -2 };
enum run_flag { RUN_FLAG_EITHER, RUN_FLAG_FALSE, RUN_FLAG_TRUE };

struct run_filter {
    int64_t before; /* only ids below; 0: from the newest */
    bool continues; /* the page comes behind `place`, that of the last run of the page before; no offset then */
    struct run_place place;
    uint32_t limit; /* rows at most */
    bool folded;    /* of the runs of an experiment only the newest that matches; not of a sorted list */
    enum run_sort sort;
    bool ascending;  /* of a sorted list; equal rows are ordered by id */
    uint32_t offset; /* rows of a sorted list to skip */
    /* What runs must have; MODE_COUNT, RUN_STATUS_COUNT, 0, RUN_FLAG_EITHER, "": it does not matter. */
#define FILTER_MODE(name) enum run_mode name;
#define FILTER_STATUS(name) enum run_status name;
#define FILTER_EXPERIMENT(name) int64_t name;
#define FILTER_FLAG(name) enum run_flag name;
#define FILTER_TEXT(name) char name[256];
#define FILTER(KIND, name, ...) FILTER_##KIND(name)
    RUN_FILTERS(FILTER)
#undef FILTER
};
/* Newest first unless sorted, with error groups. RESULT_STORE when a sorted page comes behind a RUN_PLACE_OF_RUN
 * that was deleted. */
enum result store_runs_each(struct store *store, const struct run_filter *filter,
                            bool (*each)(const struct run *run, void *arg), void *arg, struct err *err) MUST_CHECK;

/* How many match, on whatever page, and of how many experiments they are. */
struct run_counts {
    uint64_t runs, experiments;
};
enum result store_runs_count(struct store *store, const struct run_filter *filter, struct run_counts *counts,
                             struct err *err) MUST_CHECK;

/* The place of a run in a list. RESULT_STORE also when it was deleted. */
enum result store_run_place(struct store *store, int64_t id, enum run_sort sort, struct run_place *place,
                            struct err *err) MUST_CHECK;

#endif
