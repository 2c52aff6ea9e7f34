/* The panel's side of a load generator: spawn it, read its reports, stop it, reap it.
 *
 * The generator leads a process group of its own and holds the read end of a pipe whose write end the launcher keeps:
 * it ends when the launcher's process does. Of a run with several generators it is mpirun, which leads a session: what
 * is left of that on this machine is killed when it has ended, and its daemons end the ranks of other hosts. Nothing
 * here blocks and nothing trusts what the generator writes: it is killed for whatever is not of the protocol, and for a
 * line without an end. Not thread-safe: one thread at a time. */
#ifndef KONEKSI_LOADGEN_LAUNCHER_H
#define KONEKSI_LOADGEN_LAUNCHER_H

#include <poll.h>
#include <stdbool.h>

#include "loadgen/contract/report.h"
#include "loadgen/last_words.h"
#include "loadgen/ranks.h"

#define LAUNCHER_LINE_MOST (1024UL * 1024UL) /* bytes of one report */
#define LAUNCHER_STOP_MS 1500                /* from SIGTERM to SIGKILL */
#define LAUNCHER_EOF_MS 500                  /* a generator that closed its output has so long to end */
#define LAUNCHER_END_MS 1000                 /* likewise after it reported its end */
#define LAUNCHER_ORPHANS_MS 2000             /* the client processes that it left behind have so long to die */

struct launcher;

struct launcher_programs {
    const char *generator;  /* path of koneksi-load, which carries a run alone */
    struct ranks_way ranks; /* of runs with several generators: mpirun is then what is spawned */
};

/* Starts the program for `spec` against `target` (a numeric HOST:PORT). RESULT_SYSTEM, also when it cannot be executed;
 * RESULT_INVALID for ranks that cannot be started here; RESULT_NO_MEMORY. */
enum result launcher_start(const struct launcher_programs *programs, const struct run_spec *spec, const char *target,
                           struct launcher **launcher, struct err *err) MUST_CHECK;

#define LAUNCHER_FDS 3
/* What to poll before the next launcher_step; returns how many. */
size_t launcher_poll_fds(const struct launcher *launcher, struct pollfd fds[LAUNCHER_FDS]);

/* Hands each report that has arrived to `each`, and enforces the deadlines above. Call it when a descriptor is ready,
 * and ten times a second for the deadlines. It reads a bounded amount at a time. `each` may take event->result by
 * setting it to NULL; the event is freed after the call.
 * Returns false once the generator has ended, its group is killed and it is reaped; in a process that is a subreaper
 * (PR_SET_CHILD_SUBREAPER) so are the processes that it left behind: client processes, ranks. */
bool launcher_step(struct launcher *launcher, void (*each)(struct report_event *event, void *arg), void *arg);

/* Whether a signal has suspended it (Ctrl-Z) and none has let it go on yet. */
bool launcher_is_suspended(const struct launcher *launcher);

/* Whether its control group is out of memory and the group's OOM killer is off: it may be blocked for good. */
bool launcher_waits_for_memory(const struct launcher *launcher);

/* Asks it to cancel the run (SIGTERM; SIGUSR1 for mpirun); launcher_step kills the group LAUNCHER_STOP_MS later. */
void launcher_stop(struct launcher *launcher);

/* Kills its process group; `why` ("stopped reporting") becomes the reason in launcher_end. */
void launcher_kill(struct launcher *launcher, const char *why);

enum launcher_end_kind {
    LAUNCHER_EXITED,    /* number: its exit status */
    LAUNCHER_SIGNALLED, /* number: a signal that another process or the kernel sent; SIGKILL is the OOM killer's */
    LAUNCHER_KILLED,    /* by the launcher */
};

#define LAUNCHER_END_TEXT_SIZE 400
struct launcher_end {
    enum launcher_end_kind kind;
    int number;
    char reason[160];                 /* what it did wrong, "closed its output early", or empty */
    bool lost;                        /* mpirun says that it lost a rank or a host */
    char last_words[LAST_WORDS_SIZE]; /* plain ASCII on one line, or empty: the end of its standard error; of
                                                  mpirun what it says of that, or else said first */
};

/* How it ended; there once launcher_step has returned false. Valid until launcher_destroy. */
const struct launcher_end *launcher_end(const struct launcher *launcher);

/* Writes that as a text to follow "the load generator ": "was killed by SIGKILL", "ended with exit status 3: out of
 * memory", "closed its output early and was killed". */
void launcher_end_describe(const struct launcher_end *end, char text[LAUNCHER_END_TEXT_SIZE]);

/* Kills and reaps a generator that has not ended; frees. NULL is allowed. */
void launcher_destroy(struct launcher *launcher);

#endif
