#include "mode.h"

#include <assert.h>
#include <stddef.h>

const struct mode *mode_of(enum run_mode mode)
{
    switch (mode) {
    case MODE_THREAD:
        return &mode_thread;
    case MODE_POOL:
        return &mode_pool;
    case MODE_PROCESS:
        return &mode_process;
    case MODE_COUNT:
        break;
    }
    assert(!"a mode of modes.def");
    return NULL;
}

void mode_start_failed(struct scoreboard *board, uint64_t client, enum client_call call, int error_number)
{
    struct client_record record = {0};
    struct failure failure;
    (void)FAIL(&failure, PHASE_START, call, error_number, "cannot start the client");
    scoreboard_failed(board, client, &record, &failure);
    scoreboard_settle(board, client, &record);
}
