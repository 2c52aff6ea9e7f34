/* What the tests of the store share: a store in a directory of its own, and runs to put into it. */
#ifndef KONEKSI_TESTS_UNIT_DB_STORE_FIXTURE_H
#define KONEKSI_TESTS_UNIT_DB_STORE_FIXTURE_H

#include <sqlite3.h>
#include <unistd.h>

#include "db/store_list.h"
#include "db/store_parts.h"
#include "tests/unit/test.h"

struct fixture {
    char directory[FOLDER_SIZE];
    char path[64];
    struct store *store;
    struct hist *latency;
    struct err err;
};

int fixture_directory(void **state);
int fixture_setup(void **state);
/* Fails when the store left anything but the database behind. */
int fixture_teardown(void **state);

#define STORE_TEST(name) TEST_IN(name, fixture_setup, fixture_teardown)
/* Without a store: the test opens it. */
#define FILE_TEST(name) TEST_IN(name, fixture_directory, fixture_teardown)

void fixture_close(struct fixture *fixture);
void fixture_reopen(struct fixture *fixture);
struct run fixture_run(uint64_t count);
struct run fixture_create(struct fixture *fixture, uint64_t count);

#define FILL_LINES 2000

/* Some hundred pages of the run's transcript for each batch. */
void fixture_fill(struct fixture *fixture, int64_t run, int batches);
/* Every run, newest first. */
struct run_filter fixture_any(void);
/* -1 when they cannot be listed. */
int fixture_count_runs(struct store *store);

/* --- the file as another program sees it --- */

sqlite3 *fixture_raw(const char *path);
void fixture_sql(const char *path, const char *sql);
int64_t fixture_number(const char *path, const char *sql);
void fixture_assert_whole(const char *path);
/* What the store has is, byte for byte, this run. */
void fixture_assert_same(struct fixture *fixture, const struct run *run);
/* A hundred values of each kind; the fixture frees them. */
struct hist *fixture_histograms(struct fixture *fixture);

#endif
