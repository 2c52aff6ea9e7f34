/* While there is no slot or no descriptor for another connection a loop does not accept, so that it does not spin over
 * its listener. For the loop's thread alone. */
#ifndef KONEKSI_SERVER_TIME_ACCEPT_PAUSE_H
#define KONEKSI_SERVER_TIME_ACCEPT_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/time/service.h"

struct accept_pause {
    struct time_service *service;
    enum accept_pause_why {
        ACCEPT_PAUSE_NONE,
        ACCEPT_PAUSE_FULL,      /* until the wakeup reports a free slot */
        ACCEPT_PAUSE_EXHAUSTED, /* until it is time to look for a descriptor again */
    } why;
    uint64_t retry_ns; /* when that is; DEADLINE_NEVER */
};

void accept_pause_init(struct accept_pause *pause, struct time_service *service);

/* After ACCEPTING_NO_SLOT. */
void accept_pause_full(struct accept_pause *pause);

/* After ACCEPTING_NO_DESCRIPTOR, or whatever else failed with the errno `error`. Nothing during a pause. */
void accept_pause_exhausted(struct accept_pause *pause, int error, uint64_t now_ns);

/* Whether what was missing may be there. False without a pause. */
bool accept_pause_may_end(const struct accept_pause *pause, uint64_t now_ns);

void accept_pause_end(struct accept_pause *pause);

#endif
