/* What all clients of a run have in common. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_PLAN_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/client_share.h"
#include "base/net.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/engine/exchange.h"

/* Constant while the run goes on. */
struct client_plan {
    const struct net_address *targets; /* client N connects to number N modulo their count */
    uint64_t target_count;
    /* Addresses of 127.0.0.0/8 that the clients of a target come from in turn; 1: the one that the kernel picks. */
    uint64_t sources;
    bool hold;
    bool checks_held; /* a client whose connection the server closed while it was held has failed */
    uint64_t timeout_ns;
    uint64_t rate;     /* clients started a second; 0: as fast as possible */
    uint64_t begin_ns; /* with a rate: when client 0 is due */
    struct client_share share;
    struct exchange_plan exchange;
};

/* When a client is due to start (CLOCK_MONOTONIC); 0 without a rate. Its latency from start to end counts from then,
 * and not from its actual start: else a stall would hide the wait of all the clients that it delayed (coordinated
 * omission). Its timeout and the latencies of connect() and of a reply count from when each really began. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client);

/* `targets`: as many as run_spec_targets says; they must outlive the plan. */
void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *targets);

const struct net_address *client_target(const struct client_plan *plan, uint64_t client);
/* The number of the client's source, 0 to sources - 1. Not the target's and the source's number both modulo the client:
 * where those have a common divisor some pairs would have all the clients, and the others none. */
uint64_t client_source(const struct client_plan *plan, uint64_t client);

#endif
