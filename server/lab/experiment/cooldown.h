/* The pause before each run of an experiment: what the one before left behind must not count in the next. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_COOLDOWN_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_COOLDOWN_H

#include <stdint.h>

#include "server/lab/run/limit_snapshot.h"

struct cooldown {
    uint64_t live; /* connections that the TIME server had before the first run */
};

void cooldown_begin(const struct time_server *server, struct cooldown *cooldown);

/* What the next run has to wait for, `waited_ms` after the one before. Each wait is bounded. */
enum cooldown_state {
    COOLDOWN_OVER,
    COOLDOWN_CLOSING,   /* the server has not closed its connections yet */
    COOLDOWN_TIME_WAIT, /* closed connections hold ports that its clients need */
};
enum cooldown_state cooldown_look(const struct cooldown *cooldown, const struct limit_sides *sides,
                                  const struct run_spec *next, uint64_t waited_ms);

#endif
