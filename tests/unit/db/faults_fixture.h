/* Requests to the disk, for memory and for descriptors that are refused: the n-th, once or from then on. For a test
 * program that is linked with failing_calls.c. */
#ifndef KONEKSI_TESTS_FAULTS_FIXTURE_H
#define KONEKSI_TESTS_FAULTS_FIXTURE_H

#include "tests/faults/faults.h"
#include "tests/unit/db/store_fixture.h"

extern struct faults faults;

/* Requests of this kind from now on; of kind 0 none is refused. */
void faults_begin(uint64_t kind, uint64_t at, bool lasting);

/* What failed did so for a request that was refused, says why, and left no file at `path`. That no other file is there
 * either, the teardown sees. */
void faults_expect(const struct fixture *fixture, enum result result, const char *path);

/* Returns 1 where they cannot be refused. */
int faults_run_cases(void);

/* A case for each kind of request: each_fails(fixture, kind, name). */
#define FAULT_CASE(case_name, kind, name)                                                                              \
    STORE_TEST(case_name)                                                                                              \
    {                                                                                                                  \
        each_fails(*state, kind, name);                                                                                \
    }
#define FAULT_CASES                                                                                                    \
    FAULT_CASE(a_full_disk, FAULT_DISK_FULL, "disk full")                                                              \
    FAULT_CASE(an_error, FAULT_DISK_ERROR, "I/O error")                                                                \
    FAULT_CASE(no_memory, FAULT_MEMORY, "no memory")                                                                   \
    FAULT_CASE(no_memory_for_sqlite, FAULT_SQLITE, "no memory for SQLite")                                             \
    FAULT_CASE(a_file_that_fails, FAULT_FILE, "a file fails")                                                          \
    FAULT_CASE(no_descriptor, FAULT_DESCRIPTOR, "no descriptor")

#endif
