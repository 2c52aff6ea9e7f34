/* Requests to the disk, for memory and for descriptors that are refused: the n-th, once or from then on. For a test
 * program that is linked with failing_calls.c, which includes it once. */
#ifndef KONEKSI_TESTS_FAULTS_FIXTURE_H
#define KONEKSI_TESTS_FAULTS_FIXTURE_H

#include "tests/faults/failing_sqlite.h"
#include "tests/faults/failing_vfs.h"
#include "tests/faults/faults.h"
#include "tests/unit/db/store_fixture.h"

static struct faults faults;

/* For failing_calls.c. */
struct faults *faults_map(void)
{
    return &faults;
}

/* Requests of this kind from now on; of kind 0 none is refused. */
static inline void faults_begin(uint64_t kind, uint64_t at, bool lasting)
{
    faults.at = at;
    faults.lasting = lasting;
    faults.seen = faults.injected = 0;
    faults.kinds = kind;
}

/* What failed did so for a request that was refused, says why, and left no file at `path`. That no other file is there
 * either, the teardown sees. */
static inline void faults_expect(const struct fixture *fixture, enum result result, const char *path)
{
    assert_true(faults.injected > 0);
    assert_true(result == RESULT_STORE || result == RESULT_SYSTEM || result == RESULT_NO_MEMORY);
    assert_true(strlen(fixture->err.message) > 10);
    assert_int_equal(access(path, F_OK), -1);
}

/* Returns 1 where they cannot be refused. */
static inline int faults_run_cases(void)
{
    if (failing_sqlite_install(&faults) != SQLITE_OK || failing_vfs_install(&faults) != SQLITE_OK) {
        return 1;
    }
    return run_cases();
}

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
