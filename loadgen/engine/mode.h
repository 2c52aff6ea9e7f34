/* How clients are carried out: one const struct for each row of modes.def. A mode starts clients and waits for them;
 * what a client does is client.h, what becomes of it is the scoreboard's. */
#ifndef KONEKSI_LOADGEN_ENGINE_MODE_H
#define KONEKSI_LOADGEN_ENGINE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/client.h"
#include "loadgen/engine/scoreboard.h"
#include "loadgen/engine/tasks.h"

struct mode_run {
    const struct run_spec *spec;
    const struct client_plan *plan;
    struct scoreboard *board;
    struct tasks *tasks;
    /* For a mode that runs alone: see below. */
    void (*tick)(void *argument);
    void *tick_argument;
};

struct mode {
    /* Carries out all clients and returns when each one that was started has ended and is settled on the board. Stops
     * starting and ends those under way once the board is cancelled. A client that cannot be started is a failed
     * client, no error: an error means that the mode itself could not work. Called once, from the main thread. */
    enum result (*run)(const struct mode_run *run, struct err *err);

    /* run() is to be the only thread of the process, and so calls tick() at least every MODE_TICK_MS: it looks
     * after what otherwise has threads of its own, the samples and what ends a run from outside. */
    bool alone;
};
#define MODE_TICK_MS 5

/* `mode` is one of modes.def, not MODE_COUNT. */
const struct mode *mode_of(enum run_mode mode);

/* With a rate: waits until the client is to be started. False when the run was cancelled meanwhile. */
bool mode_wait_until_due(const struct mode_run *run, uint64_t client) MUST_CHECK;

/* Settles a client for which there was no thread or process. `error_number` is what the call gave. */
void mode_start_failed(struct scoreboard *board, uint64_t client, enum client_call call, int error_number);

extern const struct mode mode_thread;
extern const struct mode mode_pool;
extern const struct mode mode_process;
extern const struct mode mode_event;

#endif
