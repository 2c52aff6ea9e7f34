/* One run under way: launches its load generator, gathers what both sides tell, stores and publishes it, and finds out
 * how it ended. Belongs to the run queue's thread; never blocks but for the store. Its life:
 * run_watch_create, run_watch_mark, run_watch_launch, run_watch_step until it is false, run_watch_finish until it is
 * RESULT_OK, run_watch_destroy. */
#ifndef KONEKSI_SERVER_LAB_RUN_RUN_WATCH_H
#define KONEKSI_SERVER_LAB_RUN_RUN_WATCH_H

#include <poll.h>

#include "db/store.h"
#include "loadgen/launcher.h"
#include "server/lab/run/event.h"
#include "server/lab/run/observed_server.h"
#include "server/lab/run/sampler.h"

struct run_watch_config {
    struct store *store;
    struct observer observer;
    struct time_server *server;
    struct launcher_programs programs;
    const char *const *targets;       /* the allow-list beside loopback: "HOST:PORT" as given at start; NULL-ended */
    struct observed_server *observed; /* NULL: none */
    uint32_t stall_ms;                /* a generator silent for so long is killed; 0: 30,000 */
};

struct run_watch;

/* Prepares the queued `run`: target, environment. `sampler` and what `config` names outlive the watch.
 * RESULT_NO_MEMORY. */
enum result run_watch_create(const struct run_watch_config *config, struct sampler *sampler, const struct run *run,
                             struct run_watch **watch, struct err *err) MUST_CHECK;
void run_watch_destroy(struct run_watch *watch);

/* Stores and publishes it as running, with the TIME server as it now is: from here on that must not be changed.
 * RESULT_CONFLICT or RESULT_NOT_FOUND when it is no longer queued. */
enum result run_watch_mark(struct run_watch *watch, struct err *err) MUST_CHECK;

/* Starts the load generator. One that cannot be started is an outcome (failed), which the steps then reach. */
void run_watch_launch(struct run_watch *watch);

size_t run_watch_poll_fds(const struct run_watch *watch, struct pollfd fds[LAUNCHER_FDS]);

/* How long to wait for the descriptors at most before the next step, in ms; -1: for as long as the next tick takes. */
int run_watch_poll_ms(const struct run_watch *watch);

/* Does what can be done now; false once the run is over but for run_watch_finish. */
bool run_watch_step(struct run_watch *watch);

/* To be called every 100 ms: publishes the logs, stores a batch about once a second, and samples both sides if the
 * generator's own samples, which set the pace, do not come. */
void run_watch_tick(struct run_watch *watch);

void run_watch_cancel(struct run_watch *watch);
/* The panel is stopped. */
void run_watch_interrupt(struct run_watch *watch);

/* Stores the outcome and publishes it. RESULT_STORE: may be tried again; any other failure is for good. */
enum result run_watch_finish(struct run_watch *watch, struct err *err) MUST_CHECK;

/* The run with totals and peaks as they are now; valid until the next call. */
const struct run *run_watch_run(struct run_watch *watch);

#endif
