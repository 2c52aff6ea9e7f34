#include "server/time/accept_pause.h"

#include "base/clock.h"
#include "base/deadlines.h"
#include "server/time/acceptor.h"

void accept_pause_init(struct accept_pause *pause, struct time_service *service)
{
    *pause = (struct accept_pause){.service = service, .retry_ns = DEADLINE_NEVER};
}

void accept_pause_full(struct accept_pause *pause)
{
    service_begin_wait(pause->service);
    pause->why = ACCEPT_PAUSE_FULL;
}

void accept_pause_exhausted(struct accept_pause *pause, int error, uint64_t now_ns)
{
    if (pause->why != ACCEPT_PAUSE_NONE) {
        return;
    }
    service_begin_exhausted(pause->service, error);
    pause->why = ACCEPT_PAUSE_EXHAUSTED;
    pause->retry_ns = now_ns + ACCEPTOR_RETRY_MS * NS_PER_MS;
}

bool accept_pause_may_end(const struct accept_pause *pause, uint64_t now_ns)
{
    switch (pause->why) {
    case ACCEPT_PAUSE_NONE:
        return false;
    case ACCEPT_PAUSE_FULL:
        return service_has_slot(pause->service);
    case ACCEPT_PAUSE_EXHAUSTED:
        return now_ns >= pause->retry_ns;
    }
    return false;
}

void accept_pause_end(struct accept_pause *pause)
{
    switch (pause->why) {
    case ACCEPT_PAUSE_NONE:
        break;
    case ACCEPT_PAUSE_FULL:
        service_end_wait(pause->service);
        break;
    case ACCEPT_PAUSE_EXHAUSTED:
        service_end_exhausted(pause->service);
        pause->retry_ns = DEADLINE_NEVER;
        break;
    }
    pause->why = ACCEPT_PAUSE_NONE;
}
