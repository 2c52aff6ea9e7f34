/* A ring of the newest events under one lock, which is held only to copy memory. An event's slot is its id modulo the
 * size of the ring, so a skipped id is an empty slot. */
#include "web/http/live.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { RING_EVENTS = 2048, RING_BYTES = 8 * 1024 * 1024 };

struct event {
    const char *name;
    struct live_subject about;
    bool last;
    char *json; /* NULL: skipped, or no longer kept */
    size_t length;
};

struct live_subscriber {
    struct live_subscriber *next;
    void (*wake)(void *arg);
    void *arg;
};

struct live {
    pthread_mutex_t lock;
    uint64_t newest;
    uint64_t oldest; /* no event with a lower id is kept */
    size_t bytes;
    struct event ring[RING_EVENTS];
    struct live_subscriber *subscribers;
};

enum result live_create(struct live **live, struct err *err)
{
    struct live *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    const int error = pthread_mutex_init(&new->lock, NULL);
    if (error != 0) {
        free(new);
        return err_system(err, error, "cannot create the mutex of the event ring");
    }
    new->oldest = 1;
    *live = new;
    return RESULT_OK;
}

void live_destroy(struct live *live)
{
    if (live == NULL) {
        return;
    }
    for (size_t i = 0; i < RING_EVENTS; i++) {
        free(live->ring[i].json);
    }
    while (live->subscribers != NULL) {
        struct live_subscriber *const next = live->subscribers->next;
        free(live->subscribers);
        live->subscribers = next;
    }
    pthread_mutex_destroy(&live->lock);
    free(live);
}

static void drop_oldest(struct live *live)
{
    struct event *const event = &live->ring[live->oldest % RING_EVENTS];
    live->bytes -= event->length;
    free(event->json);
    *event = (struct event){0};
    live->oldest++;
}

void live_publish(struct live *live, const struct live_event *event)
{
    const size_t length = strlen(event->json);
    char *const copy = length <= LIVE_EVENT_BYTES ? strdup(event->json) : NULL;
    const size_t kept = copy != NULL ? length : 0;
    pthread_mutex_lock(&live->lock);
    const uint64_t id = live->newest + 1;
    while (live->oldest < id && (id - live->oldest >= RING_EVENTS || live->bytes + kept > RING_BYTES)) {
        drop_oldest(live);
    }
    live->ring[id % RING_EVENTS] = (struct event){event->name, event->about, event->last, copy, kept};
    live->bytes += kept;
    live->newest = id;
    for (const struct live_subscriber *each = live->subscribers; each != NULL; each = each->next) {
        each->wake(each->arg);
    }
    pthread_mutex_unlock(&live->lock);
}

uint64_t live_newest(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    const uint64_t newest = live->newest;
    pthread_mutex_unlock(&live->lock);
    return newest;
}

static bool is_about(const struct event *event, const struct live_subject *about)
{
    return event->about.run == about->run && event->about.experiment == about->experiment;
}

bool live_read(struct live *live, const struct live_subject *about, uint64_t *cursor, size_t max_bytes, struct buf *out,
               bool *last)
{
    const bool all = about->run == 0 && about->experiment == 0;
    bool over = false;
    const size_t before = out != NULL ? out->length : 0;
    pthread_mutex_lock(&live->lock);
    if (*cursor > live->newest) {
        *cursor = live->newest;
    }
    if (*cursor + 1 < live->oldest) {
        *cursor = live->oldest - 1;
    }
    while (*cursor < live->newest && !over && (out == NULL || (out->length - before < max_bytes && !out->failed))) {
        const uint64_t id = ++*cursor;
        const struct event *const event = &live->ring[id % RING_EVENTS];
        over = !all && event->last && is_about(event, about);
        if (out != NULL && event->json != NULL && (all || is_about(event, about))) {
            buf_printf(out, "id: %" PRIu64 "\nevent: %s\ndata: ", id, event->name);
            buf_append(out, event->json, event->length);
            buf_append(out, "\n\n", 2);
        }
    }
    pthread_mutex_unlock(&live->lock);
    if (last != NULL) {
        *last = over;
    }
    return out != NULL && out->length > before;
}

struct live_subscriber *live_subscribe(struct live *live, void (*wake)(void *arg), void *arg)
{
    struct live_subscriber *const new = malloc(sizeof *new);
    if (new == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&live->lock);
    *new = (struct live_subscriber){live->subscribers, wake, arg};
    live->subscribers = new;
    pthread_mutex_unlock(&live->lock);
    return new;
}

void live_unsubscribe(struct live *live, struct live_subscriber *subscriber)
{
    pthread_mutex_lock(&live->lock);
    struct live_subscriber **link = &live->subscribers;
    while (*link != subscriber) {
        link = &(*link)->next;
    }
    *link = subscriber->next;
    pthread_mutex_unlock(&live->lock);
    free(subscriber);
}
