#include "loadgen/engine/mode.h"

#include <time.h>

#include "base/clock.h"

/* How late a cancel may be noticed. */
#define CANCEL_CHECK_NS (20 * NS_PER_MS)

bool mode_wait_until_due(const struct mode_run *run, uint64_t client)
{
    const uint64_t due_ns = client_due_ns(run->plan, client);
    uint64_t now_ns = due_ns == 0 ? 0 : clock_now_ns();
    while (now_ns < due_ns && !scoreboard_cancelled(run->board)) {
        const struct timespec until =
            clock_timespec(due_ns - now_ns < CANCEL_CHECK_NS ? due_ns : now_ns + CANCEL_CHECK_NS);
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        now_ns = clock_now_ns();
    }
    return !scoreboard_cancelled(run->board);
}

void mode_start_failed(struct scoreboard *board, uint64_t client, enum client_call call, int error_number)
{
    struct client_record record = {0};
    struct failure failure;
    (void)FAIL(&failure, PHASE_START, call, error_number, "cannot start the client");
    scoreboard_failed(board, client, &record, &failure);
    scoreboard_count_outcome(board, client, &record);
}
