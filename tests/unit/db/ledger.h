/* A ledger of what a store has acknowledged while the fault tests let its calls fail: what a panel does with a store is
 * done and written down, and what the store returns is compared with that. */
#ifndef KONEKSI_TESTS_UNIT_DB_LEDGER_H
#define KONEKSI_TESTS_UNIT_DB_LEDGER_H

#include "tests/unit/db/faults_fixture.h"

#define RUNS 5
#define COUNT 10

/* What the store has acknowledged. */
struct ledger {
    struct run runs[RUNS]; /* id 0: not created */
    bool deleted[RUNS];
    bool sampled, traced, logged, limited, measured;
    int64_t experiment;
    bool experiment_over;
    unsigned failures;
    size_t listed; /* by the last list */
};

/* What a panel does with a store, from a run's creation to its end. */
void ledger_work(struct store *store, struct ledger *ledger, const struct hist *latency);

/* What the store answers is all that was acknowledged, or an error is returned. */
void ledger_read(struct store *store, struct ledger *ledger);

/* The store has all that was acknowledged, and nothing that failed. */
void ledger_assert_kept(struct store *store, const struct ledger *ledger);

#endif
