/* Before each run of an experiment: what the one before left behind must not count in the next. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_SETTLE_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/time/time_server.h"

struct settle {
    uint64_t live; /* connections that the TIME server had before the first run */
};

void settle_begin(const struct time_server *server, struct settle *settle);

/* Whether the next run may begin, `waited_ms` after the one before: the server has closed its connections, and, where
 * `ports` bind, TIME_WAIT is over for all, whoever left it. It does not wait for ever. */
bool settle_is_over(const struct settle *settle, const struct time_server *server, bool ports, uint64_t waited_ms);

#endif
