/* What a test asks of the two libraries that fail calls on purpose, through a file that it and they have mapped:
 * fail the `at`-th of these calls that comes from now on, or all from it on.
 * The environment names the file (KONEKSI_FAULTS) and the program that is meant (KONEKSI_FAULTS_IN), because a panel
 * hands its environment, with LD_PRELOAD in it, to its load generators. All processes that are meant count together. */
#ifndef KONEKSI_TESTS_FAULTS_FAULTS_H
#define KONEKSI_TESTS_FAULTS_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
    FAULT_MEMORY = 1 << 0,
    FAULT_DESCRIPTOR = 1 << 1,
    FAULT_THREAD = 1 << 2,
    FAULT_PROCESS = 1 << 3,
    FAULT_PIPE = 1 << 4,
    FAULT_DISK_FULL = 1 << 5,
    FAULT_DISK_ERROR = 1 << 6,
    FAULT_DISK_SHORT = 1 << 7, /* half is written or read, then as an error */
    FAULT_SQLITE = 1 << 8,     /* no memory for a call of SQLite's interface; see failing_sqlite.h */
    FAULT_FILE = 1 << 9,       /* what is asked of a file beside reading and writing */
};

struct faults {
    _Atomic uint64_t kinds; /* of fault_kind; 0: nothing fails and nothing is counted */
    _Atomic uint64_t at;    /* from 1 */
    _Atomic uint64_t lasting;
    _Atomic uint64_t seen;     /* calls of these kinds */
    _Atomic uint64_t injected; /* calls that were failed */
    char what[88];             /* the first that was failed, and where it was called */
};

/* Whether this call is to fail; counts it. `faults` may be NULL. */
static inline bool faults_hit(struct faults *faults, uint64_t kind)
{
    if (faults == NULL || (atomic_load_explicit(&faults->kinds, memory_order_relaxed) & kind) == 0) {
        return false;
    }
    const uint64_t number = 1 + atomic_fetch_add(&faults->seen, 1);
    const uint64_t at = atomic_load(&faults->at);
    return number == at || (number > at && atomic_load(&faults->lasting) != 0);
}

/* Maps the file that the environment names; NULL when it names none, or another program. */
struct faults *faults_map(void);

#endif
