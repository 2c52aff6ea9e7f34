/* One client: connect, ask for the time, check the reply, close. The same code in every mode.
 *
 * Few system calls, since they are a client's cost: socket, two timeouts, for IPv4 loopback a source address
 * (two calls), connect, then send and recv for each request, close. No allocation, no lock, no output. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_H

#include "loadgen/engine/client_plan.h"
#include "loadgen/engine/scoreboard.h"

/* Runs client number `client` and writes its outcome into `record` (all-zero before) and, when it failed, its trace on
 * the board; scoreboard_count_outcome counts it. Returns when the client has ended; after scoreboard_cancel, a signal
 * without SA_RESTART interrupts its wait. */
void client_run(const struct client_plan *plan, struct scoreboard *board, uint64_t client,
                struct client_record *record);

#endif
