/* What a launcher reports of its generator, remembered. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_LAUNCHER_FIXTURE_H
#define KONEKSI_TESTS_UNIT_LOADGEN_LAUNCHER_FIXTURE_H

#include "loadgen/launcher.h"
#include "tests/unit/test.h"

#define HANG_MS 60000 /* only against a hang */

struct seen {
    int events[REPORT_END + 1];
    enum load_end end;
    struct load_totals totals;
    char log[160];
    struct launcher *stop_at_start; /* NULL: none */
    struct launcher_end death;
};

/* Steps until it has ended. */
void follow(struct launcher *launcher, struct seen *seen);

#endif
