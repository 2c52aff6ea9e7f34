/* The pause before each run of an experiment: what the one before left behind must not count in the next. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_COOLDOWN_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_COOLDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "db/experiment.h"
#include "server/time/time_server.h"

struct cooldown {
    uint64_t live; /* connections that the TIME server had before the first run */
};

void cooldown_begin(const struct time_server *server, struct cooldown *cooldown);

/* Whether ports are what stops the runs: they are the nearest limit of the prediction, or stopped the run before,
 * `last` (NULL: none). */
bool cooldown_needs_ports(const struct experiment *experiment, const struct experiment_run *last);

/* Whether the next run may begin, `waited_ms` after the one before: the server has closed its connections and, with
 * `ports`, no connection of this machine is in TIME_WAIT any more. The wait is bounded. */
bool cooldown_is_over(const struct cooldown *cooldown, const struct time_server *server, bool ports,
                      uint64_t waited_ms);

#endif
