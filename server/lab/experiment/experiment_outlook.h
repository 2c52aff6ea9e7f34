/* What an experiment is going to do, before it is started: how many runs, about how long, and which limits that others
 * depend on it will use up. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_OUTLOOK_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_OUTLOOK_H

#include "server/lab/experiment/strategy.h"
#include "server/lab/run/limit_snapshot.h"

/* A limit of the machine, of the user or of a control group that a search will reach. */
struct outlook_limit {
    enum limit_id id;
    enum limit_side side;
    enum limit_scope scope;
    uint64_t value;
    bool modes[MODE_COUNT]; /* whose searches do */
};

struct experiment_outlook {
    struct strategy_outlook runs;
    size_t limit_count;
    struct outlook_limit limits[MODE_COUNT];
    char sentence[640];
};

/* The predictions of a completed plan: of each mode that it searches, none of a table. `outlook` (may be NULL) gets the
 * limits. RESULT_SYSTEM when the limits cannot be read. */
enum result experiment_predict(const struct limit_sides *sides, const struct plan *plan,
                               struct predictions *predictions, struct experiment_outlook *outlook,
                               struct err *err) MUST_CHECK;

/* The outlook of a completed plan. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result experiment_look_ahead(const struct limit_sides *sides, const struct plan *plan,
                                  struct experiment_outlook *outlook, struct err *err) MUST_CHECK;

#endif
