#include "server/lab/run/event.h"

static const char *const names[] = {
#define EVENT(NAME, name) #name,
#include "server/lab/run/events.def"
#undef EVENT
};

const char *event_type_name(enum event_type type)
{
    return names[type];
}

void observer_notify(const struct observer *observer, const struct event *event)
{
    observer->notify(observer->arg, event);
}

void observer_run(const struct observer *observer, const struct run *run)
{
    observer_notify(observer, &(struct event){.type = EVENT_RUN, .run = run->id, .changed = run});
}

void observer_run_deleted(const struct observer *observer, int64_t id)
{
    observer_notify(observer, &(struct event){.type = EVENT_RUN, .run = id, .changed = NULL});
}

void observer_experiment(const struct observer *observer, const struct experiment *experiment)
{
    observer_notify(observer, &(struct event){.type = EVENT_EXPERIMENT, .experiment = experiment});
}

void observer_experiment_deleted(const struct observer *observer, int64_t id)
{
    observer_notify(observer, &(struct event){.type = EVENT_EXPERIMENT, .experiment = NULL, .deleted_experiment = id});
}
