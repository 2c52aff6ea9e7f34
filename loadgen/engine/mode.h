/* How clients are carried: one const struct for each row of modes.def. A mode starts clients and waits for them. What a
 * client does is in client_steps.h; the scoreboard counts its outcome. */
#ifndef KONEKSI_LOADGEN_ENGINE_MODE_H
#define KONEKSI_LOADGEN_ENGINE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/client_steps.h"
#include "loadgen/engine/scoreboard.h"
#include "loadgen/engine/tasks.h"

struct mode_run {
    const struct run_spec *spec;
    const struct client_plan *plan;
    struct scoreboard *board;
    struct tasks *tasks;
    /* For a mode that runs alone: see struct mode. */
    void (*tick)(void *argument);
    /* What the mode needs once, however many clients, exists: memory taken from now on is theirs. */
    void (*ready)(void *argument);
    void *tick_argument; /* of both */
};

struct mode {
    /* Carries all clients and returns when each one that was started has ended and its outcome is counted. Once the
     * board is cancelled, starts no more clients and ends those under way. A client that cannot be started is a failed
     * client and not an error; an error means that the mode itself could not work. Called once, on the main thread. */
    enum result (*run)(const struct mode_run *run, struct err *err);

    /* run() must be the only thread of the process. It therefore calls tick() at least every MODE_TICK_MS, which takes
     * the samples and checks for a cancel; other modes have threads for that. */
    bool alone;
};
#define MODE_TICK_MS 5

/* With a rate: waits until the client is due. False when the run was cancelled. */
bool mode_wait_until_due(const struct mode_run *run, uint64_t client) MUST_CHECK;

/* Counts a client for which no thread or process could be made. `error_number` is the errno of `call`. */
void mode_start_failed(struct scoreboard *board, uint64_t client, enum client_call call, int error_number);

#define MODE(NAME, name, help, ...) extern const struct mode mode_##name;
#include "loadgen/contract/modes.def"
#undef MODE

#endif
