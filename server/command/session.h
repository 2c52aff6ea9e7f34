/* The lab for the time of one command, on a database that is kept or on one of its own. */
#ifndef KONEKSI_SERVER_COMMAND_SESSION_H
#define KONEKSI_SERVER_COMMAND_SESSION_H

#include "server/command/invocation.h"
#include "server/command/outcome.h"
#include "server/command/scratch.h"
#include "server/command/watch.h"
#include "server/process.h"

struct session {
    struct process process;
    struct scratch scratch;
    struct lab lab;
    struct watch watch;
    int signal; /* that ended it early; 0: none */
};

/* Starts all that a run needs. RESULT_STORE for a database that cannot be used or that a panel uses, RESULT_SYSTEM,
 * RESULT_NO_MEMORY. session_end in either case, which leaves nothing behind but the database of --db. */
enum result session_begin(struct session *session, const struct invocation *invocation, struct err *err) MUST_CHECK;
void session_end(struct session *session);

/* Submits what the invocation asks for, waits until it is over, and reads what it came to. SIGTERM and SIGINT cancel
 * it; `signal` is set then. Results as of task->submit and task->collect; outcome_free in either case. */
enum result session_measure(struct session *session, const struct task *task, struct invocation *invocation,
                            struct outcome *outcome, struct err *err) MUST_CHECK;

#endif
