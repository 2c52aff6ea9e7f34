/* How a client fails whose reply does not come, and how far it had come by then. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_FAIL_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_FAIL_H

#include "loadgen/engine/client_steps.h"

enum error_phase client_phase(const struct client *client);

/* All return false. Its timeout expired in `call`. */
bool client_fail_timeout(struct client *client, enum client_call call);
/* The connection failed before the reply was whole, or ended: 0. */
bool client_fail_lost(struct client *client, int error_number);
bool client_fail_cancelled(struct client *client);

/* Adds to its failure what the client had of its replies. */
void client_note_replies(struct client *client);

#endif
