#include "server/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Nothing has been started yet. A handler, because process 1 of a container ignores signals without one. */
static void end_at_once(int signal_number)
{
    _exit(128 + signal_number);
}

/* As nohup(1) has it. A signal that is blocked and ignored would be pending all the same. */
static bool hangup_is_ignored(void)
{
    struct sigaction now;
    return sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void ending(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    if (!hangup_is_ignored()) {
        sigaddset(set, SIGHUP); /* the terminal was closed */
    }
}

static void awaited(sigset_t *set)
{
    ending(set);
    sigaddset(set, SIGUSR1);
}

/* Stopping took too long (alarm(2)). A handler, as above. */
static void give_up(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_FAILURE);
}

void signals_prepare(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1); /* pending until there are counters to print */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    const struct sigaction end = {.sa_handler = end_at_once};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    if (!hangup_is_ignored()) {
        sigaction(SIGHUP, &end, NULL);
    }
    /* Writing to a client that has gone is an EPIPE there. */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    /* A database at RLIMIT_FSIZE is an EFBIG, as a full disk is an ENOSPC. */
    sigaction(SIGXFSZ, &ignore, NULL);
    const struct sigaction last = {.sa_handler = give_up};
    sigaction(SIGALRM, &last, NULL);
}

void signals_block(void)
{
    sigset_t set;
    awaited(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
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

int signals_end_wanted(void)
{
    const struct timespec at_once = {0};
    sigset_t set;
    ending(&set);
    const int taken = sigtimedwait(&set, NULL, &at_once);
    return taken > 0 ? taken : 0;
}

int signals_end_fd(void)
{
    sigset_t set;
    ending(&set);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
