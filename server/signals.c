#include "signals.h"

#include <pthread.h>
#include <signal.h>

static void awaited(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGUSR1);
}

void signals_prepare(void)
{
    sigset_t set;
    awaited(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    /* A client that has gone is an EPIPE where it was written to. */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    /* A database at RLIMIT_FSIZE is an EFBIG, as a full disk is an ENOSPC. */
    sigaction(SIGXFSZ, &ignore, NULL);
}

int signals_wait(void)
{
    sigset_t set;
    awaited(&set);
    int signal_number = 0;
    while (sigwait(&set, &signal_number) != 0) {
    }
    return signal_number;
}
