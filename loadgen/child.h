/* Starts a program whose standard streams are pipes to this process. */
#ifndef KONEKSI_LOADGEN_CHILD_H
#define KONEKSI_LOADGEN_CHILD_H

#include <sys/types.h>

#include "base/err.h"

/* The caller closes the descriptors (-1: closed) and reaps the process. */
struct child {
    pid_t pid;  /* also its process group, which it leads */
    int pidfd;  /* readable when it has ended; -1 before Linux 5.3, where the caller has to look from time to time */
    int in;     /* write end of its standard input */
    int out;    /* read ends, non-blocking: standard output */
    int errors; /* and standard error */
};

enum child_of { CHILD_OF_SESSION, CHILD_ALONE }; /* whether it stays in this session or leads one of its own */

/* `arguments` begins with the path of the program and is NULL-ended. The child has default signal actions and an empty
 * signal mask; every descriptor of this process that is close-on-exec is closed in it. RESULT_SYSTEM, also when the
 * program cannot be executed. */
enum result child_spawn(char **arguments, enum child_of of, struct child *child, struct err *err) MUST_CHECK;

void child_close(int *fd);

#endif
