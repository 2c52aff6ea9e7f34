#include "watcher.h"

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

#include "base/table.h"
#include "helper_thread.h"

#define EXIT_ABANDONED 3

struct watcher {
    void (*cancel)(void *);
    void *argument;
    int signals;
    int stop;
    bool watch_input;
    pthread_t thread;
};

/* Client processes need no signal from here: each is killed by the kernel when the thread that forked it is gone. */
static void read_input(void)
{
    char ignored[256];
    const ssize_t count = read(STDIN_FILENO, ignored, sizeof ignored);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
        _exit(EXIT_ABANDONED);
    }
}

static void *watch(void *argument)
{
    const struct watcher *const watcher = argument;
    struct pollfd waits[] = {
        {.fd = watcher->stop, .events = POLLIN},
        {.fd = watcher->signals, .events = POLLIN},
        {.fd = watcher->watch_input ? STDIN_FILENO : -1, .events = POLLIN},
    };
    for (;;) {
        if (poll(waits, COUNT_OF(waits), -1) < 0) {
            continue; /* EINTR */
        }
        if (waits[0].revents != 0) {
            return NULL;
        }
        struct signalfd_siginfo info;
        if (waits[1].revents != 0 && read(watcher->signals, &info, sizeof info) == sizeof info) {
            watcher->cancel(watcher->argument);
        }
        if (waits[2].revents != 0) {
            read_input();
        }
    }
}

static bool input_is_a_launcher(void)
{
    struct stat status;
    return fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

enum result watcher_start(bool watch_input, void (*cancel)(void *), void *argument, struct watcher **watcher,
                          struct err *err)
{
    struct watcher *const created = malloc(sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the watcher");
    }
    *created =
        (struct watcher){.cancel = cancel, .argument = argument, .watch_input = watch_input && input_is_a_launcher()};
    enum result result = RESULT_OK;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    created->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (created->signals < 0) {
        result = err_system(err, errno, "cannot watch for signals");
        goto no_signals;
    }
    created->stop = eventfd(0, EFD_CLOEXEC);
    if (created->stop < 0) {
        result = err_system(err, errno, "cannot make an eventfd");
        goto no_stop;
    }
    result = helper_thread_start(&created->thread, watch, created, "of the watcher", err);
    if (result != RESULT_OK) {
        goto no_thread;
    }
    *watcher = created;
    return RESULT_OK;
no_thread:
    close(created->stop);
no_stop:
    close(created->signals);
no_signals:
    free(created);
    return result;
}

void watcher_stop(struct watcher *watcher)
{
    (void)eventfd_write(watcher->stop, 1);
    pthread_join(watcher->thread, NULL);
    close(watcher->stop);
    close(watcher->signals);
    free(watcher);
}
