#include "mode.h"

const struct mode *mode_of(enum run_mode mode)
{
    static const struct mode *const modes[] = {
        [MODE_THREAD] = &mode_thread,
        [MODE_POOL] = &mode_pool,
        [MODE_PROCESS] = &mode_process,
    };
    _Static_assert(sizeof modes / sizeof *modes == MODE_COUNT, "each row of modes.def has its mode");
    return modes[mode];
}

void mode_start_failed(struct scoreboard *board, uint64_t client, enum client_call call, int error_number)
{
    struct client_record record = {0};
    struct failure failure;
    (void)FAIL(&failure, PHASE_START, call, error_number, "cannot start the client");
    scoreboard_failed(board, client, &record, &failure);
    scoreboard_settle(board, client, &record);
}
