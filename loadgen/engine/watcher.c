#include "loadgen/engine/watcher.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/helper_thread.h"

#define EXIT_ABANDONED 3

enum { WAIT_STOP, WAIT_SIGNAL, WAIT_INPUT, WAIT_COUNT };

struct watcher {
    struct watcher_plan plan;
    struct pollfd waits[WAIT_COUNT];
    pthread_t thread;
};

/* Client processes need no signal from here: each is killed by the kernel when the thread that forked it is gone. */
static void read_input(struct watcher *watcher)
{
    char ignored[256];
    const ssize_t count = read(STDIN_FILENO, ignored, sizeof ignored);
    if (count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN))) {
        return;
    }
    if (watcher->plan.abandon == NULL) {
        _exit(EXIT_ABANDONED);
    }
    watcher->waits[WAIT_INPUT].fd = -1;
    watcher->plan.abandon(watcher->plan.argument);
}

/* Waits at most `wait_ms` (-1: without end); false when the watcher is to stop. */
static bool see_to(struct watcher *watcher, int wait_ms)
{
    if (poll(watcher->waits, WAIT_COUNT, wait_ms) <= 0) {
        return true; /* nothing, or EINTR */
    }
    if (watcher->waits[WAIT_STOP].revents != 0) {
        return false;
    }
    struct signalfd_siginfo info;
    if (watcher->waits[WAIT_SIGNAL].revents != 0 &&
        read(watcher->waits[WAIT_SIGNAL].fd, &info, sizeof info) == sizeof info) {
        watcher->plan.cancel(watcher->plan.argument);
    }
    if (watcher->waits[WAIT_INPUT].revents != 0) {
        read_input(watcher);
    }
    return true;
}

static void *watch(void *argument)
{
    while (see_to(argument, -1)) {
    }
    return NULL;
}

void watcher_tick(struct watcher *watcher)
{
    (void)see_to(watcher, 0);
}

static bool input_is_a_launcher(void)
{
    struct stat status;
    return fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

enum result watcher_start(const struct watcher_plan *plan, struct watcher **watcher, struct err *err)
{
    struct watcher *const created = malloc(sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the watcher");
    }
    enum result result = RESULT_OK;
    int stop = -1;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (plan->cancel_signal != 0) {
        sigaddset(&signals, plan->cancel_signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signal_fd < 0) {
        result = err_system(err, errno, "cannot watch for signals");
        goto no_signals;
    }
    stop = eventfd(0, EFD_CLOEXEC);
    if (stop < 0) {
        result = err_system(err, errno, "cannot make an eventfd");
        goto no_stop;
    }
    *created = (struct watcher){
        .plan = *plan,
        .waits[WAIT_STOP] = {.fd = stop, .events = POLLIN},
        .waits[WAIT_SIGNAL] = {.fd = signal_fd, .events = POLLIN},
        .waits[WAIT_INPUT] = {.fd = plan->watch_input && input_is_a_launcher() ? STDIN_FILENO : -1, .events = POLLIN},
    };
    if (plan->own_thread) {
        result = helper_thread_start(&created->thread, watch, created, "of the watcher", err);
        if (result != RESULT_OK) {
            goto no_thread;
        }
    }
    *watcher = created;
    return RESULT_OK;
no_thread:
    close(stop);
no_stop:
    close(signal_fd);
no_signals:
    free(created);
    return result;
}

void watcher_stop(struct watcher *watcher)
{
    if (watcher->plan.own_thread) {
        (void)eventfd_write(watcher->waits[WAIT_STOP].fd, 1);
        pthread_join(watcher->thread, NULL);
    }
    close(watcher->waits[WAIT_STOP].fd);
    close(watcher->waits[WAIT_SIGNAL].fd);
    free(watcher);
}
