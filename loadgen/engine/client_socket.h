/* The socket of a client: its source address, and whether it came to be connected to itself. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_SOCKET_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_SOCKET_H

#include "loadgen/engine/client_steps.h"

static inline void client_enter(struct client *client, enum error_phase phase)
{
    atomic_store_explicit(&client->record->phase, phase, memory_order_relaxed);
}

/* Makes the socket; `flags` as SOCK_NONBLOCK. False: failed. */
bool client_open(struct client *client, int flags) MUST_CHECK;

/* Of one that is connected. False: failed, it is connected to itself. */
bool client_check_peer(struct client *client) MUST_CHECK;

#endif
