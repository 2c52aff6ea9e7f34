/* Between two runs of an experiment: what the one before left behind must not count in the next. */
#ifndef KONEKSI_LAB_SETTLE_H
#define KONEKSI_LAB_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/time_server.h"

/* As it was before the first run. */
struct settle {
    uint64_t live;    /* connections at the TIME server */
    uint64_t waiting; /* sockets in TIME_WAIT */
};

void settle_begin(const struct time_server *server, struct settle *settle);

/* Whether the next run may begin, `waited_ms` after the one before: the server has closed its connections, and, where
 * `ports` bind, TIME_WAIT is over. It does not wait for ever. */
bool settle_is_over(const struct settle *settle, const struct time_server *server, bool ports, uint64_t waited_ms);

#endif
