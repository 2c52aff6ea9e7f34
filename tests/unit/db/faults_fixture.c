#include "tests/unit/db/faults_fixture.h"

#include "tests/faults/failing_sqlite.h"
#include "tests/faults/failing_vfs.h"

struct faults faults;

/* For failing_calls.c. */
struct faults *faults_map(void)
{
    return &faults;
}

void faults_begin(uint64_t kind, uint64_t at, bool lasting)
{
    faults.at = at;
    faults.lasting = lasting;
    faults.seen = faults.injected = 0;
    faults.kinds = kind;
}

void faults_expect(const struct fixture *fixture, enum result result, const char *path)
{
    assert_true(faults.injected > 0);
    assert_true(result == RESULT_STORE || result == RESULT_SYSTEM || result == RESULT_NO_MEMORY);
    assert_true(strlen(fixture->err.message) > 10);
    assert_int_equal(access(path, F_OK), -1);
}

int faults_run_cases(void)
{
    if (failing_sqlite_install(&faults) != SQLITE_OK || failing_vfs_install(&faults) != SQLITE_OK) {
        return 1;
    }
    return run_cases();
}
