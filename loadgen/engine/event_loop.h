/* A loop of event mode: one thread that carries many clients at once, each in its steps (client_steps.h). A client that
 * is alive takes about 600 bytes of memory, which is asked for as it is needed. For one thread. */
#ifndef KONEKSI_LOADGEN_ENGINE_EVENT_LOOP_H
#define KONEKSI_LOADGEN_ENGINE_EVENT_LOOP_H

#include "loadgen/engine/workers.h"

struct event_loop;

/* RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result event_loop_create(struct workers *workers, struct event_loop **loop, struct err *err) MUST_CHECK;
void event_loop_destroy(struct event_loop *loop);

/* Takes clients in turn and carries them until none is left and all have ended. */
void event_loop_run(struct event_loop *loop);

#endif
