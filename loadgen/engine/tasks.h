/* The threads of this process as the kernel lists them (/proc/self/task), to interrupt those that wait in a system
 * call. Opened before the run: when descriptors have run out it could not be opened any more. */
#ifndef KONEKSI_LOADGEN_ENGINE_TASKS_H
#define KONEKSI_LOADGEN_ENGINE_TASKS_H

#include <signal.h>

#include "base/err.h"

/* The signal that interrupts: its handler does nothing and is installed without SA_RESTART, so that a blocking call
 * returns EINTR. A thread that must not be disturbed blocks it. */
#define TASKS_SIGNAL SIGUSR1

struct tasks;

/* Also installs the handler, which stays. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result tasks_open(struct tasks **tasks, struct err *err) MUST_CHECK;
void tasks_close(struct tasks *tasks);

/* Interrupts every thread but the calling one. A thread that was about to enter its system call is missed: repeat
 * until all have ended. For one thread at a time. */
void tasks_interrupt(struct tasks *tasks);

#endif
