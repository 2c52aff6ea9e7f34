#include "server/command/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/signals.h"

enum result watch_init(struct watch *watch, bool quiet, struct err *err)
{
    *watch = (struct watch){.bar = !quiet && isatty(STDERR_FILENO) == 1};
    pthread_mutex_init(&watch->lock, NULL); /* default attributes: cannot fail (pthread_mutex_init(3)) */
    watch->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch->signals = signals_end_fd();
    return watch->news >= 0 && watch->signals >= 0
               ? RESULT_OK
               : err_system(err, errno, "cannot create the descriptors that a command waits for");
}

void watch_free(struct watch *watch)
{
    if (watch->news >= 0) {
        close(watch->news);
    }
    if (watch->signals >= 0) {
        close(watch->signals);
    }
    pthread_mutex_destroy(&watch->lock);
}

/* On a thread of the lab. */
static void notify(void *arg, const struct event *event)
{
    struct watch *const watch = arg;
    const uint64_t one = 1;
    pthread_mutex_lock(&watch->lock);
    switch (event->type) {
    case EVENT_RUN:
        watch->changed = true;
        watch->count = event->changed != NULL ? event->changed->spec.count : watch->count;
        watch->sample = (struct load_sample){.at_us = 0};
        break;
    case EVENT_EXPERIMENT:
        watch->changed = true;
        break;
    case EVENT_SAMPLE:
        watch->sample = event->sample->client;
        break;
    case EVENT_LOG:
    case EVENT_SERVER:
    case EVENT_TYPE_COUNT:
        break;
    }
    pthread_mutex_unlock(&watch->lock);
    if (event->type == EVENT_RUN || event->type == EVENT_EXPERIMENT || (event->type == EVENT_SAMPLE && watch->bar)) {
        (void)!write(watch->news, &one, sizeof one); /* a counter that is full wakes as well */
    }
}

struct observer watch_observer(struct watch *watch)
{
    return (struct observer){.notify = notify, .arg = watch};
}

static bool take_news(struct watch *watch, struct load_sample *sample, uint64_t *count)
{
    uint64_t news = 0;
    (void)!read(watch->news, &news, sizeof news);
    pthread_mutex_lock(&watch->lock);
    const bool changed = watch->changed;
    watch->changed = false;
    *sample = watch->sample;
    *count = watch->count;
    pthread_mutex_unlock(&watch->lock);
    return changed;
}

/* The next run begins at zero again, also when it has as many clients as the one before. */
static void draw(struct watch *watch, const struct load_sample *sample, uint64_t count)
{
    if (count != watch->progress_count || sample->at_us < watch->progress.drawn_us) {
        progress_init(&watch->progress, count);
        watch->progress.lead = watch->lead[0] != '\0' ? watch->lead : NULL;
        watch->progress_count = count;
    }
    if (count > 0 && progress_advance(&watch->progress, sample)) {
        progress_draw(&watch->progress, sample);
    }
}

int watch_wait(struct watch *watch)
{
    struct pollfd fds[] = {{.fd = watch->news, .events = POLLIN}, {.fd = watch->signals, .events = POLLIN}};
    for (;;) {
        struct load_sample sample;
        uint64_t count = 0;
        (void)poll(fds, 2, -1);
        const int wanted = signals_end_wanted();
        if (wanted != 0) {
            return wanted;
        }
        const bool changed = take_news(watch, &sample, &count);
        if (watch->bar) {
            draw(watch, &sample, count);
        }
        if (changed) {
            return 0;
        }
    }
}

void watch_lead(struct watch *watch, const char *lead)
{
    snprintf(watch->lead, sizeof watch->lead, "%s", lead);
    watch->progress.lead = lead[0] != '\0' ? watch->lead : NULL;
    if (lead[0] != '\0') {
        progress_draw(&watch->progress, NULL);
    }
}

void watch_clear(const struct watch *watch)
{
    if (watch->bar) {
        progress_clear();
    }
}
