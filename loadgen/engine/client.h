/* One client: connect, ask for the time, check the reply, close. The same code in every mode.
 *
 * Few system calls, because they are what a client costs: socket, two timeouts, for IPv4 loopback a source address
 * (two calls), connect, then send and recv for each request, close. No allocation, no lock, no output. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/net.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/scoreboard.h"

/* What all clients of a run have in common; never changes while it goes on. */
struct client_plan {
    struct net_address target;
    bool spread_sources; /* IPv4 loopback: each client gets one of SOURCE_ADDRESSES addresses of 127.0.0.0/8 */
    bool hold;
    uint64_t requests;
    char request[16]; /* the bytes of one; not a pointer, since they lie on a page that a client process has at hand */
    size_t request_length;
    bool empty_line; /* a request ends in an empty line, which some servers answer with a line of its own */
    uint64_t timeout_ns;
    uint64_t rate;     /* clients that are to be started a second; 0: as fast as possible */
    uint64_t begin_ns; /* with a rate: when client 0 is to be started */
};

/* When a client is to be started (CLOCK_MONOTONIC); 0 without a rate. Its latency from start to end counts from then,
 * and not from when its turn came at last: else a stall would hide the wait of all those that it kept from starting
 * (coordinated omission). Its timeout, and the latencies of connect() and of a reply, count from what really began. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client);

void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *target);

/* Carries out client number `client`. Its outcome is in `record` (all-zero before) and, when it failed, its trace on
 * the board; it is not counted yet: see scoreboard_count_outcome. Blocks until the client has ended; after
 * scoreboard_cancel, a signal without SA_RESTART ends its waiting. */
void client_run(const struct client_plan *plan, struct scoreboard *board, uint64_t client,
                struct client_record *record);

#endif
