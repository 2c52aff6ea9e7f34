/* Detached threads that are counted: what the modes thread and pool have in common. */
#ifndef KONEKSI_LOADGEN_ENGINE_WORKERS_H
#define KONEKSI_LOADGEN_ENGINE_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "loadgen/engine/mode.h"

/* On the stack of the mode's run(), which outlives every worker because it waits for them. */
struct workers {
    const struct mode_run *run;
    void (*body)(struct workers *workers);
    _Atomic uint64_t next;    /* how many client numbers are taken */
    _Atomic uint64_t running; /* workers that have not ended, and one for the starter */
    _Atomic uint32_t done;    /* a futex: 1 when the last has ended */
    pthread_attr_t attributes;
};

/* `body` is what each thread does. RESULT_SYSTEM. */
enum result workers_init(struct workers *workers, const struct mode_run *run, void (*body)(struct workers *workers),
                         struct err *err) MUST_CHECK;

/* Starts one thread: 0, or the error number that pthread_create gave. */
int workers_start(struct workers *workers) MUST_CHECK;

/* Waits until all have ended, interrupting them once the run is cancelled, and releases what init took. */
void workers_finish(struct workers *workers);

/* The next client number; at `count` or above there is no such client. */
uint64_t workers_take(struct workers *workers);

/* Runs one client in the calling thread and counts its outcome. */
void workers_run_client(const struct workers *workers, uint64_t client);

#endif
