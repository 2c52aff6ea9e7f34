#include "tests/unit/loadgen/launcher_fixture.h"

#include <poll.h>

#include "base/clock.h"

static void note(struct report_event *event, void *arg)
{
    struct seen *const seen = arg;
    seen->events[event->type]++;
    switch (event->type) {
    case REPORT_START:
        if (seen->stop_at_start != NULL) {
            launcher_stop(seen->stop_at_start);
        }
        break;
    case REPORT_LOG:
        snprintf(seen->log, sizeof seen->log, "%s", event->log.text);
        break;
    case REPORT_RESULT:
        seen->totals = event->result->totals;
        break;
    case REPORT_END:
        seen->end = event->end.status;
        break;
    case REPORT_SAMPLE:
    case REPORT_ERROR:
    case REPORT_USAGE:
    case REPORT_RANK:
        break;
    }
}

void follow(struct launcher *launcher, struct seen *seen)
{
    const uint64_t give_up = clock_now_ns() + HANG_MS * NS_PER_MS;
    while (launcher_step(launcher, note, seen)) {
        struct pollfd fds[LAUNCHER_FDS];
        const size_t count = launcher_poll_fds(launcher, fds);
        poll(fds, count, 20);
        assert_true(clock_now_ns() < give_up);
    }
}
